"""What all backends have in common: they start on first use, once per test session, and say when they cannot."""

import os
from abc import ABC, abstractmethod


class Backend(ABC):
    """A store that tests run against. `name` is its word in STOREFRONT_TEST_REQUIRE and in the names of tests."""

    name: str
    title: str
    # The variable that names an external server to use instead of one started here.
    variable: str | None = None

    def __init__(self) -> None:
        self._url: str | None = None

    @property
    def exercised(self) -> bool:
        """Whether any test has used it."""
        return self._url is not None

    def external(self) -> str | None:
        """The URL of the external server, if one is named."""
        return os.environ.get(self.variable) or None if self.variable else None

    def missing(self) -> str | None:
        """Why it cannot run here, or None."""
        return None if self.external() else self.missing_program()

    def url(self) -> str:
        """Where it answers; starts it if need be."""
        if self._url is None:
            self._url = self.external() or self.start()
        return self._url

    def describe(self) -> str:
        """Its title, with the version when known, for the summary."""
        return self.title

    @abstractmethod
    def missing_program(self) -> str | None:
        """Why this machine cannot start it, or None."""

    @abstractmethod
    def start(self) -> str:
        """Starts it and answers its URL."""

    def stop(self) -> None:  # noqa: B027  # a backend without a process has nothing to stop
        """Ends what was started."""
