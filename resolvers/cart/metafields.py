"""Setting and deleting metafields of carts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from domain.cart import Cart, NewMetafield
from domain.kit.refusals import Refusal, Refused
from resolvers.cart.access import cart_key
from resolvers.catalog.metafields import ShownMetafield, shown, split_key
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Put:
    """Metafields that were set, or why they were not; paths of refusals lead into the list."""

    metafields: tuple[ShownMetafield, ...] | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """The id of the metafield that was deleted, or why none was."""

    deleted_id: str | None = None
    user_errors: tuple[Refusal, ...] = ()


async def put(context: Context, given: Sequence[tuple[str, NewMetafield]]) -> Put:
    """Sets metafields of carts by their global ids: all of a cart or none, cart by cart."""
    viewer = await context.signed_in()
    done: list[ShownMetafield] = []
    position = 0
    for gid, group in groupby(given, key=lambda pair: pair[0]):
        new = [one for _, one in group]
        try:
            offer = await context.services.cart.metafields.put(viewer, context.territory, cart_key(gid), new)
        except Refused as refused:
            return Put(tuple(done) or None, tuple(_placed(each, position) for each in refused.refusals))
        finally:
            context.written()
        done += _named(offer.cart, {(one.namespace, one.key) for one in new})
        position += len(new)
    return Put(tuple(done))


async def delete(context: Context, gid: str, name: str) -> Deleted:
    """Deletes a metafield of a cart by its name."""
    viewer = await context.signed_in()
    namespace, key = split_key(name)
    held = await context.loaders.cart.load(cart_key(gid)[:64])
    try:
        await context.services.cart.metafields.delete(viewer, context.territory, cart_key(gid), namespace, key)
    except Refused as refused:
        return Deleted(None, refused.refusals)
    finally:
        context.written()
    gone = _named(held, {(namespace, key)}) if held is not None else []
    return Deleted(gone[0].id if gone else None)


def _named(cart: Cart, names: set[tuple[str, str]]) -> list[ShownMetafield]:
    return [shown(cart, one) for one in cart.metafields if (one.namespace, one.key) in names]


def _placed(refusal: Refusal, before: int) -> Refusal:
    """The refusal with the position in the whole list, of a cart that comes after `before` others."""
    match refusal.path:
        case ("metafields", int(index), *rest):
            return replace(refusal, path=("metafields", before + index, *rest))
        case ("cart", *_):
            return replace(refusal, path=("metafields", before, "owner_id"))
    return refusal
