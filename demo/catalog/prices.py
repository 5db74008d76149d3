"""Prices that the demo shop sets for territories; elsewhere a price follows from the price at home and the exchange
rate."""

from collections import defaultdict

from demo.kit.data import Data, read
from domain.kit.money import Money, minor_units
from domain.territories.markets import Price, Territories

# Codes of territories with the prices there, as drafts of variants hold them.
Prices = tuple[tuple[str, Price], ...]


class _Amounts(Data, frozen=True):
    """What a variant costs, and what it cost before a reduction, in units of the currency."""

    price: str
    compare_at: str | None = None

    def in_currency(self, currency: str) -> Price:
        before = None if self.compare_at is None else Money(minor_units(self.compare_at, currency), currency)
        return Price(Money(minor_units(self.price, currency), currency), before)


class _PriceList(Data, frozen=True):
    """The prices of a territory by SKU."""

    currency: str
    prices: dict[str, _Amounts]


def own_prices(territories: Territories) -> dict[str, Prices]:
    """Prices by SKU for the territories that exist beside the default one, with the currency of their price list."""
    lists = read("prices.json", dict[str, _PriceList])
    found: dict[str, Prices] = defaultdict(tuple)
    for territory in territories.all[1:]:
        listed = lists.get(territory.code)
        if listed is not None and listed.currency == territory.currency:
            for sku, amounts in listed.prices.items():
                found[sku] += ((territory.code, amounts.in_currency(listed.currency)),)
    return found
