"""Planned sales through GraphQL: secret until they are announced, except from whoever plans sales."""

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.rows import seconds_from_now
from domain.accounts import Permission
from domain.kit.ids import global_id, key_of
from tests.integration.flash_sales.test_graphql import CANCEL, UPDATE, answer, at, planned
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Account, Api, Record

SECRET = "query($id: ID!) { flashSale(id: $id) { title } flashSales(first: 9) { nodes { title } } }"


@pytest.fixture
async def planner(api: Api) -> Account:
    """Staff for flash sales alone."""
    return await api.add_account(Permission.FLASH_SALES)


@pytest.fixture
async def mug(api: Api) -> Added:
    """Ten units at 10.00 GBP."""
    return await api.add_product()


async def seen(api: Api, sale: Record, token: str | None) -> tuple[bool, bool]:
    """Whether a viewer sees a sale by its id, and in the list."""
    found = await api.data(SECRET, {"id": sale["id"]}, token)
    return found["flashSale"] is not None, bool(found["flashSales"]["nodes"])


@pytest.mark.parametrize("announced", [None, 600], ids=["by-default", "at-a-time"])
async def test_a_planned_sale_is_secret_until_it_is_announced(
    api: Api, planner: Account, mug: Added, announced: int | None
) -> None:
    """From strangers, shoppers, other staff, and staff who have logged out; whoever plans sales sees it."""
    others = [None, (await api.add_account()).token, (await api.add_account(Permission.ORDERS)).token]
    former = await api.add_account(Permission.FLASH_SALES)
    mine = tables.customers.c.id == former.customer_id
    await api.change(sa.update(tables.customers).where(mine).values(token_version=7))
    window = {"startsAt": at(3_600), "endsAt": at(7_200)}
    sale = await planned(api, planner, mug, **window, **({"announcedAt": at(announced)} if announced else {}))
    for token in (*others, former.token):
        assert await seen(api, sale, token) == (False, False)
    assert await seen(api, sale, planner.token) == (True, True)
    past = seconds_from_now(api.stores.database.dialect, -1)
    changed = "announced_at" if announced else "starts_at"
    await api.change(sa.update(tables.flash_sales).values({changed: past}))
    for token in (*others, former.token, planner.token):
        assert await seen(api, sale, token) == (True, True)


async def test_no_cache_tells_that_a_secret_sale_exists(api: Api, planner: Account, mug: Added) -> None:
    """The answer to a stranger is the same as for a sale that does not exist; what staff see is for them alone."""
    sale = await planned(api, planner, mug, startsAt=at(3_600), endsAt=at(7_200))
    query = SECRET.replace("$id: ID!)", "$id: ID!) @inContext(country: GB)")
    secret, nothing = [await api.send(query, {"id": gid}) for gid in (sale["id"], global_id("FlashSale", 999_999))]
    assert secret.content == nothing.content
    assert secret.headers["cache-control"] == nothing.headers["cache-control"]
    assert "public" in secret.headers["cache-control"]
    shown = await api.send(query, {"id": sale["id"]}, planner.token)
    assert shown.headers["cache-control"] == "private, no-store"


async def test_the_announcement_moves_until_shoppers_have_seen_it(api: Api, planner: Account, mug: Added) -> None:
    """Later, earlier, to now; then it stays."""
    sale = await planned(api, planner, mug, startsAt=at(3_600), endsAt=at(7_200), announcedAt=at(600))
    late = await answer(api, planner, UPDATE, id=sale["id"], input={"announcedAt": at(3_700)})
    assert late["userErrors"] == [{"code": "INVALID", "field": ["input", "announcedAt"]}]
    for seconds, public in ((900, False), (300, False), (-60, True)):
        moved = await answer(api, planner, UPDATE, id=sale["id"], input={"announcedAt": at(seconds)})
        assert moved["userErrors"] == []
        assert await seen(api, sale, None) == (public, public)
    for changes, codes in (({"announcedAt": at(60)}, ["INVALID"]), ({"title": "Seen"}, [])):
        outcome = await answer(api, planner, UPDATE, id=sale["id"], input=changes)
        assert [error["code"] for error in outcome["userErrors"]] == codes


async def test_a_sale_that_was_cancelled_in_secret_stays_secret(api: Api, planner: Account, mug: Added) -> None:
    """Also when its time has come; one that shoppers had seen can still be found by its id."""
    known = await planned(api, planner, mug, startsAt=at(3_600), endsAt=at(7_200), announcedAt=at(-1))
    await answer(api, planner, CANCEL, id=known["id"])
    secret = await planned(api, planner, mug, startsAt=at(3_600), endsAt=at(7_200))
    await answer(api, planner, CANCEL, id=secret["id"])
    dialect, sale = api.stores.database.dialect, tables.flash_sales
    times = {"cancelled_at": seconds_from_now(dialect, -60), "starts_at": seconds_from_now(dialect, -30)}
    await api.change(sa.update(sale).where(sale.c.id == key_of(secret["id"], "FlashSale")).values(times))
    assert await seen(api, known, None) == (True, False)
    assert await seen(api, secret, None) == (False, False)
    assert await seen(api, secret, planner.token) == (True, False)
