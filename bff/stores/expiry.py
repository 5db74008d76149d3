"""The jobs that end what people have left behind."""

from collections.abc import Callable

from bff.settings.variables import Settings
from datasources.kit.database import Database
from datasources.kit.lease import Lease
from services.cart.expiry import CartExpiry
from services.wishlist.expiry import WishlistExpiry
from workers.kit.jobs import Job
from workers.kit.pauses import Backoff

_HOUR, _DEADLINE = 3_600.0, 600.0


def expiry_jobs(settings: Settings, database: Database, lease: Callable[[str], Lease], backoff: Backoff) -> list[Job]:
    """Deletes old carts, and old wishlists of guests. `lease` makes one for a key."""
    turns = {
        "carts": CartExpiry(database, settings.cart_days).end_old,
        "wishlists": WishlistExpiry(database, settings.wishlist_days).end_old,
    }
    return [
        Job(f"old-{name}", turn, _HOUR, lease(f"{{{name}}}:old"), backoff=backoff, deadline=_DEADLINE)
        for name, turn in turns.items()
    ]
