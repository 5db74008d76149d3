"""Which homepage: a territory on a platform."""

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """Which client shows the page."""

    WEB = "WEB"
    IOS = "IOS"
    ANDROID = "ANDROID"


@dataclass(frozen=True, slots=True)
class HomepageKey:
    """One page of the shop: a territory on a platform."""

    territory: str
    platform: Platform

    @property
    def redis_key(self) -> str:
        """The key of its record. The braces keep all keys of one page in one cluster slot.

        >>> HomepageKey("GB", Platform.WEB).redis_key
        'homepage:{GB:web}'
        """
        return f"homepage:{{{self.territory}:{self.platform.lower()}}}"
