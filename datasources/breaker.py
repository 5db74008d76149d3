"""Keeps a store that does not answer from being waited for again and again."""

import time


class Breaker:
    """Closed at first. After a failure it is open for some seconds; then one caller may try."""

    def __init__(self, seconds: float = 0.5) -> None:
        self._seconds = seconds
        self._until = 0.0

    def allows(self) -> bool:
        """Whether to ask the store now. Whoever may has to say what came of it."""
        if not self._until:
            return True
        now = time.monotonic()
        if now < self._until:
            return False
        self._until = now + self._seconds
        return True

    def failed(self) -> bool:
        """The store did not answer; whether that is news."""
        was_closed = not self._until
        self._until = time.monotonic() + self._seconds
        return was_closed

    def succeeded(self) -> None:
        """The store answered."""
        self._until = 0.0
