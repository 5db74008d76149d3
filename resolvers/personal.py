"""What a shopper does and hides, recorded for the account or else for the device. A new device gets a name here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from domain.kit.refusals import Refusal, Refused
from domain.personal import Person, ShopperEvent
from resolvers.context import Context
from services.personal import PersonalService


@dataclass(frozen=True, slots=True)
class PersonalOutcome:
    """How many events were recorded, or why none were."""

    accepted: int = 0
    user_errors: tuple[Refusal, ...] = ()


async def track_events(context: Context, events: Sequence[ShopperEvent]) -> PersonalOutcome:
    """Records what a shopper did."""
    categories = context.reads.homepage.categories_of

    async def track(service: PersonalService, person: Person) -> None:
        await service.track(person, context.address, events, categories)

    return await _note(context, len(events), track)


async def hide_product(context: Context, product_id: int, *, hidden: bool) -> PersonalOutcome:
    """Hides a product from this shopper, or shows it again."""
    return await _note(context, 1, lambda service, person: service.hide_product(person, product_id, hidden=hidden))


async def hide_category(context: Context, category: str, *, hidden: bool) -> PersonalOutcome:
    """Hides a category from this shopper, or shows it again."""
    return await _note(context, 1, lambda service, person: service.hide_category(person, category, hidden=hidden))


async def _note(
    context: Context, count: int, note: Callable[[PersonalService, Person], Awaitable[None]]
) -> PersonalOutcome:
    try:
        await note(context.services.personal, context.somebody())
    except Refused as refused:
        return PersonalOutcome(0, refused.refusals)
    return PersonalOutcome(count)
