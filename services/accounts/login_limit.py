"""Wrong passwords are counted: who guesses is asked to wait. Each process counts for itself, in bounded memory."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from domain.kit.refusals import Unavailable


class Guesses:
    """Allows `limit` wrong passwords per e-mail address within `seconds`, whether or not it has an account.

    The addresses guessed at longest ago are forgotten beyond `remembered`: to be forgotten that way takes as many
    guesses at others, each as slow as a password hash.
    """

    def __init__(
        self,
        limit: int = 20,
        seconds: float = 900.0,
        remembered: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._remembered = remembered
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def require_patience(self, email: str) -> None:
        """Raises `Unavailable` LOGIN_LIMIT_EXCEEDED while there have been too many wrong passwords."""
        wrong = self._wrong.get(email)
        if wrong is None or len(wrong) < self._limit:
            return
        wait = wrong[0] + self._seconds - self._clock()
        if wait > 0:
            message = "Too many wrong passwords for this account; try again later."
            raise Unavailable("LOGIN_LIMIT_EXCEEDED", message, float(round(wait, 1)))

    def count(self, email: str, right: bool) -> None:
        """Remembers a wrong password; a right one makes up for all."""
        if right:
            self._wrong.pop(email, None)
            return
        self._wrong.setdefault(email, deque(maxlen=self._limit)).append(self._clock())
        self._wrong.move_to_end(email)
        if len(self._wrong) > self._remembered:
            self._wrong.popitem(last=False)
