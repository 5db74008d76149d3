"""What the sender knows about each mail, and what all of them show of the shop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from datasources.content.reads import Content
from domain.content import Shop
from domain.kit.refusals import Unavailable
from domain.mail import OF_ACCOUNTS, Mail, TemplateKey

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# White text on it can be read.
_DARK = "#18181b"
_ENOUGH_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class MailFacts:
    """To whom a mail goes, for which template it is, and what the template shows."""

    recipient: str | None
    template: TemplateKey
    shown: Mapping[str, Any]


class FactsReader(Protocol):
    """Reads what mails show."""

    async def facts(self, mails: Sequence[Mail]) -> dict[Mail, MailFacts | None]:
        """The facts of each mail; None if what it is about no longer exists. Raises `Unavailable`."""


class AllMails:
    """Mails about orders and mails about accounts."""

    def __init__(self, orders: FactsReader, accounts: FactsReader) -> None:
        self._orders = orders
        self._accounts = accounts

    async def facts(self, mails: Sequence[Mail]) -> dict[Mail, MailFacts | None]:
        """The facts of each mail."""
        of_accounts = [mail for mail in mails if mail.kind in OF_ACCOUNTS]
        of_orders = [mail for mail in mails if mail.kind not in OF_ACCOUNTS]
        found = await self._orders.facts(of_orders) if of_orders else {}
        return found | (await self._accounts.facts(of_accounts) if of_accounts else {})


async def shop_of(content: Content) -> Shop | None:
    """The shop's document; a mail goes out without its colors rather than late."""
    try:
        return await content.shop()
    except Unavailable:
        return None


def shop_shown(shop: Shop | None, name: str) -> dict[str, str]:
    """What templates show of the shop; `name` is that of the settings."""
    return {"name": name if shop is None else shop.name, "color": color_of(shop)}


def color_of(shop: Shop | None) -> str:
    """The shop's first color if white text on it can be read, else a dark one. Nothing else gets into a style."""
    color = shop.brand.primary[0][0] if shop is not None and shop.brand.primary else None
    if color is None or not _COLOR.fullmatch(color):
        return _DARK
    return color if 1.05 / (_luminance(color) + 0.05) >= _ENOUGH_CONTRAST else _DARK


def _luminance(color: str) -> float:
    """Of a color such as `#336699`, by WCAG 2."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
