"""Carts as shown: lines priced where the buyer shops, at this moment."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from strawberry import Parent

from datasources.accounts import is_current
from domain.accounts import Viewer
from domain.cart import BuyerIdentity, Cart, CartLine
from domain.catalog import Variant
from domain.ids import global_id, key_of
from domain.money import Money
from domain.paging import Page, page_request, slice_of
from domain.refusals import Refusal, Refused, refuse
from domain.territories import Territory
from resolvers.access import visible_cart
from resolvers.arguments import After, Before, First, GlobalId, Last
from resolvers.context import Context, Info


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with the variant as it is sold where the buyer shops."""

    line: CartLine
    variant: Variant


@dataclass(frozen=True, slots=True)
class LineCost:
    """What a line costs."""

    quantity: int
    amount_per_quantity: Money
    compare_at_amount_per_quantity: Money | None

    @property
    def total_amount(self) -> Money:
        """Price of all units."""
        return self.amount_per_quantity.times(self.quantity)


@dataclass(frozen=True, slots=True)
class CartCost:
    """What a cart costs; taxes are included in prices."""

    total_amount: Money


@dataclass(frozen=True, slots=True)
class CartWarning:
    """Something about a cart that does not stop it from being kept; `target` is the global id of a line."""

    code: str
    message: str
    target: str


@dataclass(frozen=True, slots=True)
class CartOutcome:
    """What a change of a cart came to: the cart as it is now, and why nothing changed if nothing did."""

    cart: Cart | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who will buy, as a client says it; `token` speaks for an account."""

    email: str | None = None
    phone: str | None = None
    country: str | None = None
    token: str | None = None


def line_key(gid: str) -> int:
    """The key of a line; 0 is no line's."""
    return key_of(gid, "CartLine") or 0


async def buyer_identity(context: Context, buyer: Buyer) -> BuyerIdentity:
    """The buyer as the domain knows it. Refused: INVALID for a token that speaks for nobody."""
    customer_id = None
    if buyer.token is not None:
        viewer = context.services.tokens.viewer(buyer.token)
        if viewer is None or not await is_current(
            context.reads.database, viewer.customer_id or 0, viewer.token_version
        ):
            raise refuse("INVALID", "The access token is not valid.", "buyerIdentity", "customerAccessToken")
        customer_id = viewer.customer_id
    return BuyerIdentity(buyer.email, buyer.phone, buyer.country, customer_id)


async def cart(info: Info, id: GlobalId) -> Cart | None:
    """A cart by its secret id."""
    return await visible_cart(info.context, id)


async def change(context: Context, gid: str | None, work: Callable[[Viewer], Awaitable[Cart]]) -> CartOutcome:
    """Runs a change of a cart for the viewer; refusals become data beside the cart as it still is."""
    viewer = await context.signed_in()
    try:
        return CartOutcome(await work(viewer))
    except Refused as refused:
        refusals = refused.refusals
    finally:
        context.written()
    return CartOutcome(None if gid is None else await visible_cart(context, gid), refusals)


async def lines(
    root: Parent[Cart], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[PricedLine]:
    """A page of the lines that can be priced; the others are told by `warnings`."""
    return slice_of(await priced_lines(info.context, root), page_request(first, after, last, before, 100))


async def cost(root: Parent[Cart], info: Info) -> CartCost:
    """The sum over all lines."""
    nothing = Money(0, territory_of(info.context, root).currency)
    priced = await priced_lines(info.context, root)
    return CartCost(sum((line_cost(line).total_amount for line in priced), nothing))


async def warnings(root: Parent[CartOutcome], info: Info) -> Sequence[CartWarning]:
    """Lines that could not be bought now."""
    if root.cart is None:
        return ()
    variants = await _variants(info.context, root.cart)
    found = [_warning(line, variant) for line, variant in zip(root.cart.lines, variants, strict=True)]
    return [warning for warning in found if warning is not None]


def line_cost(root: Parent[PricedLine]) -> LineCost:
    """What a line costs."""
    return LineCost(root.line.quantity, root.variant.price, root.variant.compare_at)


async def priced_lines(context: Context, shown: Cart) -> list[PricedLine]:
    """Lines with their variants, one batch for all."""
    variants = await _variants(context, shown)
    return [PricedLine(line, v) for line, v in zip(shown.lines, variants, strict=True) if v is not None]


def territory_of(context: Context, shown: Cart) -> Territory:
    """Where the buyer of a cart shops: by the cart's country, else by the request."""
    if shown.country is None:
        return context.territory
    return context.shop.territories.of_country(shown.country)


async def _variants(context: Context, shown: Cart) -> list[Variant | None]:
    territory = territory_of(context, shown)
    return await context.loaders.variant.load_many([(line.variant_id, territory) for line in shown.lines])


def _warning(line: CartLine, variant: Variant | None) -> CartWarning | None:
    target = global_id("CartLine", line.id)
    if variant is None:
        return CartWarning("MERCHANDISE_NOT_AVAILABLE", "This product is no longer for sale.", target)
    if not variant.available_for_sale:
        return CartWarning("MERCHANDISE_OUT_OF_STOCK", "This product is sold out.", target)
    if variant.sells_out and variant.available < line.quantity:
        return CartWarning("MERCHANDISE_NOT_ENOUGH_STOCK", f"Only {variant.available} left.", target)
    return None
