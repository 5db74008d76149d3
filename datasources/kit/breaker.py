"""Keeps a store that does not answer from being waited for again and again."""

import time


class Breaker:
    """Closed at first. After some failures in a row it is open for some seconds; then one caller at a time may try.

    One answer that came late says little: this process may have been busy itself.
    """

    def __init__(self, failures: int = 3, seconds: float = 0.5) -> None:
        self._most = failures
        self._seconds = seconds
        self._failures = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether to ask the store now. Whoever may has to say what came of it."""
        if self.is_closed:
            return True
        now = time.monotonic()
        if now < self._until:
            return False
        self._until = now + self._seconds
        return True

    @property
    def is_closed(self) -> bool:
        """Whether the store is asked as usual."""
        return self._failures < self._most

    def failed(self) -> bool:
        """The store did not answer; whether that opened the breaker."""
        self._failures += 1
        self._until = time.monotonic() + self._seconds
        return self._failures == self._most

    def succeeded(self) -> None:
        """The store answered."""
        self._failures = 0
