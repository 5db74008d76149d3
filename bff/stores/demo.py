"""The demo shop in the stores that the settings name."""

from bff.stores.wiring import Stores
from demo import seeding
from demo.seeding import Place, Progress, Seeding
from services.accounts.passwords import Passwords
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens


async def is_seeded(stores: Stores) -> bool:
    """Whether the demo shop is complete."""
    return await seeding.is_seeded(stores.content)


async def seed(stores: Stores, progress: Progress) -> None:
    """Writes the demo shop, or what is missing of it; a shop that is complete stays as it is. Raises `Unavailable`."""
    if not await is_seeded(stores):
        await Seeding(_place(stores), progress).run()


def _place(stores: Stores) -> Place:
    settings = stores.settings
    tokens = Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)
    accounts = AccountService(stores.database, Passwords(), tokens)
    return Place(
        database=stores.database,
        documents=stores.documents,
        territories=stores.territories,
        accounts=accounts,
        name=settings.shop_name,
        url=settings.public_url,
    )
