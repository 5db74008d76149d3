"""Guessing passwords: a few wrong ones are forgiven, more must wait, and hashing never piles up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from domain.accounts import Caller
from domain.kit.limits import LOGINS_OF_NETWORK, WRONG_PASSWORDS, WRONG_PASSWORDS_OF_NETWORK, LimitReached
from domain.kit.refusals import Unavailable
from services.accounts.known_devices import KnownDevices
from services.accounts.login_limit import LoginLimit
from services.accounts.passwords import Passwords

ADA, BOB = "ada@example.com", "bob@example.com"
DEVICES = KnownDevices("a secret")
MOST = int(WRONG_PASSWORDS_OF_NETWORK.capacity)


def stranger(number: int = 1) -> Caller:
    """A client of a network."""
    return Caller(f"192.0.2.{number}")


@pytest.fixture
async def limit() -> AsyncIterator[LoginLimit]:
    """There is no Redis, so that the process counts; time stands still."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    yield LoginLimit(Limits(redis, "test:", "secret", clock=lambda: 0.0), DEVICES)
    await redis.close()


async def guess(limit: LoginLimit, email: str, times: int, caller: Caller) -> None:
    """Wrong passwords, as long as they are taken."""
    for _ in range(times):
        async with limit.guess(email, caller):
            pass


async def test_too_many_wrong_passwords_must_wait(limit: LoginLimit) -> None:
    """However the address is written; other accounts and other networks need not."""
    for email in ("ada@example.com", "Ada@Example.com", " ADA@example.com", *[ADA] * (MOST - 3)):
        await guess(limit, email, 1, stranger())
    with pytest.raises(LimitReached) as refused:
        await guess(limit, "ada@ｅxample.com", 1, stranger())
    assert (refused.value.code, refused.value.retry_after) == ("LOGIN_LIMIT_EXCEEDED", 90.0)
    await guess(limit, BOB, 3, stranger())
    await guess(limit, ADA, 3, stranger(2))


async def test_one_network_has_one_budget_for_all_accounts(limit: LoginLimit) -> None:
    """Whoever tries one password for many accounts waits, too."""
    for number in range(int(LOGINS_OF_NETWORK.capacity)):
        await guess(limit, f"{number}@example.com", 1, Caller(f"2001:db8::{number}"))
    with pytest.raises(LimitReached):
        await guess(limit, ADA, 1, Caller("2001:db8::ffff"))
    await guess(limit, ADA, 1, Caller("2001:db8:0:1::1"))


async def test_many_networks_share_a_budget_for_one_account(limit: LoginLimit) -> None:
    """The owner still tries on a known device, from any of these networks."""
    for number in range(int(WRONG_PASSWORDS.capacity) // MOST):
        await guess(limit, ADA, MOST, stranger(number))
    with pytest.raises(LimitReached):
        await guess(limit, ADA, 1, stranger(99))
    owner = Caller("192.0.2.1", DEVICES.proof(ADA))
    await guess(limit, ADA, 3, owner)
    await limit.forgive(ADA, owner)


@pytest.mark.parametrize(
    "proof", ["", "x", DEVICES.proof(BOB), KnownDevices("other").proof(ADA), DEVICES.proof(ADA)[:-1]]
)
async def test_only_the_owner_has_a_known_device(limit: LoginLimit, proof: str) -> None:
    """A proof of another account, of another shop or of nobody makes no difference."""
    await guess(limit, ADA, MOST, Caller("192.0.2.1", proof))
    with pytest.raises(LimitReached):
        await guess(limit, ADA, 1, stranger())


async def test_a_known_device_has_a_limit_too(limit: LoginLimit) -> None:
    """A thief of the device cannot guess without end; another device of the owner goes on."""
    device = Caller("192.0.2.1", DEVICES.proof(ADA))
    await guess(limit, ADA, 20, device)
    with pytest.raises(LimitReached):
        await guess(limit, ADA, 1, device)
    await guess(limit, ADA, 1, Caller("192.0.2.1", DEVICES.proof(ADA)))


@pytest.mark.slow
async def test_a_right_password_makes_up_for_wrong_ones(limit: LoginLimit) -> None:
    """A person who mistypes now and then never waits."""
    for number in range(5):
        await guess(limit, ADA, MOST, stranger(number // 2))
        await limit.forgive(ADA, stranger(number // 2))
        await limit.forgive(BOB, stranger(number // 2))


async def test_a_try_that_came_to_nothing_does_not_count(limit: LoginLimit) -> None:
    """A busy shop locks nobody out."""
    for _ in range(2 * MOST):
        with pytest.raises(Unavailable) as busy:
            async with limit.guess(ADA, stranger()):
                raise Unavailable("ACCOUNTS_BUSY", "Too many are signing in.")
        assert busy.value.code == "ACCOUNTS_BUSY"
    await guess(limit, ADA, MOST, stranger())


async def test_hashing_does_not_pile_up() -> None:
    """Two at a time, some wait, the rest is refused at once; afterwards there is room."""
    passwords = Passwords(waiting=1, preferred=0)
    results = await asyncio.gather(*(passwords.matches("a password", None) for _ in range(6)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Unavailable)]
    assert [error.code for error in refused] == ["ACCOUNTS_BUSY"] * 3
    assert [result for result in results if result is False] == [False] * 3
    assert await passwords.matches("a password", None) is False


async def test_strangers_leave_places_to_known_devices() -> None:
    """However many come first."""
    passwords = Passwords(waiting=1, preferred=1)
    strangers = [passwords.matches("a password", None) for _ in range(6)]
    owner = passwords.matches("a password", None, is_preferred=True)
    *results, last = await asyncio.gather(*strangers, owner, return_exceptions=True)
    assert [result for result in results if result is False] == [False] * 2
    assert last is False
