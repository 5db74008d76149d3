"""Carts as shown: lines priced where the buyer shops, at this moment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from strawberry import Parent

from datasources.accounts import is_current
from domain.accounts import Viewer
from domain.cart import BuyerIdentity, Cart, CartLine
from domain.catalog.records import Variant
from domain.checkout.offers import Knowledge, Offer, offer_of, usage_keys
from domain.checkout.pricing import CartPrice, CodeEffect, CodeProblem, ItemPrice
from domain.discounts.rules import normal_code
from domain.kit.ids import global_id, key_of
from domain.kit.money import Money
from domain.kit.paging import Page, page_request, slice_of
from domain.kit.refusals import Refusal, RefusalCode, Refused, refuse
from resolvers.cart.access import visible_cart
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Before, First, GlobalId, Last
from services.checkout.offers import buyer_of


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what it costs where the buyer shops."""

    line: CartLine
    price: ItemPrice

    @property
    def variant(self) -> Variant:
        """What is in the line."""
        return self.price.item.variant


@dataclass(frozen=True, slots=True)
class CartWarning:
    """Something about a cart that does not stop it from being kept; `target` is the global id of what it is about."""

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
            raise refuse(RefusalCode.INVALID, "The access token is not valid.", "buyer", "token")
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


async def price(root: Parent[Cart], info: Info) -> CartPrice:
    """What all of it costs."""
    return (await offer(info.context, root)).price


async def discount_codes(root: Parent[Cart], info: Info) -> Sequence[CodeEffect]:
    """The codes with what each takes off."""
    return (await offer(info.context, root)).price.codes


async def cart_discounts(root: Parent[Cart], info: Info) -> Sequence[Money]:
    """What the codes take off, each that does."""
    priced = (await offer(info.context, root)).price
    return [Money(effect.minor, priced.currency) for effect in priced.codes if effect.minor]


async def warnings(root: Parent[CartOutcome], info: Info) -> Sequence[CartWarning]:
    """Lines that could not be bought now, and codes that take nothing off."""
    if root.cart is None:
        return ()
    made = await offer(info.context, root.cart)
    lines = [_line_warning(line, made.known.variants.get(line.variant_id)) for line in root.cart.lines]
    codes = [_code_warning(root.cart, effect) for effect in made.price.codes]
    return [warning for warning in (*lines, *codes) if warning is not None]


async def priced_lines(context: Context, shown: Cart) -> list[PricedLine]:
    """The lines that are for sale, with their prices."""
    made = await offer(context, shown)
    sold = [line for line in shown.lines if line.variant_id in made.known.variants]
    return [PricedLine(line, each) for line, each in zip(sold, made.price.items, strict=True)]


async def offer(context: Context, shown: Cart) -> Offer:
    """What the cart could be bought for, by the code that submits it; every read is batched with others."""
    loaders, territories = context.loaders, context.shop.territories
    market = territories.of_market(shown.market, context.territory)
    found, named = await asyncio.gather(
        loaders.variant.load_many([(line.variant_id, market) for line in shown.lines]),
        loaders.discount.load_many([normal_code(code) for code in shown.discount_codes]),
    )
    variants = {variant.id: variant for variant in found if variant is not None}
    discounts = {discount.code: discount for discount in named if discount is not None}
    buyer = buyer_of(context.viewer, shown)
    keys = sorted(usage_keys(shown, buyer, variants, discounts))
    used = dict(zip(keys, await loaders.used.load_many(keys), strict=True))
    return offer_of(shown, market, territories.default, buyer, Knowledge(variants, discounts, used))


def _line_warning(line: CartLine, variant: Variant | None) -> CartWarning | None:
    target = global_id("CartLine", line.id)
    if variant is None:
        return CartWarning("MERCHANDISE_NOT_AVAILABLE", "This product is no longer for sale.", target)
    if not variant.available_for_sale:
        return CartWarning("MERCHANDISE_OUT_OF_STOCK", "This product is sold out.", target)
    if variant.sells_out and variant.available < line.quantity:
        return CartWarning("MERCHANDISE_NOT_ENOUGH_STOCK", f"Only {variant.available} left.", target)
    return None


# Names of the Storefront API.
_CODE_WARNINGS = {
    CodeProblem.NOT_FOUND: ("DISCOUNT_NOT_FOUND", "There is no such discount code."),
    CodeProblem.INACTIVE: ("DISCOUNT_CURRENTLY_INACTIVE", "This discount does not hold now."),
    CodeProblem.USED_UP: ("DISCOUNT_USAGE_LIMIT_REACHED", "This discount is used up."),
    CodeProblem.USED_BY_CUSTOMER: ("DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED", "You have used this discount already."),
    CodeProblem.CUSTOMER_UNKNOWN: ("DISCOUNT_ELIGIBLE_CUSTOMER_MISSING", "Say who buys to use this discount."),
    CodeProblem.TOO_LITTLE_BOUGHT: ("DISCOUNT_PURCHASE_NOT_IN_RANGE", "This discount needs a larger purchase."),
    CodeProblem.NOT_COMBINABLE: ("DISCOUNT_INCOMPATIBLE", "This discount does not go together with the one before."),
}


def _code_warning(cart: Cart, effect: CodeEffect) -> CartWarning | None:
    if effect.problem is None:
        return None
    code, message = _CODE_WARNINGS[effect.problem]
    return CartWarning(code, message, global_id("Cart", cart.id))
