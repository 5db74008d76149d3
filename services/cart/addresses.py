"""The addresses of a cart. If there are any, exactly one is selected."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.checkout.offers import address_refusals
from domain.kit.ids import new_secret
from domain.kit.refusals import INPUT, RefusalCode, Refused, each, refuse
from domain.territories.delivery import CartAddress, ChangeAddress, NewAddress
from services.territories import check_address, rules_for

MAX_ADDRESSES = 20


def check(given: Sequence[NewAddress | ChangeAddress]) -> None:
    """Refused: TOO_LONG, INVALID, DELIVERY_ADDRESS_INCOMPLETE, DELIVERY_PROVINCE_INVALID, _POSTAL_CODE_INVALID."""
    each("addresses", given, _check)


def added(kept: Sequence[CartAddress], new: Sequence[NewAddress]) -> tuple[CartAddress, ...]:
    """The addresses with new ones, after checking those. Refused: TOO_MANY_ADDRESSES."""
    if len(kept) + len(new) > MAX_ADDRESSES:
        raise refuse(
            RefusalCode.TOO_MANY_ADDRESSES, f"A cart must have at most {MAX_ADDRESSES} addresses.", "addresses"
        )
    more = [
        CartAddress(new_secret()[:16], one.address, one.selected, one.one_time_use)
        for one in new
        if one.address is not None
    ]
    return _one_selected((*kept, *more), {address.id for address in more if address.selected})


def changed(kept: Sequence[CartAddress], changes: Sequence[ChangeAddress]) -> tuple[CartAddress, ...]:
    """The addresses with changes, after checking those. Refused: TOO_MANY_ADDRESSES, ADDRESS_NOT_FOUND."""
    _check_known(kept, [change.id for change in changes], "addresses")
    addresses = {address.id: address for address in kept}
    for change in changes:
        addresses[change.id] = _changed(addresses[change.id], change)
    chosen = {change.id for change in changes if change.selected}
    if not chosen and any(address.selected for address in kept) and not any(a.selected for a in addresses.values()):
        return tuple(addresses.values())  # the client took the selection back
    return _one_selected(tuple(addresses.values()), chosen)


def removed(kept: Sequence[CartAddress], ids: Sequence[str]) -> tuple[CartAddress, ...]:
    """The addresses without some. Refused: TOO_MANY_ADDRESSES, ADDRESS_NOT_FOUND."""
    _check_known(kept, ids, "ids")
    return _one_selected(tuple(address for address in kept if address.id not in ids), set())


def _check_known(kept: Sequence[CartAddress], ids: Sequence[str], items: str) -> None:
    """`items`: what the client sends. Refused: TOO_MANY_ADDRESSES, ADDRESS_NOT_FOUND."""
    if len(ids) > MAX_ADDRESSES:
        raise refuse(RefusalCode.TOO_MANY_ADDRESSES, f"{INPUT} must be at most {MAX_ADDRESSES} {items}.", "addresses")
    known = {address.id for address in kept}
    for position, address_id in enumerate(ids):
        if address_id not in known:
            message = "The cart has no such address."
            raise refuse(RefusalCode.ADDRESS_NOT_FOUND, message, "addresses", position, "id")


def _one_selected(addresses: Sequence[CartAddress], chosen: Collection[str]) -> tuple[CartAddress, ...]:
    """Selects the last of the chosen addresses, else the one selected before, else the first."""
    candidates = [a.id for a in addresses if a.id in chosen] or [a.id for a in addresses if a.selected]
    selected = candidates[-1] if candidates else next((address.id for address in addresses), None)
    return tuple(replace(address, selected=address.id == selected) for address in addresses)


def _changed(old: CartAddress, change: ChangeAddress) -> CartAddress:
    return CartAddress(
        change.id,
        old.address if change.address is None else change.address,
        old.selected if change.selected is None else change.selected,
        old.one_time_use if change.one_time_use is None else change.one_time_use,
    )


def _check(given: NewAddress | ChangeAddress) -> None:
    if given.address is None:
        return
    try:
        check_address(given.address)
    except Refused as refused:
        raise refused.within("address") from None
    if given.strict and (found := address_refusals(given.address, rules_for(given.address), ("address",))):
        raise Refused(*found)
