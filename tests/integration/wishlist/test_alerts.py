"""Who wants to hear of an event."""

import pytest

from datasources.catalog.reads import Catalog
from datasources.kit.database import Database
from datasources.wishlist import Wishlists
from domain.accounts import ANONYMOUS, Viewer
from domain.events import AvailabilityChanged, OrderPaid, ProductsChanged
from domain.wishlist import NewWishlistItem
from services.cart.lines import CartService
from services.wishlist import alerts
from services.wishlist.lists import WishlistService
from tests.kit.factories import accounts, catalog
from tests.kit.factories.catalog import TERRITORIES


async def test_events_lead_to_the_accounts_that_want_to_hear_of_their_products(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each item once, in batches; not those of guests, of other products, or without the flag."""
    goods = Catalog(database, TERRITORIES)
    lists = WishlistService(database, goods, CartService(database, goods, TERRITORIES))
    mug, plate, bowl = [await database.transact(catalog.add_product) for _ in range(3)]
    ann, bob = [Viewer(await database.transact(accounts.add_customer)) for _ in range(2)]
    loud = [
        NewWishlistItem(mug.product_id, mug.variant_id, notify=True),
        NewWishlistItem(plate.product_id, notify=True),
        NewWishlistItem(bowl.product_id, notify=True),
    ]
    for viewer in (ann, bob, ANONYMOUS):
        await lists.create(viewer, "Loud", loud)
    await lists.create(ann, "Silent", [NewWishlistItem(mug.product_id), NewWishlistItem(plate.product_id)])
    monkeypatch.setattr(alerts, "_BATCH", 1)
    events = (AvailabilityChanged((mug.product_id,)), OrderPaid(7), ProductsChanged((plate.product_id, mug.product_id)))
    batches = [batch async for batch in alerts.awaited_by(events, Wishlists(database))]
    assert [len(batch) for batch in batches] == [1] * 4
    found = [(each.product_id, each.variant_id, each.customer_id) for (each,) in batches]
    assert sorted(found, key=str) == sorted(
        [
            (product_id, variant_id, viewer.customer_id)
            for product_id, variant_id in ((mug.product_id, mug.variant_id), (plate.product_id, None))
            for viewer in (ann, bob)
        ],
        key=str,
    )
