"""The addresses of a cart: at most one is selected, and one is whenever there are any."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace

from domain.kit.ids import new_secret
from domain.kit.refusals import refuse
from domain.territories.delivery import Address, CartAddress, ChangeAddress, NewAddress
from services.kit.texts import is_line

MAX_ADDRESSES = 20
MAX_TEXT = 255


def added(kept: Sequence[CartAddress], new: Sequence[NewAddress]) -> tuple[CartAddress, ...]:
    """The addresses with new ones. Refused: TOO_MANY_ADDRESSES, TOO_LONG, INVALID, DELIVERY_ADDRESS_INCOMPLETE."""
    if len(kept) + len(new) > MAX_ADDRESSES:
        raise refuse("TOO_MANY_ADDRESSES", f"A cart has at most {MAX_ADDRESSES} addresses.", "addresses")
    more = [
        CartAddress(new_secret()[:16], _checked(each.address, each.strict), each.selected, each.one_time_use)
        for each in new
    ]
    return _one_selected((*kept, *more), {address.id for address in more if address.selected})


def changed(kept: Sequence[CartAddress], changes: Sequence[ChangeAddress]) -> tuple[CartAddress, ...]:
    """The addresses after changes. Refused: ADDRESS_NOT_FOUND, TOO_LONG, INVALID, DELIVERY_ADDRESS_INCOMPLETE."""
    _check_known(kept, [change.id for change in changes])
    addresses = {address.id: address for address in kept}
    for change in changes:
        old = addresses[change.id]
        addresses[change.id] = CartAddress(
            change.id,
            old.address if change.address is None else _checked(change.address, change.strict),
            old.selected if change.selected is None else change.selected,
            old.one_time_use if change.one_time_use is None else change.one_time_use,
        )
    return _one_selected(tuple(addresses.values()), {change.id for change in changes if change.selected})


def removed(kept: Sequence[CartAddress], ids: Sequence[str]) -> tuple[CartAddress, ...]:
    """The addresses without some. Refused: ADDRESS_NOT_FOUND."""
    _check_known(kept, ids)
    return _one_selected(tuple(address for address in kept if address.id not in ids), set())


def _check_known(kept: Sequence[CartAddress], ids: Sequence[str]) -> None:
    known = {address.id for address in kept}
    if len(ids) > MAX_ADDRESSES or not known.issuperset(ids):
        raise refuse("ADDRESS_NOT_FOUND", "The cart has no such address.", "addresses")


def _one_selected(addresses: Sequence[CartAddress], chosen: Collection[str]) -> tuple[CartAddress, ...]:
    """The last of the chosen ones; else the one that was selected before; else the first."""
    candidates = [a.id for a in addresses if a.id in chosen] or [a.id for a in addresses if a.selected]
    selected = candidates[-1] if candidates else next((address.id for address in addresses), None)
    return tuple(replace(address, selected=address.id == selected) for address in addresses)


def _checked(address: Address, strict: bool) -> Address:
    if any(len(text or "") > MAX_TEXT for text in asdict(address).values()):
        raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "addresses")
    if not all(is_line(text or "") for text in asdict(address).values()):
        raise refuse("INVALID", "An address is written in lines that can be seen.", "addresses")
    if strict and address.missing:
        message = f"The address lacks: {', '.join(address.missing)}."
        raise refuse("DELIVERY_ADDRESS_INCOMPLETE", message, "addresses")
    return address
