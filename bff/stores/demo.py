"""The demo shop in the stores that the settings name."""

from bff.stores.accounts import account_service
from bff.stores.wiring import Stores
from demo import seeding
from demo.seeding import Place, Progress, Seeding


async def is_seeded(stores: Stores) -> bool:
    """Whether the demo shop is complete."""
    return await seeding.is_seeded(stores.content)


async def seed(stores: Stores, progress: Progress) -> None:
    """Writes the demo shop, or what is missing of it; a shop that is complete stays as it is. Raises `Unavailable`."""
    if not await is_seeded(stores):
        await Seeding(_place(stores), progress).run()


def _place(stores: Stores) -> Place:
    settings = stores.settings
    return Place(
        database=stores.database,
        documents=stores.documents,
        territories=stores.territories,
        accounts=account_service(stores.database, stores.settings, stores.limits),
        name=settings.shop_name,
        url=settings.site_url or settings.public_url,
    )
