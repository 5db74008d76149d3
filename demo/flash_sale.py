"""The flash sale of the demo shop. It starts when the shop is seeded, and its units come out of the first stock."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from demo.kit.data import Data, read
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.inventory import DEFAULT_LOCATION


class _Item(Data, frozen=True):
    """Units of a variant, and their price in the shop's currency."""

    handle: str
    sku: str
    price: str
    units: int
    per_customer: int | None


class _Sale(Data, frozen=True):
    """A sale that lasts for some days."""

    title: str
    days: int
    items: tuple[_Item, ...]


def sale_handles() -> tuple[str, ...]:
    """The products of the sale."""
    return tuple(item.handle for item in _sale().items)


def flash_sale(variant_ids: Mapping[str, int], now: datetime) -> NewFlashSale:
    """The sale, from now on; `variant_ids` are keys of variants by SKU."""
    sale = _sale()
    items = tuple(
        NewFlashSaleItem(variant_ids[item.sku], item.price, item.units, item.per_customer, DEFAULT_LOCATION)
        for item in sale.items
    )
    return NewFlashSale(sale.title, now, now + timedelta(days=sale.days), items)


def _sale() -> _Sale:
    return read("flash_sale.json", _Sale)
