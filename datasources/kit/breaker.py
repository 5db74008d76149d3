"""Stops callers from waiting again and again for a store that does not answer."""

import time


class Breaker:
    """Closed at first. After some failures in a row it opens for some seconds; then one caller at a time may try.

    A single late answer does not open it: this process may have been busy itself.
    """

    def __init__(self, failures: int = 3, seconds: float = 0.5) -> None:
        self._most = failures
        self._seconds = seconds
        self._failures = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether the caller may use the store now. A caller that may must report the outcome."""
        if self.is_closed:
            return True
        now = time.monotonic()
        if now < self._until:
            return False
        self._until = now + self._seconds
        return True

    @property
    def is_closed(self) -> bool:
        """Whether all callers may use the store."""
        return self._failures < self._most

    def failed(self) -> bool:
        """Records a failure of the store; whether it opened the breaker."""
        self._failures += 1
        self._until = time.monotonic() + self._seconds
        return self._failures == self._most

    def succeeded(self) -> None:
        """Records an answer of the store."""
        self._failures = 0
