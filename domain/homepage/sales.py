"""Flash sales as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.kit.money import Money
from domain.territories.markets import Territory


@dataclass(frozen=True, slots=True)
class SaleItem:
    """A product in a flash sale:

    its lowest sale price in the territory's currency, and the units left of all its variants.
    """

    product_id: int
    price: Money
    units_left: int


@dataclass(frozen=True, slots=True)
class Sale:
    """What a page shows of a flash sale; it is live from `starts_at` until `ends_at`."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    items: tuple[SaleItem, ...]


class Sales(Protocol):
    """Reads flash sales for pages."""

    async def sale(self, sale_id: int | None, territory: Territory) -> Sale | None:
        """The sale with that key. Without a key: the live sale, or else the next one that is announced.

        None if no such sale exists, or if it is not announced yet, over or cancelled.
        """
