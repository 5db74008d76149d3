"""The addresses of a cart: at most one is selected, and one is whenever there are any."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace

from domain.kit.ids import new_secret
from domain.kit.refusals import RefusalCode, each, refuse
from domain.territories.delivery import Address, CartAddress, ChangeAddress, NewAddress
from services.kit.texts import is_line

MAX_ADDRESSES = 20
MAX_TEXT = 255


def added(kept: Sequence[CartAddress], new: Sequence[NewAddress]) -> tuple[CartAddress, ...]:
    """The addresses with new ones. Refused: TOO_MANY_ADDRESSES, TOO_LONG, INVALID, DELIVERY_ADDRESS_INCOMPLETE."""
    if len(kept) + len(new) > MAX_ADDRESSES:
        raise refuse(RefusalCode.TOO_MANY_ADDRESSES, f"A cart has at most {MAX_ADDRESSES} addresses.", "addresses")
    more = each("addresses", new, _added)
    return _one_selected((*kept, *more), {address.id for address in more if address.selected})


def changed(kept: Sequence[CartAddress], changes: Sequence[ChangeAddress]) -> tuple[CartAddress, ...]:
    """The addresses after changes. Refused: ADDRESS_NOT_FOUND, TOO_LONG, INVALID, DELIVERY_ADDRESS_INCOMPLETE."""
    _check_known(kept, [change.id for change in changes])
    addresses = {address.id: address for address in kept}

    def put(change: ChangeAddress) -> None:
        addresses[change.id] = _changed(addresses[change.id], change)

    each("addresses", changes, put)
    return _one_selected(tuple(addresses.values()), {change.id for change in changes if change.selected})


def removed(kept: Sequence[CartAddress], ids: Sequence[str]) -> tuple[CartAddress, ...]:
    """The addresses without some. Refused: ADDRESS_NOT_FOUND."""
    _check_known(kept, ids)
    return _one_selected(tuple(address for address in kept if address.id not in ids), set())


def _check_known(kept: Sequence[CartAddress], ids: Sequence[str]) -> None:
    if len(ids) > MAX_ADDRESSES:
        raise refuse(RefusalCode.ADDRESS_NOT_FOUND, f"A cart has at most {MAX_ADDRESSES} addresses.", "addresses")
    known = {address.id for address in kept}
    for position, address_id in enumerate(ids):
        if address_id not in known:
            message = "The cart has no such address."
            raise refuse(RefusalCode.ADDRESS_NOT_FOUND, message, "addresses", position, "id")


def _one_selected(addresses: Sequence[CartAddress], chosen: Collection[str]) -> tuple[CartAddress, ...]:
    """The last of the chosen ones; else the one that was selected before; else the first."""
    candidates = [a.id for a in addresses if a.id in chosen] or [a.id for a in addresses if a.selected]
    selected = candidates[-1] if candidates else next((address.id for address in addresses), None)
    return tuple(replace(address, selected=address.id == selected) for address in addresses)


def _added(new: NewAddress) -> CartAddress:
    return CartAddress(new_secret()[:16], _checked(new.address, new.strict), new.selected, new.one_time_use)


def _changed(old: CartAddress, change: ChangeAddress) -> CartAddress:
    return CartAddress(
        change.id,
        old.address if change.address is None else _checked(change.address, change.strict),
        old.selected if change.selected is None else change.selected,
        old.one_time_use if change.one_time_use is None else change.one_time_use,
    )


def _checked(address: Address, strict: bool) -> Address:
    for term, text in asdict(address).items():
        if len(text or "") > MAX_TEXT:
            raise refuse(RefusalCode.TOO_LONG, f"At most {MAX_TEXT} characters are kept.", "address", term)
        if not is_line(text or ""):
            message = "An address is written in lines that can be seen."
            raise refuse(RefusalCode.INVALID, message, "address", term)
    if strict and address.missing:
        message = f"The address lacks: {', '.join(address.missing)}."
        raise refuse(RefusalCode.DELIVERY_ADDRESS_INCOMPLETE, message, "address")
    return address
