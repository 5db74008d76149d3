"""Guessing passwords: a few wrong ones are forgiven, more must wait, and hashing never piles up."""

import asyncio

import pytest

from domain.kit.refusals import Unavailable
from services.accounts.login_limit import Guesses
from services.accounts.passwords import Passwords


class Clock:
    """Stands still until told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def guess(guesses: Guesses, email: str, times: int) -> None:
    """Wrong passwords, as long as they are taken."""
    for _ in range(times):
        guesses.require_patience(email)
        guesses.count(email, right=False)


def test_too_many_wrong_passwords_must_wait_until_the_first_is_long_ago() -> None:
    """Other addresses need not."""
    clock = Clock()
    guesses = Guesses(limit=3, seconds=60, clock=clock)
    guess(guesses, "ada", 3)
    clock.now = 59.0
    with pytest.raises(Unavailable) as refused:
        guesses.require_patience("ada")
    assert (refused.value.code, refused.value.retry_after) == ("LOGIN_LIMIT_EXCEEDED", 1.0)
    guess(guesses, "bob", 3)
    clock.now = 60.0
    guess(guesses, "ada", 1)


def test_a_right_password_makes_up_for_wrong_ones() -> None:
    """Whoever mistypes now and then never waits."""
    guesses = Guesses(limit=3)
    for _ in range(5):
        guess(guesses, "ada", 2)
        guesses.count("ada", right=True)


def test_memory_is_bounded() -> None:
    """The address guessed at longest ago is forgotten first."""
    guesses = Guesses(limit=1, remembered=2)
    for email in ("ada", "bob", "cleo"):
        guess(guesses, email, 1)
    guess(guesses, "ada", 1)
    with pytest.raises(Unavailable):
        guesses.require_patience("cleo")


async def test_hashing_does_not_pile_up() -> None:
    """Two at a time, some wait, the rest is told to come again; afterwards there is room."""
    passwords = Passwords(waiting=1)
    results = await asyncio.gather(*(passwords.matches("a password", None) for _ in range(6)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Unavailable)]
    assert [error.code for error in refused] == ["ACCOUNTS_BUSY"] * 3
    assert [result for result in results if result is False] == [False] * 3
    assert await passwords.matches("a password", None) is False
