"""Products that sell out leave the page without a rebuild, and come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bff import worker
from datasources.inventory.availability import Availability
from datasources.kit.redis import Client
from domain.accounts import Permission
from domain.events import AvailabilityChanged
from domain.homepage.sources import SoldOut
from domain.kit.ids import global_id
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Account, Api
from tests.kit.fixtures.stores import remove_keys
from tests.kit.homepages import KEY, card, page, shelf
from tests.kit.waiting import until
from workers.inventory import AvailabilityKeeper

HOMEPAGE = """{ homepage(platform: WEB) { builtAt sections { id
  ... on HomepageShelf { products { handle availableForSale } } } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) {
  userErrors { code } } }"""


@pytest.fixture
def availability(redis_client: Client, redis_prefix: str) -> Availability:
    """The set of a shop, still empty."""
    return Availability(redis_client, redis_prefix)


async def _complete(availability: Availability, available: dict[int, bool]) -> None:
    token = await availability.begin_pass()
    assert await availability.write(await availability.turn(), available)
    assert await availability.finish_pass(token)


async def test_nothing_is_known_before_everything_was_written(availability: Availability) -> None:
    """A set that is being written says nothing of the products that are not in it yet."""
    token = await availability.begin_pass()
    assert await availability.write(await availability.turn(), {1: False, 2: True})
    assert await availability.epoch() is None
    assert await availability.finish_pass(token) is True
    assert await availability.epoch() is not None
    assert await availability.sold_out([1, 2, 3]) == {1}


async def test_the_epoch_changes_with_the_set_alone(availability: Availability) -> None:
    """Writing the same again gives pages no reason to ask for their products."""
    await _complete(availability, {1: False, 2: True})
    before = await availability.epoch()
    assert await availability.write(await availability.turn(), {1: False, 2: True})
    assert await availability.epoch() == before
    assert await availability.write(await availability.turn(), {1: True})
    assert await availability.epoch() != before
    assert await availability.sold_out([1, 2]) == frozenset()


async def test_a_writer_that_read_too_early_has_to_read_again(availability: Availability) -> None:
    """Another one wrote in between, maybe something newer; it changes nothing."""
    early = await availability.turn()
    assert await availability.write(await availability.turn(), {1: False}) is True
    assert await availability.write(early, {1: True}) is False
    assert await availability.sold_out([1]) == {1}


async def test_a_memory_lost_on_the_way_is_noticed(
    availability: Availability, redis_client: Client, redis_prefix: str
) -> None:
    """The earlier entries are gone: the pass does not count, and no other pass ends it."""
    token = await availability.begin_pass()
    await availability.write(await availability.turn(), {1: False})
    await remove_keys(redis_client, redis_prefix)
    assert await availability.finish_pass(token) is False
    other = await availability.begin_pass()
    assert await availability.finish_pass(token) is False
    assert await availability.finish_pass(other) is True


def _keeper(api: Api) -> AvailabilityKeeper:
    stores = api.stores
    territory = stores.territories.default
    return AvailabilityKeeper(stores.availability, stores.catalog, territory)


@pytest.fixture
async def mugs(api: Api) -> list[Added]:
    """One with stock, one without, one of whose variants one has stock."""
    return [
        await api.add_product(handle="plenty", stock=5),
        await api.add_product(handle="none", stock=0),
        await api.add_product(handle="some", stock=3, variants=("S", "M")),
    ]


async def test_a_lost_set_is_written_anew(api: Api, mugs: list[Added]) -> None:
    """Once; then nobody writes it until it is lost again."""
    keeper = _keeper(api)
    assert await keeper.turn() is True
    assert await keeper.turn() is False
    ids = [mug.product_id for mug in mugs]
    assert await api.stores.availability.sold_out(ids) == {ids[1]}
    await remove_keys(api.stores.redis, f"{api.stores.settings.prefix}{{availability}}")
    assert await keeper.turn() is True


async def test_writers_that_race_leave_what_the_database_says(api: Api, mugs: list[Added]) -> None:
    """Twenty events and a pass over everything at once."""
    ids = tuple(mug.product_id for mug in mugs)
    writers = [_keeper(api).handle([AvailabilityChanged(ids)]) for _ in range(20)]
    await asyncio.gather(*writers, _keeper(api).write_all())
    assert await api.stores.availability.sold_out(ids) == {ids[1]}


async def _shown(api: Api) -> dict[str, dict[str, bool]]:
    """Handles by section, each with whether it can be bought."""
    sections = (await api.data(HOMEPAGE))["homepage"]["sections"]
    return {each["id"]: {p["handle"]: p["availableForSale"] for p in each["products"]} for each in sections}


async def _adjust(api: Api, staff: Account, mug: Added, delta: int) -> None:
    changes = [{"variantId": global_id("ProductVariant", mug.variant_id), "delta": delta}]
    data = await api.data(ADJUST, {"input": {"reason": "count", "changes": changes}}, token=staff.token)
    assert data == {"inventoryAdjustQuantities": {"userErrors": []}}


@asynccontextmanager
async def _at_work(api: Api) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(api.stores, stopping))
    yield
    stopping.set()
    await working


@pytest.mark.slow
async def test_what_sells_out_leaves_the_page(api: Api, mugs: list[Added]) -> None:
    """Or shows as not for sale where the section says so, and is back as soon; the page is not built again for it."""
    cards = [card(mug.product_id) for mug in mugs]
    record = page(shelf("hides", *cards), shelf("shows", *cards, sold_out=SoldOut.SHOW))
    staff = await api.add_account(Permission.INVENTORY)
    first, none, some = (each.handle for each in cards)
    async with _at_work(api):
        await api.stores.homepage_records.replace(KEY, record)

        async def is_shown(*handles: str) -> bool:
            return (await _shown(api))["s-hides"] == dict.fromkeys(handles, True)

        await until(lambda: is_shown(first, some))
        assert (await _shown(api))["s-shows"] == {first: True, none: False, some: True}
        await _adjust(api, staff, mugs[0], -5)
        await until(lambda: is_shown(some))
        assert (await _shown(api))["s-shows"] == {first: False, none: False, some: True}
        await _adjust(api, staff, mugs[0], 1)
        await until(lambda: is_shown(first, some))
        assert await api.stores.homepage_records.get(KEY) == record


async def test_pages_show_what_they_were_built_with_while_nothing_is_known(api: Api) -> None:
    """No worker has written the set: products that were sold out when the page was built are left out."""
    record = page(shelf("hides", card(1), card(2, available=False)))
    await api.stores.homepage_records.replace(KEY, record)
    assert await _shown(api) == {"s-hides": {"mug-1": True}}
