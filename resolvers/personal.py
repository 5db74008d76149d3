"""What a shopper does and hides, recorded for the account or else for the device. A new device gets a name here."""

from collections.abc import Sequence
from dataclasses import dataclass

from strawberry import Parent

from domain.catalog.records import Collection, Product
from domain.kit.limits import HIDDEN_OF_DEVICE, HIDDEN_OF_NETWORK
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused, each, refuse
from domain.personal.records import (
    MAX_HIDDEN,
    Dislike,
    EventType,
    Person,
    ShopperEvent,
    Thing,
    device_of,
    person_of,
)
from resolvers.context import Context, Info
from services.personal.checks import checked
from services.personal.tracking import check_events


@dataclass(frozen=True, slots=True)
class PersonalOutcome:
    """How many events were recorded, or why none were."""

    accepted: int = 0
    user_errors: tuple[Refusal, ...] = ()


async def track_events(context: Context, events: Sequence[ShopperEvent]) -> PersonalOutcome:
    """Records what a shopper did; nothing for an account whose token a logout has ended.

    Events about products that do not exist are left out: the page of the shopper may be older than their end.
    """
    categories = context.reads.homepage.categories_of
    await context.signed_in()
    try:
        await _require_categories(context, check_events(events))
        events = await _of_known_products(context, events)
        hides = sum(event.type is EventType.NOT_INTERESTED for event in events)
        person = context.somebody() if events else None
        if person is not None and hides:
            await _spend_on_hiding(context, person, hides)
        track = context.services.tracking.track
        accepted = await track(person, context.address, events, categories, context.consent) if events else 0
    except Refused as refused:
        return PersonalOutcome(0, refused.refusals)
    finally:
        context.written()
    return PersonalOutcome(accepted)


async def hide(context: Context, thing: Thing) -> PersonalOutcome:
    """Hides a thing from this shopper."""
    await context.signed_in()
    try:
        await _require_exists(context, checked(thing))
        person = context.somebody()
        if person is None:
            raise refuse(RefusalCode.INVALID, "A guest can hide things only after consenting to `preferences`.")
        await _spend_on_hiding(context, person, 1)
        await context.services.dislikes.hide(person, [thing])
    except Refused as refused:
        return PersonalOutcome(0, refused.refusals)
    finally:
        context.written()
    return PersonalOutcome(1)


async def _require_categories(context: Context, events: Sequence[ShopperEvent]) -> None:
    """Refused: INVALID. Nobody can store names that the shop does not have."""
    named = {event.category for event in events if event.category is not None}
    shown = {name for name in named if context.reads.homepage.shows_category(name)}
    others = sorted(named - shown)
    found = await context.loaders.collection_by_handle.load_many(others)
    known = shown | {name for name, collection in zip(others, found, strict=True) if collection is not None}
    for position, event in enumerate(events):
        if event.category is not None and event.category not in known:
            raise _no_category("events", position, "category")


async def _of_known_products(context: Context, events: Sequence[ShopperEvent]) -> Sequence[ShopperEvent]:
    known = await _known(context, {event.product_id for event in events if event.product_id is not None})
    return [event for event in events if event.product_id is None or event.product_id in known]


async def _known(context: Context, product_ids: set[int]) -> set[int]:
    """Those that exist: nobody can store ids that the shop does not have. Those of homepages need no read."""
    shown = {product_id for product_id in product_ids if context.reads.homepage.categories_of(product_id)}
    others = sorted(product_ids - shown)
    found = await context.loaders.product.load_many(others)
    return shown | {product_id for product_id, product in zip(others, found, strict=True) if product is not None}


async def _require_exists(context: Context, thing: Thing) -> None:
    """Refused: INVALID."""
    if thing.category is not None and await context.loaders.collection_by_handle.load(thing.category) is None:
        raise _no_category("category")
    if thing.product_id is not None and not await _known(context, {thing.product_id}):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be the id of a product.", "product_id")


def _no_category(*path: str | int) -> Refused:
    return refuse(RefusalCode.INVALID, f"{INPUT} must be the handle of a category.", *path)


async def _spend_on_hiding(context: Context, person: Person, things: int) -> None:
    if person.customer_id is None:
        await context.spend(HIDDEN_OF_NETWORK, things)
    await context.spend(HIDDEN_OF_DEVICE, things, person.key)


async def unhide_all(context: Context, products: Sequence[Thing], categories: Sequence[Thing]) -> PersonalOutcome:
    """Shows products and categories to this shopper again."""
    try:
        for term, things in (("product_ids", products), ("categories", categories)):
            if len(things) > MAX_HIDDEN:
                raise refuse(RefusalCode.INVALID, f"{INPUT} must have at most {MAX_HIDDEN} entries.", term)
            each(term, things, checked)
    except Refused as refused:
        return PersonalOutcome(0, refused.refusals)
    return await unhide(context, [*products, *categories])


async def unhide(context: Context, things: Sequence[Thing]) -> PersonalOutcome:
    """Shows things to this shopper again, also to a guest who has withdrawn consent."""
    await context.signed_in()
    try:
        if (person := _hider(context)) is not None:
            await context.services.dislikes.unhide(person, things)
    except Refused as refused:
        return PersonalOutcome(0, refused.refusals)
    finally:
        context.written()
    return PersonalOutcome(len(things))


async def hidden_items(info: Info) -> Sequence[Dislike]:
    """What this shopper has hidden, the newest first."""
    await info.context.signed_in()
    person = _hider(info.context)
    if person is None:
        return ()
    return await info.context.services.dislikes.hidden(person)


async def hidden_product(root: Parent[Dislike], info: Info) -> Product | None:
    """The product, if shoppers can still see it."""
    key = root.thing.product_id
    return None if key is None else await info.context.loaders.product.load(key)


async def hidden_collection(root: Parent[Dislike], info: Info) -> Collection | None:
    """The collection, if there is still one with that handle."""
    handle = root.thing.category
    return None if handle is None else await info.context.loaders.collection_by_handle.load(handle)


def _hider(context: Context) -> Person | None:
    return person_of(context.viewer, context.consent) or device_of(context.viewer)
