"""Versions of the Storefront API that clients may name in the address of a request. All have the same schema here."""

import re
from dataclasses import dataclass

# From the oldest to the newest. A version leaves the list a year after the next one came.
SUPPORTED = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
UNSTABLE = "unstable"
_FORM = re.compile(r"20[0-9]{2}-(?:01|04|07|10)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """A version by its name in addresses."""

    handle: str
    is_supported: bool

    @property
    def title(self) -> str:
        """Its name for people.

        >>> ApiVersion("2026-10", True).title, ApiVersion("unstable", False).title
        ('2026-10 (Latest)', 'unstable')
        """
        return f"{self.handle} (Latest)" if self.handle == SUPPORTED[-1] else self.handle


def served_version(named: str) -> str | None:
    """The version that answers: the oldest one for versions that are out of support; None for what is no version.

    >>> served_version("2026-07"), served_version("2023-01"), served_version("unstable")
    ('2026-07', '2025-10', 'unstable')
    >>> served_version("2030-01"), served_version("2026-05")
    (None, None)
    """
    if named in SUPPORTED or named == UNSTABLE:
        return named
    return SUPPORTED[0] if _FORM.fullmatch(named) and named < SUPPORTED[0] else None


def public_versions() -> list[ApiVersion]:
    """Every version that a client may name."""
    return [*(ApiVersion(handle, True) for handle in SUPPORTED), ApiVersion(UNSTABLE, False)]
