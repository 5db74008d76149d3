"""Changes to carts. The secret id gives access to a cart, unless another signed-in shopper owns it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from datasources import cart as carts
from datasources.catalog.reads import Catalog
from datasources.checkout.gate import StockGate
from datasources.kit.database import Database, Tx
from domain.accounts import Viewer
from domain.cart import (
    MAX_LINES,
    AddLine,
    Attributes,
    BuyerChanges,
    Cart,
    CartLine,
    ChangeLine,
    NewCart,
    may_use,
    units_by_variant,
)
from domain.catalog.records import Variant
from domain.checkout.offers import Offer
from domain.kit.ids import new_secret
from domain.kit.refusals import RefusalCode, Refused, refuse
from domain.territories.delivery import NewAddress
from domain.territories.markets import Territories, Territory
from services.cart import addresses as cart_addresses
from services.cart import checks
from services.cart.checks import check_quantity
from services.cart.copies import with_copies
from services.cart.metafields import CartMetafieldService, with_new
from services.cart.quotes import QuotedCarts, read


class CartService:
    """One transaction per change. Each returns the new offer of the cart and stores its total as the quote."""

    def __init__(
        self, database: Database, catalog: Catalog, territories: Territories, gate: StockGate | None = None
    ) -> None:
        self.quoted = QuotedCarts(database, catalog, territories, gate)
        self.metafields = CartMetafieldService(self.quoted)

    async def create(self, viewer: Viewer, territory: Territory, new: NewCart) -> Offer:
        """A new cart. Refused: as for adding lines and addresses, TOO_LONG, INVALID."""
        cart_id, new = new_secret(), checks.new_cart(new)
        buyer = BuyerChanges(**new.buyer)
        buyer.setdefault("customer_id", viewer.customer_id)
        new = replace(new, buyer=buyer)

        async def fill(tx: Tx) -> None:
            await carts.insert(tx, cart_id, territory.code, new)
            if new.addresses:
                # The account of a new cart is that of a token of this request.
                full = await with_copies(tx, new.addresses, buyer["customer_id"])
                await carts.set_addresses(tx, cart_id, cart_addresses.added((), full))
            if new.metafields:
                await carts.set_metafields(tx, cart_id, with_new((), new.metafields))
            if new.lines:
                await self.add_within(tx, await read(tx, cart_id), new.lines, territory)

        return await self.quoted.create(viewer, territory, cart_id, fill)

    async def add_lines(self, viewer: Viewer, territory: Territory, cart_id: str, lines: Sequence[AddLine]) -> Offer:
        """Adds units and merges equal lines.

        Refused: MERCHANDISE_NOT_FOUND, INVALID_QUANTITY, MAXIMUM_EXCEEDED, TOO_MANY_LINES.
        """
        given = checks.lines_to_add(lines)
        return await self.quoted.change(
            viewer, territory, cart_id, lambda tx, cart: self.add_within(tx, cart, given, territory)
        )

    async def update_lines(
        self, viewer: Viewer, territory: Territory, cart_id: str, changes: Sequence[ChangeLine]
    ) -> Offer:
        """Changes lines; quantity 0 removes a line. Refused: LINE_NOT_FOUND and as for adding."""
        given = checks.lines_to_change(changes)
        return await self.quoted.change(
            viewer, territory, cart_id, lambda tx, cart: self._update(tx, cart, given, territory)
        )

    async def remove_lines(self, viewer: Viewer, territory: Territory, cart_id: str, line_ids: Sequence[int]) -> Offer:
        """Removes lines. Refused: LINE_NOT_FOUND."""
        if len(line_ids) > MAX_LINES:
            raise checks.too_many_lines()

        async def remove(tx: Tx, cart: Cart) -> None:
            for position, line_id in enumerate(line_ids):
                _line(cart, line_id, position)
            await carts.remove_lines(tx, cart.id, line_ids)

        return await self.quoted.change(viewer, territory, cart_id, remove)

    async def set_buyer(
        self,
        viewer: Viewer,
        territory: Territory,
        cart_id: str,
        buyer: BuyerChanges,
        addresses: Sequence[NewAddress] | None = None,
    ) -> Offer:
        """Changes the buyer, and replaces the addresses if any are given.

        A cart of one account never moves directly to another account. Refused: INVALID and as for addresses.
        """
        checked = checks.buyer_changes(buyer)
        cart_addresses.check(addresses or ())
        owner = checked.get("customer_id")

        async def bind(tx: Tx, cart: Cart) -> None:
            if owner is not None and not may_use(Viewer(owner), cart):
                raise refuse(RefusalCode.INVALID, "The specified cart does not exist.", "cart")
            await carts.set_buyer(tx, cart.id, checked)
            if addresses is not None:
                await carts.set_addresses(tx, cart.id, cart_addresses.added((), addresses))

        return await self.quoted.change(viewer, territory, cart_id, bind)

    async def set_note(self, viewer: Viewer, territory: Territory, cart_id: str, note: str) -> Offer:
        """Replaces the note. Refused: TOO_LONG, INVALID."""
        checked = checks.note_text(note)
        return await self.quoted.change(
            viewer, territory, cart_id, lambda tx, cart: carts.set_note(tx, cart.id, checked)
        )

    async def set_attributes(self, viewer: Viewer, territory: Territory, cart_id: str, attributes: Attributes) -> Offer:
        """Replaces the attributes. Refused: TOO_LONG, INVALID."""
        checked = checks.attribute_pairs(attributes)
        return await self.quoted.change(
            viewer, territory, cart_id, lambda tx, cart: carts.set_attributes(tx, cart.id, checked)
        )

    async def set_codes(self, viewer: Viewer, territory: Territory, cart_id: str, codes: Sequence[str]) -> Offer:
        """Replaces the discount codes. The cart shows what each takes off, or why nothing. Refused: TOO_LONG."""
        checked = checks.code_texts(codes)
        return await self.quoted.change(
            viewer, territory, cart_id, lambda tx, cart: carts.set_codes(tx, cart.id, checked)
        )

    async def add_within(self, tx: Tx, cart: Cart, lines: Sequence[AddLine], territory: Territory) -> None:
        """Adds checked lines to a locked cart. Refused: as for `add_lines`."""
        variants = await self.quoted.variants(tx, cart, [line.variant_id for line in lines], territory)
        merged = {(line.variant_id, carts.attribute_key(line.attributes)): line for line in cart.lines}
        known, touched = set(merged), []
        for position, line in enumerate(lines):
            if line.variant_id not in variants:
                raise _not_found(position)
            key = (line.variant_id, carts.attribute_key(line.attributes))
            old = merged.get(key) or CartLine(0, line.variant_id, 0, line.attributes)
            merged[key] = replace(old, quantity=check_quantity(old.quantity + line.quantity, position))
            touched.append(key)
        if len(merged) > MAX_LINES:
            raise checks.too_many_lines()
        _check_most(variants, list(merged.values()), [line.variant_id for line in lines])
        for key in dict.fromkeys(touched):
            line_now = merged[key]
            if key in known:
                await carts.change_line(tx, line_now)
            else:
                await carts.put_line(tx, cart.id, line_now.variant_id, line_now.quantity, line_now.attributes)

    async def _update(self, tx: Tx, cart: Cart, changes: Sequence[ChangeLine], territory: Territory) -> None:
        lines = [_changed(_line(cart, change.line_id, at), change) for at, change in enumerate(changes)]
        variants = await self.quoted.variants(tx, cart, [line.variant_id for line in lines], territory)
        for position, change in enumerate(changes):
            if change.variant_id is not None and change.variant_id not in variants:
                raise _not_found(position)
        for position, change in enumerate(changes):
            await self._put(tx, cart, _changed(_line(cart, change.line_id, position), change), position)
            cart = await read(tx, cart.id)
        _check_most(variants, cart.lines, [line.variant_id for line in lines])

    async def _put(self, tx: Tx, cart: Cart, line: CartLine, position: int) -> None:
        """Rewrites a line and merges a line that is now equal into it."""
        if line.quantity == 0:
            await carts.remove_lines(tx, cart.id, [line.id])
            return
        twin = _twin(cart, line)
        if twin is not None:
            await carts.remove_lines(tx, cart.id, [twin.id])
            line = replace(line, quantity=check_quantity(line.quantity + twin.quantity, position))
        await carts.change_line(tx, line)


def _not_found(position: int) -> Refused:
    message = "The merchandise does not exist."
    return refuse(RefusalCode.MERCHANDISE_NOT_FOUND, message, "lines", position, "variant_id")


def _check_most(variants: Mapping[int, Variant], lines: Sequence[CartLine], asked: Sequence[int]) -> None:
    """Checks the order limits of the variants in the request. Refused: MAXIMUM_EXCEEDED."""
    units = units_by_variant(lines)
    for position, variant_id in enumerate(asked):
        most = variants[variant_id].max_per_order if variant_id in variants else None
        if most is not None and units.get(variant_id, 0) > most:
            message = f"The limit for this variant is {most} per order."
            raise refuse(RefusalCode.MAXIMUM_EXCEEDED, message, "lines", position, "quantity")


def _line(cart: Cart, line_id: int, position: int) -> CartLine:
    for line in cart.lines:
        if line.id == line_id:
            return line
    raise refuse(RefusalCode.LINE_NOT_FOUND, "The cart has no such line.", "lines", position, "line_id")


def _changed(line: CartLine, change: ChangeLine) -> CartLine:
    return CartLine(
        line.id,
        line.variant_id if change.variant_id is None else change.variant_id,
        line.quantity if change.quantity is None else change.quantity,
        line.attributes if change.attributes is None else change.attributes,
    )


def _twin(cart: Cart, line: CartLine) -> CartLine | None:
    """Another line that is equal to the changed one."""
    key = (line.variant_id, carts.attribute_key(line.attributes))
    for other in cart.lines:
        if other.id != line.id and (other.variant_id, carts.attribute_key(other.attributes)) == key:
            return other
    return None
