"""After any changes, a cart costs the same as a simple model of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from domain.kit.money import Money
from tests.kit.carts import ADD, REMOVE, UPDATE, changed, line, new_cart, total, variant_gid
from tests.kit.fixtures.graphql_api import Api, Record

PRICES = (100, 250, 999)
ENGRAVINGS = ("", "Ada")
Kind = tuple[int, str]
KINDS = some.tuples(some.integers(0, len(PRICES) - 1), some.sampled_from(ENGRAVINGS))
QUANTITIES = some.integers(1, 5)


@dataclass
class Model:
    """Units by position of the variant and engraving."""

    units: dict[Kind, int] = field(default_factory=dict)

    @property
    def total(self) -> str:
        """What it costs."""
        minor = sum(PRICES[number] * count for (number, _), count in self.units.items())
        return f"{Money(minor, 'GBP').brief} GBP"


@dataclass
class Shopping:
    """A cart and its model, changed together."""

    api: Api
    variants: tuple[int, ...]
    cart: Record
    model: Model = field(default_factory=Model)

    def kinds(self) -> dict[Kind, str]:
        """Line ids of the cart by what the lines hold."""
        numbers = {variant_gid(key): number for number, key in enumerate(self.variants)}
        return {
            (numbers[node["merchandise"]["id"]], "".join(pair["value"] for pair in node["attributes"])): node["id"]
            for node in self.cart["lines"]["nodes"]
        }

    def input(self, kind: Kind, quantity: int) -> Record:
        """A line of that kind."""
        number, engraving = kind
        return line(self.variants[number], quantity, {"engraving": engraving} if engraving else {})

    async def change(self, operation: str, lines: list[Record] | list[str]) -> None:
        """Runs one mutation of the cart."""
        self.cart = await changed(self.api, operation, cart=self.cart["id"], lines=lines)

    async def add(self, kind: Kind, quantity: int) -> None:
        """Adds units, whether such a line is there or not."""
        self.model.units[kind] = self.model.units.get(kind, 0) + quantity
        await self.change(ADD, [self.input(kind, quantity)])

    async def turn(self, kind: Kind, other: Kind, quantity: int) -> None:
        """Makes a line another one with another quantity; with one like it, it becomes one."""
        if kind not in self.model.units:
            return
        gid = self.kinds()[kind]
        del self.model.units[kind]
        self.model.units[other] = self.model.units.get(other, 0) + quantity
        as_new = self.input(other, quantity)
        await self.change(UPDATE, [{"id": gid, **as_new}])

    async def swap(self, kind: Kind, other: Kind) -> None:
        """Removes one line and makes another one like it, in one call."""
        if kind == other or not {kind, other} <= set(self.model.units):
            return
        gids = self.kinds()
        count = self.model.units.pop(other)
        self.model.units[kind] = count
        await self.change(UPDATE, [{"id": gids[kind], "quantity": 0}, {"id": gids[other], **self.input(kind, count)}])

    async def remove(self, kind: Kind) -> None:
        """Removes a line, if it is there."""
        if self.model.units.pop(kind, None) is not None:
            await self.change(REMOVE, [self.kinds()[kind]])

    def agree(self) -> bool:
        """Whether cart and model hold and cost the same."""
        counts = {gid: node["quantity"] for gid, node in _by_id(self.cart).items()}
        held = {kind: counts[gid] for kind, gid in self.kinds().items()}
        in_all = self.cart["totalQuantity"] == sum(self.model.units.values())
        return held == self.model.units and in_all and total(self.cart) == self.model.total


def _by_id(cart: Record) -> dict[str, Record]:
    return {node["id"]: node for node in cart["lines"]["nodes"]}


STEPS: some.SearchStrategy[tuple[Callable[..., Awaitable[None]], tuple[object, ...]]] = some.one_of(
    some.tuples(some.just(Shopping.add), some.tuples(KINDS, QUANTITIES)),
    some.tuples(some.just(Shopping.turn), some.tuples(KINDS, KINDS, QUANTITIES)),
    some.tuples(some.just(Shopping.swap), some.tuples(KINDS, KINDS)),
    some.tuples(some.just(Shopping.remove), some.tuples(KINDS)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(STEPS, min_size=3, max_size=10))
async def test_a_cart_costs_what_its_model_costs(
    api: Api, steps: list[tuple[Callable[..., Awaitable[None]], tuple[object, ...]]]
) -> None:
    """After every step of any sequence of adding, turning, swapping and removing."""
    products = [await api.add_product(price=price, stock=100) for price in PRICES]
    shopping = Shopping(api, tuple(product.variant_id for product in products), await new_cart(api))
    for step, values in steps:
        await step(shopping, *values)
        assert shopping.agree()
