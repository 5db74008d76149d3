"""Guessing passwords: a few wrong ones are forgiven, more must wait, and hashing never piles up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from domain.kit.refusals import Unavailable
from services.accounts.login_limit import LoginLimit
from services.accounts.passwords import Passwords


@pytest.fixture
async def limit() -> AsyncIterator[LoginLimit]:
    """Three wrong passwords in 15 minutes; there is no Redis, so that the process counts."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    yield LoginLimit(Limits(redis, "test:", "secret", factors={"wrong-passwords": 0.15}, clock=lambda: 0.0))
    await redis.close()


async def guess(limit: LoginLimit, email: str, times: int) -> None:
    """Wrong passwords, as long as they are taken."""
    for _ in range(times):
        async with limit.guess(email):
            pass


async def test_too_many_wrong_passwords_must_wait(limit: LoginLimit) -> None:
    """However the address is written; other addresses need not."""
    for email in ("ada@example.com", "Ada@Example.com", " ADA@example.com"):
        await guess(limit, email, 1)
    with pytest.raises(Unavailable) as refused:
        await guess(limit, "ada@ｅxample.com", 1)
    assert (refused.value.code, refused.value.retry_after) == ("LOGIN_LIMIT_EXCEEDED", 300.0)
    await guess(limit, "bob@example.com", 3)


@pytest.mark.slow
async def test_a_right_password_makes_up_for_wrong_ones(limit: LoginLimit) -> None:
    """A person who mistypes now and then never waits."""
    for _ in range(5):
        await guess(limit, "ada@example.com", 3)
        await limit.forgive("ada@example.com")


async def test_a_try_that_came_to_nothing_does_not_count(limit: LoginLimit) -> None:
    """A busy shop locks nobody out."""
    for _ in range(5):
        with pytest.raises(Unavailable) as busy:
            async with limit.guess("ada@example.com"):
                raise Unavailable("ACCOUNTS_BUSY", "Too many are signing in.")
        assert busy.value.code == "ACCOUNTS_BUSY"
    await guess(limit, "ada@example.com", 3)


async def test_hashing_does_not_pile_up() -> None:
    """Two at a time, some wait, the rest is refused at once; afterwards there is room."""
    passwords = Passwords(waiting=1)
    results = await asyncio.gather(*(passwords.matches("a password", None) for _ in range(6)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Unavailable)]
    assert [error.code for error in refused] == ["ACCOUNTS_BUSY"] * 3
    assert [result for result in results if result is False] == [False] * 3
    assert await passwords.matches("a password", None) is False
