"""Carts as clients see them: lines have the current prices of the buyer's territory."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import Parent

from datasources.accounts.customers import is_current
from domain.accounts import Viewer
from domain.cart import BuyerChanges, Cart, CartLine, NewCart, territory_of
from domain.catalog.records import Variant
from domain.checkout.offers import Offer, is_served, offer_of, usage_keys
from domain.checkout.pricing import CartPrice, CodeEffect, CodeProblem, ItemPrice
from domain.discounts.rules import normal_code
from domain.kit.ids import global_id, key_of
from domain.kit.limits import CARTS_OF_NETWORK, CODES_OF_CART, CODES_OF_NETWORK
from domain.kit.paging import Page, page_request, slice_of
from domain.kit.refusals import Refusal, RefusalCode, Refused, refuse
from resolvers.cart.access import cart_key, visible_cart
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last, Reverse
from services.cart.checks import MAX_CODES
from services.checkout.offers import buyer_of, knowledge

AttributeKey = Annotated[str, Arg(description="The key of the attribute.")]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its price in the buyer's territory, and the offer of its whole cart."""

    line: CartLine
    price: ItemPrice
    offer: Offer

    @property
    def variant(self) -> Variant:
        """The variant of the line."""
        return self.price.item.variant


@dataclass(frozen=True, slots=True)
class CartWarning:
    """A problem that does not keep the cart from being saved; `target` is the global id of the object that has it."""

    code: str
    message: str
    target: str


@dataclass(frozen=True, slots=True)
class CartOutcome:
    """The outcome of a change: the cart as it is now, and the reasons if nothing changed."""

    cart: Cart | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """What the client says about the buyer; `token` is an access token of the buyer's account, None for no account."""

    changes: BuyerChanges
    names_account: bool = False
    token: str | None = None


def line_key(gid: str) -> int:
    """The key of a line; 0, which no line has, for an id of another kind."""
    return key_of(gid, "CartLine") or 0


def line_key_of(gid: str | None, view_key: str | None) -> int:
    """The key of a line by its id, else by the name that it has in its cart; 0 for neither."""
    if gid is not None:
        return line_key(gid)
    return int(view_key) if view_key is not None and re.fullmatch("[0-9]{1,18}", view_key, re.ASCII) else 0


async def buyer_changes(context: Context, buyer: Buyer) -> BuyerChanges:
    """The buyer as the domain knows it. Refused: INVALID for a token that does not exist or has expired."""
    if not buyer.names_account:
        return buyer.changes
    customer_id = None
    if buyer.token is not None:
        viewer = context.services.tokens.viewer(buyer.token)
        if viewer is None or not await is_current(
            context.reads.database, viewer.customer_id or 0, viewer.token_version
        ):
            raise refuse(RefusalCode.INVALID, "The access token is not valid.", "buyer", "token")
        customer_id = viewer.customer_id
        context.proven.add(viewer.customer_id or 0)
    return BuyerChanges(**buyer.changes, customer_id=customer_id)


async def cart(info: Info, id: GlobalId) -> Cart | None:
    """A cart by its secret id."""
    return await visible_cart(info.context, id)


async def change(context: Context, gid: str | None, work: Callable[[Viewer], Awaitable[Offer]]) -> CartOutcome:
    """Runs a change of a cart for the viewer. A refusal becomes data, next to the unchanged cart."""
    viewer = await context.signed_in()
    try:
        made = await work(viewer)
    except Refused as refused:
        refusals = refused.refusals
    else:
        refusals = ()
    finally:
        context.written()
    if refusals:
        return CartOutcome(None if gid is None else await visible_cart(context, gid), refusals)
    context.keep_offer(made)
    return CartOutcome(made.cart)


async def set_codes(context: Context, gid: str, codes: Sequence[str]) -> CartOutcome:
    """Replaces the discount codes. Whoever tries many has to wait."""
    key, tried = cart_key(gid), min(len(set(codes)), MAX_CODES)
    if tried:
        await context.spend(CODES_OF_NETWORK, tried)
        await context.spend(CODES_OF_CART, tried, key)
    return await change(
        context, gid, lambda viewer: context.services.cart.set_codes(viewer, context.territory, key, codes)
    )


async def create(context: Context, make: Callable[[], Awaitable[NewCart]]) -> CartOutcome:
    """A new cart with the content that `make` reads from the input."""

    async def created(viewer: Viewer) -> Offer:
        new = await make()
        await context.spend(CARTS_OF_NETWORK)
        if new.discount_codes:
            await context.spend(CODES_OF_NETWORK, len(new.discount_codes))
        return await context.services.cart.create(viewer, context.territory, new)

    return await change(context, None, created)


async def lines(
    root: Parent[Cart],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[PricedLine]:
    """A page of the lines that have a price; `warnings` names the others."""
    found = await priced_lines(info.context, root)
    return slice_of(found, page_request(first, after, last, before, 100), reverse)


def line_attribute(root: Parent[PricedLine], key: AttributeKey) -> tuple[str, str] | None:
    """The custom attribute of a line with that key."""
    return next((pair for pair in root.line.attributes if pair[0] == key), None)


def cart_attribute(root: Parent[Cart], key: AttributeKey) -> tuple[str, str] | None:
    """The custom attribute of a cart with that key."""
    return next((pair for pair in root.attributes if pair[0] == key), None)


async def price(root: Parent[Cart], info: Info) -> CartPrice:
    """What the whole cart costs."""
    return (await offer(info.context, root)).price


async def discount_codes(root: Parent[Cart], info: Info) -> Sequence[CodeEffect]:
    """The codes, each with the amount that it takes off."""
    return (await offer(info.context, root)).price.codes


async def total_quantity(root: Parent[Cart], info: Info) -> int:
    """Units over the lines that shoppers see."""
    return sum(line.quantity for line in (await offer(info.context, root)).lines)


async def outcome_warnings(root: Parent[CartOutcome], info: Info) -> Sequence[CartWarning]:
    """The warnings of the cart after a change."""
    return () if root.cart is None else await warnings(root.cart, info)


async def warnings(root: Parent[Cart], info: Info) -> Sequence[CartWarning]:
    """Lines that cannot be bought now or have left the cart with this change, and codes that take nothing off."""
    made = await offer(info.context, root)
    lines = [_line_warning(line, made.known.variants.get(line.variant_id)) for line in (*root.lines, *made.dropped)]
    codes = [_code_warning(root, effect) for effect in made.price.codes]
    codes.append(None if is_served(root, made.territory) else _not_served(root))
    return [warning for warning in (*lines, *codes) if warning is not None]


async def priced_lines(context: Context, shown: Cart) -> list[PricedLine]:
    """The lines that are for sale, with their prices."""
    made = await offer(context, shown)
    return [PricedLine(line, each, made) for line, each in zip(made.lines, made.price.items, strict=True)]


async def offer(context: Context, shown: Cart) -> Offer:
    """The offer of the cart, computed by the same code as a submit: once per request, for all fields."""
    return await context.offer_of(shown, _priced)


async def _priced(context: Context, shown: Cart) -> Offer:
    """The offer of a cart that is already loaded; its reads are batched with others."""
    loaders, territories = context.loaders, context.shop.territories
    market = territory_of(shown, territories, context.territory)
    found, named = await asyncio.gather(
        loaders.variant.load_many([(line.variant_id, market) for line in shown.lines]),
        loaders.discount.load_many([normal_code(code) for code in shown.discount_codes]),
    )
    variants = {variant.id: variant for variant in found if variant is not None}
    discounts = {discount.code: discount for discount in named if discount is not None}
    buyer = buyer_of(context.viewer, shown)
    keys = sorted(usage_keys(shown, buyer, variants, discounts))
    used = dict(zip(keys, await loaders.used.load_many(keys), strict=True))
    return offer_of(shown, market, territories.default, buyer, knowledge(shown, variants, discounts, used))


def _line_warning(line: CartLine, variant: Variant | None) -> CartWarning | None:
    target = global_id("CartLine", line.id)
    if variant is None:
        return CartWarning("MERCHANDISE_NOT_AVAILABLE", "This product is no longer for sale.", target)
    if not variant.available_for_sale:
        return CartWarning("MERCHANDISE_OUT_OF_STOCK", "This product is sold out.", target)
    if variant.sells_out and variant.available < line.quantity:
        return CartWarning("MERCHANDISE_NOT_ENOUGH_STOCK", f"Only {variant.available} left.", target)
    return None


# Names of the Storefront API, and what the shop says about a code.
_CODE_WARNINGS = {
    CodeProblem.NOT_FOUND: ("DISCOUNT_NOT_FOUND", "There is no discount code {}."),
    CodeProblem.INACTIVE: ("DISCOUNT_CURRENTLY_INACTIVE", "The discount {} is not active now."),
    CodeProblem.USED_UP: ("DISCOUNT_USAGE_LIMIT_REACHED", "The discount {} is used up."),
    CodeProblem.USED_BY_CUSTOMER: ("DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED", "You have used the discount {} already."),
    CodeProblem.CUSTOMER_UNKNOWN: (
        "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING",
        "Log in or enter an e-mail address to use the discount {}.",
    ),
    CodeProblem.TOO_LITTLE_BOUGHT: ("DISCOUNT_PURCHASE_NOT_IN_RANGE", "The discount {} needs a larger purchase."),
    CodeProblem.NOT_COMBINABLE: ("DISCOUNT_INCOMPATIBLE", "The discount {} cannot be combined with an earlier one."),
}


def _not_served(cart: Cart) -> CartWarning:
    message = "The shop does not deliver to this country."
    return CartWarning("DELIVERY_NOT_AVAILABLE", message, global_id("Cart", cart.id))


def _code_warning(cart: Cart, effect: CodeEffect) -> CartWarning | None:
    if effect.problem is None:
        return None
    code, message = _CODE_WARNINGS[effect.problem]
    return CartWarning(code, message.format(effect.code), global_id("Cart", cart.id))
