"""About six hundred orders of the year before a given day: identical for the same day on every machine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from demo.accounts import Shopper, shoppers
from demo.kit.chance import chance
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import variant_title
from domain.orders.life import OrderStatus
from domain.orders.records import PastDetails, PastLine, PastOrder
from domain.territories.markets import ListPrice, Territories, Territory, price_in

ORDERS = 600
_OF_DEMO_SHOPPER = 9  # so that they see orders when they log in
_TO_TASTE = 0.8  # share of lines from a preferred department
_UNDELIVERED_DAYS = 4
_SHOWN = {"hidden-homepage-featured-items": 3, "hidden-homepage-carousel": 2}  # weights by collection
_DEAR = 5000  # price in pence from which shoppers buy a single unit


def past_orders(drafts: Sequence[ProductDraft], territories: Territories, today: date) -> tuple[PastOrder, ...]:
    """Orders from oldest to newest, named `#D1001` and up; the newest are one day old."""
    shelves = _Shelves(drafts)
    people = shoppers()
    buyers = [people[0]] * _OF_DEMO_SHOPPER + chance("buyers").choices(people[1:], k=ORDERS - _OF_DEMO_SHOPPER)
    days = sorted((_days_ago(number), number) for number in range(ORDERS))
    return tuple(
        _order(f"#D{1000 + ORDERS - place}", ago, buyers[number], shelves, territories, today)
        for place, (ago, number) in reversed(list(enumerate(days)))
    )


class _Shelf:
    """Products with weights: a few are far more popular than the rest."""

    def __init__(self, drafts: Sequence[ProductDraft]) -> None:
        self._drafts = list(drafts)
        self._weights = list(accumulate(map(_popularity, drafts)))

    def pick(self, rng: Random) -> ProductDraft:
        return rng.choices(self._drafts, cum_weights=self._weights)[0]


class _Shelves:
    """The products that shoppers choose from, mostly from their preferred departments."""

    def __init__(self, drafts: Sequence[ProductDraft]) -> None:
        departments = dict.fromkeys(draft.collections[0][0] for draft in drafts)
        self._all = _Shelf(drafts)
        self._of = {name: _Shelf([d for d in drafts if d.collections[0][0] == name]) for name in departments}

    def pick(self, rng: Random, likes: Sequence[str]) -> ProductDraft:
        shelf = self._of[rng.choice(likes)] if rng.random() < _TO_TASTE else self._all
        return shelf.pick(rng)


def _popularity(draft: ProductDraft) -> int:
    """Long-tailed, from 6 to 1400; products shown first sell better, expensive ones less."""
    shown = sum(_SHOWN.get(handle, 0) for handle, _ in draft.collections)
    drawn = 1000 // (chance("popularity", draft.handle).randint(5, 200) // 2 + 1)
    is_dear = min(variant.price_minor for variant in draft.variants) > _DEAR
    return (20 + drawn) * (1 + shown) // (3 if is_dear else 1)


def _days_ago(number: int) -> int:
    """Between one day and one year; recent days have more, as for a growing business."""
    rng = chance("day", number)
    return rng.randint(1, rng.choice((120, 364, 364)))


def _order(
    name: str, days_ago: int, buyer: Shopper, shelves: _Shelves, territories: Territories, today: date
) -> PastOrder:
    rng = chance("order", name)
    territory = territories.of_country(buyer.country)
    created_at = datetime.combine(today - timedelta(days=days_ago), time(7), UTC)
    created_at += timedelta(seconds=rng.randrange(14 * 3600))
    status = _status(rng, days_ago)
    order = PastOrder(
        name=name,
        email=buyer.email,
        country=buyer.country,
        currency=territory.currency,
        status=status,
        created_at=created_at,
        cancelled_at=created_at + timedelta(hours=3) if status is OrderStatus.CANCELLED else None,
        lines=_lines(rng, buyer, shelves, territories, territory),
    )
    back = order.charged_minor if status is OrderStatus.REFUNDED else 0
    return replace(order, details=PastDetails(refunded_minor=back))


def _status(rng: Random, days_ago: int) -> OrderStatus:
    drawn = rng.random()
    if drawn < 0.03:
        return OrderStatus.CANCELLED
    if drawn < 0.06 and days_ago > _UNDELIVERED_DAYS:
        return OrderStatus.REFUNDED
    return OrderStatus.PAID if days_ago <= _UNDELIVERED_DAYS else OrderStatus.FULFILLED


def _lines(
    rng: Random, buyer: Shopper, shelves: _Shelves, territories: Territories, territory: Territory
) -> tuple[PastLine, ...]:
    """One to five different products."""
    chosen = {draft.handle: draft for draft in (shelves.pick(rng, buyer.likes) for _ in range(rng.randint(1, 5)))}
    return tuple(_line(rng, draft, territories, territory) for draft in chosen.values())


def _line(rng: Random, draft: ProductDraft, territories: Territories, territory: Territory) -> PastLine:
    variant = rng.choice(draft.variants)
    title = f"{draft.title} - {variant_title(variant.option_values)}"
    quantity = 1 if variant.price_minor > _DEAR else rng.choice((1, 1, 1, 2, 2, 4))
    return PastLine(variant.sku, title, quantity, _minor(variant, territories, territory))


def _minor(variant: VariantDraft, territories: Territories, territory: Territory) -> int:
    """The price of a unit in the territory, in minor units of its currency."""
    listed = [ListPrice(territories.default.code, variant.price_minor)]
    listed += [ListPrice(code, price.price.minor) for code, price in variant.prices]
    price = price_in(territory, territories.default, listed)
    assert price is not None, "a draft has a price in the default territory"
    return price.price.minor
