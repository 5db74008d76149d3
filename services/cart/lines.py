"""Changes to carts. Who holds the secret id holds the cart, unless another signed-in shopper owns it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from datasources import cart as carts
from datasources.catalog.reads import Catalog
from datasources.checkout.gate import StockGate
from datasources.kit.database import Database, Tx
from domain.accounts import Viewer
from domain.cart import (
    MAX_LINES,
    MAX_QUANTITY,
    AddLine,
    Attributes,
    BuyerIdentity,
    Cart,
    CartLine,
    ChangeLine,
    units_by_variant,
)
from domain.catalog.records import Variant
from domain.kit.ids import new_secret
from domain.kit.refusals import Refused, refuse
from domain.territories.delivery import NewAddress
from domain.territories.markets import Territories, Territory
from services.cart import addresses as cart_addresses
from services.checkout.offers import Offers
from services.kit.clock import utc_now
from services.kit.texts import is_email, is_line, is_phone, is_text

MAX_ATTRIBUTES = 50
MAX_NOTE = 5_000
MAX_CODES = 10
# The most that a database keeps; an order of far less is refused.
MAX_QUOTE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewCart:
    """What a cart begins with."""

    lines: tuple[AddLine, ...] = ()
    buyer: BuyerIdentity = BuyerIdentity()
    note: str = ""
    attributes: Attributes = ()
    discount_codes: tuple[str, ...] = ()
    addresses: tuple[NewAddress, ...] = ()


class CartService:
    """One transaction per change; each answers the cart as it is afterwards, quoted: what it costs is kept with it."""

    def __init__(self, database: Database, catalog: Catalog, territories: Territories, gate: StockGate | None = None):
        self._database = database
        self.offers = Offers(catalog, territories)
        self._territories = territories
        self._gate = gate

    async def create(self, viewer: Viewer, territory: Territory, new: NewCart) -> Cart:
        """A new cart. Refused: as for adding lines and addresses, TOO_LONG, INVALID."""
        cart_id = new_secret()
        buyer = replace(new.buyer, customer_id=new.buyer.customer_id or viewer.customer_id)

        async def create(tx: Tx) -> Cart:
            await carts.insert(tx, cart_id, _note(new.note), _attributes(new.attributes), _codes(new.discount_codes))
            await carts.set_buyer(tx, cart_id, _buyer(buyer))
            if new.addresses:
                await carts.set_addresses(tx, cart_id, cart_addresses.added((), new.addresses))
            cart = await _cart(tx, cart_id)
            if new.lines:
                await self._add(tx, cart, new.lines, territory)
            return await self._quoted(tx, viewer, cart_id, territory)

        return await self._database.transact(create)

    async def add_lines(self, viewer: Viewer, territory: Territory, cart_id: str, lines: Sequence[AddLine]) -> Cart:
        """Adds units; equal lines are merged.

        Refused: MERCHANDISE_NOT_FOUND, INVALID_QUANTITY, MAXIMUM_EXCEEDED, TOO_MANY_LINES.
        """
        return await self.change(viewer, territory, cart_id, lambda tx, cart: self._add(tx, cart, lines, territory))

    async def update_lines(
        self, viewer: Viewer, territory: Territory, cart_id: str, changes: Sequence[ChangeLine]
    ) -> Cart:
        """Changes lines, quantity 0 removes. Refused: LINE_NOT_FOUND and as for adding."""
        return await self.change(
            viewer, territory, cart_id, lambda tx, cart: self._update(tx, cart, changes, territory)
        )

    async def remove_lines(self, viewer: Viewer, territory: Territory, cart_id: str, line_ids: Sequence[int]) -> Cart:
        """Removes lines. Refused: LINE_NOT_FOUND."""

        async def remove(tx: Tx, cart: Cart) -> None:
            _few(line_ids)
            for line_id in line_ids:
                _line(cart, line_id)
            await carts.remove_lines(tx, cart.id, line_ids)

        return await self.change(viewer, territory, cart_id, remove)

    async def set_buyer(self, viewer: Viewer, territory: Territory, cart_id: str, buyer: BuyerIdentity) -> Cart:
        """Changes who will buy. A cart of one account never becomes another's. Refused: INVALID."""

        async def bind(tx: Tx, cart: Cart) -> None:
            if buyer.customer_id is not None and not may_use(Viewer(buyer.customer_id), cart):
                raise refuse("INVALID", "The specified cart does not exist.", "cartId")
            await carts.set_buyer(tx, cart.id, _buyer(buyer))

        return await self.change(viewer, territory, cart_id, bind)

    async def set_note(self, viewer: Viewer, territory: Territory, cart_id: str, note: str) -> Cart:
        """Replaces the note. Refused: TOO_LONG, INVALID."""
        return await self.change(viewer, territory, cart_id, lambda tx, cart: carts.set_note(tx, cart.id, _note(note)))

    async def set_attributes(self, viewer: Viewer, territory: Territory, cart_id: str, attributes: Attributes) -> Cart:
        """Replaces the attributes. Refused: TOO_LONG, INVALID."""
        checked = _attributes(attributes)
        return await self.change(
            viewer, territory, cart_id, lambda tx, cart: carts.set_attributes(tx, cart.id, checked)
        )

    async def set_codes(self, viewer: Viewer, territory: Territory, cart_id: str, codes: Sequence[str]) -> Cart:
        """Replaces the discount codes; the cart tells what each takes off, or why nothing. Refused: TOO_LONG."""
        checked = _codes(codes)
        return await self.change(viewer, territory, cart_id, lambda tx, cart: carts.set_codes(tx, cart.id, checked))

    async def change(
        self,
        viewer: Viewer,
        territory: Territory,
        cart_id: str,
        change: Callable[[Tx, Cart], Awaitable[None]],
    ) -> Cart:
        """Changes a cart, its row locked, and quotes it. Refused: INVALID, CART_COMPLETED and what `change` refuses."""

        async def locked(tx: Tx) -> Cart:
            cart = await carts.lock(tx, cart_id, utc_now())
            if cart is None or not may_use(viewer, cart):
                raise refuse("INVALID", "The specified cart does not exist.", "cartId")
            if cart.order_id is not None:
                raise refuse("CART_COMPLETED", "This cart has become an order.", "cartId")
            await change(tx, cart)
            return await self._quoted(tx, viewer, cart_id, territory)

        changed = await self._database.transact(locked)
        if self._gate is not None:
            await self._gate.changed(cart_id)
        return changed

    async def _quoted(self, tx: Tx, viewer: Viewer, cart_id: str, territory: Territory) -> Cart:
        """The cart with the total that its answer tells, kept so that a submit charges no other."""
        cart = await _cart(tx, cart_id)
        total = (await self.offers.of_cart(tx, viewer, cart, territory)).price.total
        if total.minor > MAX_QUOTE:
            raise refuse("TOTAL_TOO_HIGH", "The total of this cart is too high.", "cartId")
        if total != cart.quote:
            await carts.set_quote(tx, cart_id, total)
        return replace(cart, quote=total)

    async def _add(self, tx: Tx, cart: Cart, lines: Sequence[AddLine], territory: Territory) -> None:
        _few(lines)
        variants = await self._variants(tx, cart, [line.variant_id for line in lines], territory)
        if any(line.variant_id not in variants for line in lines):
            raise _not_found()
        lines = [replace(line, attributes=_attributes(line.attributes)) for line in lines]
        merged = {(line.variant_id, carts.attribute_key(line.attributes)): line for line in cart.lines}
        known = set(merged)
        for line in lines:
            if line.quantity < 1:
                raise refuse("INVALID_QUANTITY", "The quantity must be at least 1.", "lines", "quantity")
            key = (line.variant_id, carts.attribute_key(line.attributes))
            old = merged.get(key) or CartLine(0, line.variant_id, 0, line.attributes)
            merged[key] = replace(old, quantity=_quantity(old.quantity + line.quantity))
        if len(merged) > MAX_LINES:
            raise refuse("TOO_MANY_LINES", f"A cart holds at most {MAX_LINES} lines.", "lines")
        _check_most(variants, list(merged.values()))
        for key in dict.fromkeys((line.variant_id, carts.attribute_key(line.attributes)) for line in lines):
            line_now = merged[key]
            if key in known:
                await carts.change_line(tx, line_now)
            else:
                await carts.put_line(tx, cart.id, line_now.variant_id, line_now.quantity, line_now.attributes)

    async def _update(self, tx: Tx, cart: Cart, changes: Sequence[ChangeLine], territory: Territory) -> None:
        _few(changes)
        lines = [_changed(_line(cart, change.line_id), change) for change in changes]
        variants = await self._variants(tx, cart, [line.variant_id for line in lines], territory)
        if any(change.variant_id is not None and change.variant_id not in variants for change in changes):
            raise _not_found()
        for change in changes:
            await self._put(tx, cart, _changed(_line(cart, change.line_id), change))
            cart = await _cart(tx, cart.id)
        _check_most(variants, cart.lines)

    async def _put(self, tx: Tx, cart: Cart, line: CartLine) -> None:
        """Rewrites a line; one that it has become equal to is merged into it."""
        if line.quantity == 0:
            await carts.remove_lines(tx, cart.id, [line.id])
            return
        twin = _twin(cart, line)
        if twin is not None:
            await carts.remove_lines(tx, cart.id, [twin.id])
            line = replace(line, quantity=_quantity(line.quantity + twin.quantity))
        await carts.change_line(tx, line)

    async def _variants(
        self, tx: Tx, cart: Cart, variant_ids: Sequence[int], territory: Territory
    ) -> Mapping[int, Variant]:
        """Those of the variants that are for sale where the buyer of the cart shops."""
        return await self.offers.variants(tx, variant_ids, self._territories.of_market(cart.market, territory))


def may_use(viewer: Viewer, cart: Cart) -> bool:
    """A cart that another signed-in shopper owns is as good as missing."""
    return cart.customer_id is None or viewer.customer_id is None or viewer.customer_id == cart.customer_id


async def _cart(tx: Tx, cart_id: str) -> Cart:
    cart = (await carts.carts_by_id(tx, [cart_id]))[0]
    assert cart is not None
    return cart


def _not_found() -> Refused:
    return refuse("MERCHANDISE_NOT_FOUND", "The merchandise does not exist.", "lines", "merchandiseId")


def _check_most(variants: Mapping[int, Variant], lines: Sequence[CartLine]) -> None:
    """Refused: MAXIMUM_EXCEEDED, for variants of which one order may have only so many."""
    for variant_id, count in units_by_variant(lines).items():
        most = variants[variant_id].max_per_order if variant_id in variants else None
        if most is not None and count > most:
            raise refuse("MAXIMUM_EXCEEDED", f"At most {most} can be bought at once.", "lines", "quantity")


def _few(lines: Sequence[object]) -> None:
    """No call needs more lines than a cart can hold."""
    if len(lines) > MAX_LINES:
        raise refuse("TOO_MANY_LINES", f"A cart holds at most {MAX_LINES} lines.", "lines")


def _line(cart: Cart, line_id: int) -> CartLine:
    for line in cart.lines:
        if line.id == line_id:
            return line
    raise refuse("LINE_NOT_FOUND", "The cart has no such line.", "lines", "id")


def _changed(line: CartLine, change: ChangeLine) -> CartLine:
    return CartLine(
        line.id,
        line.variant_id if change.variant_id is None else change.variant_id,
        line.quantity if change.quantity is None else _quantity(change.quantity),
        line.attributes if change.attributes is None else _attributes(change.attributes),
    )


def _twin(cart: Cart, line: CartLine) -> CartLine | None:
    """Another line that the changed one has become equal to."""
    key = (line.variant_id, carts.attribute_key(line.attributes))
    for other in cart.lines:
        if other.id != line.id and (other.variant_id, carts.attribute_key(other.attributes)) == key:
            return other
    return None


def _quantity(quantity: int) -> int:
    if not 0 <= quantity <= MAX_QUANTITY:
        raise refuse("INVALID_QUANTITY", f"The quantity must be 0 to {MAX_QUANTITY}.", "lines", "quantity")
    return quantity


def _note(note: str) -> str:
    if len(note) > MAX_NOTE:
        raise refuse("TOO_LONG", f"A note has at most {MAX_NOTE} characters.", "note")
    if not is_text(note):
        raise refuse("INVALID", "A note holds what can be seen.", "note")
    return note


def _attributes(attributes: Attributes) -> Attributes:
    if len(attributes) > MAX_ATTRIBUTES or any(len(key) > 255 or len(value) > 2_000 for key, value in attributes):
        raise refuse("TOO_LONG", f"At most {MAX_ATTRIBUTES} short attributes are kept.", "attributes")
    if not all(is_line(key) and is_text(value) for key, value in attributes):
        raise refuse("INVALID", "An attribute holds what can be seen.", "attributes")
    return tuple(dict(attributes).items())


def _codes(codes: Sequence[str]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(codes))
    if len(distinct) > MAX_CODES or any(len(code) > 255 for code in distinct):
        raise refuse("TOO_LONG", f"At most {MAX_CODES} short codes are kept.", "discountCodes")
    return distinct


def _buyer(buyer: BuyerIdentity) -> BuyerIdentity:
    email, phone = _stripped(buyer.email), _stripped(buyer.phone)
    if email is not None and not is_email(email):
        raise refuse("INVALID", "Email is invalid.", "buyerIdentity", "email")
    if phone is not None and not is_phone(phone):
        raise refuse("INVALID", "Phone is invalid.", "buyerIdentity", "phone")
    return replace(buyer, email=email, phone=phone)


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()
