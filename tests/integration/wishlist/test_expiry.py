"""Wishlists of guests end some days after their last change; those of accounts stay."""

from datetime import timedelta

import sqlalchemy as sa

from datasources import tables
from services.kit.clock import utc_now
from services.wishlist.expiry import WishlistExpiry
from tests.kit.fixtures.graphql_api import Api
from tests.kit.wishlists import ADD, changed, new_list, wish

DAYS = 180


async def aged(api: Api, days: float, token: str | None = None) -> str:
    """A list with an item, last changed some days ago; its id."""
    product = await api.add_product()
    made = await new_list(api, wish(product.product_id), token=token)
    key = str(made["id"]).rpartition("/")[2]
    changed_at = sa.update(tables.wishlists).where(tables.wishlists.c.id == key)
    await api.change(changed_at.values(updated_at=utc_now() - timedelta(days=days)))
    return key


async def test_lists_of_guests_that_nobody_changed_for_long_end_with_their_items(api: Api) -> None:
    """Younger ones stay, to the day, and so do those of accounts, however old."""
    await aged(api, DAYS + 0.1)
    await aged(api, 900)
    kept = {await aged(api, DAYS - 0.1), await aged(api, 900, (await api.add_account()).token)}
    expiry = WishlistExpiry(api.stores.database, DAYS)
    assert await expiry.end_old() == 2
    assert {row.id for row in await api.rows(tables.wishlists)} == kept
    assert {row.wishlist_id for row in await api.rows(tables.wishlist_items)} == kept
    assert await expiry.end_old() == 0


async def test_a_change_of_an_item_is_one_of_its_list(api: Api) -> None:
    """A list that is in use does not end."""
    key, product = await aged(api, 900), await api.add_product()
    await changed(api, ADD, id=f"gid://storefront/Wishlist/{key}", items=[wish(product.product_id)])
    assert await WishlistExpiry(api.stores.database, DAYS).end_old() == 0
