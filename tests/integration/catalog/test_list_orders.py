"""What lists are in the order of follows settings, and what an older version wrote, on every relational database."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.catalog.shown_prices import ListOrders
from datasources.kit.database import Database, Tx
from domain.catalog.records import CollectionSort, ProductSort
from domain.kit.folding import KEY_LENGTH, collation_key
from domain.kit.money import MAX_MINOR
from domain.kit.paging import PageRequest
from domain.territories.markets import ListPrice, Territories, Territory, price_in
from tests.kit.factories.catalog import TERRITORIES, add_collection, add_product

US = TERRITORIES.of_code("US")


async def change(database: Database, *statements: sa.Executable) -> None:
    """Changes rows as a version that knows nothing of the orders of lists."""

    async def run(tx: Tx) -> None:
        for statement in statements:
            await tx.run(statement)

    await database.transact(run)


async def titles(database: Database, territories: Territories, sort: ProductSort, market: Territory) -> list[str]:
    """The list of all products."""
    page = await Catalog(database, territories).products.page(PageRequest(50), sort, False, market)
    return [product.title for product in page.items]


async def prices(database: Database) -> dict[tuple[int, str], int]:
    """Stored prices by product and territory."""
    rows = await database.all(sa.select(tables.product_prices))
    return {(row.product_id, row.territory): row.minor for row in rows}


async def test_another_rate_or_territory_is_caught_up_with(database: Database) -> None:
    """Prices are computed again where the settings have changed, and only there."""
    mug = await database.transact(lambda tx: add_product(tx, price=1_000))
    lists = ListOrders(database.dialect, TERRITORIES)
    assert await lists.catch_up(database) == 0
    assert (await prices(database))[mug.product_id, "US"] == 1_270
    dearer = replace(US, rate=Decimal("2.005"))
    japan = Territory("JP", "Japan", "JPY", Decimal("190.55"))
    changed = Territories((TERRITORIES.default, dearer, japan))
    assert await ListOrders(database.dialect, changed).catch_up(database) == 1
    assert await ListOrders(database.dialect, changed).catch_up(database) == 0
    stored = await prices(database)
    assert (stored[mug.product_id, "US"], stored[mug.product_id, "JP"]) == (2_005, 1_906)


async def test_two_processes_with_other_settings_do_not_undo_each_other(database: Database) -> None:
    """Each computes the prices of its own territories, and leaves those of the other one as they are."""
    mug = await database.transact(lambda tx: add_product(tx, price=1_000))
    newer = Territories((TERRITORIES.default, Territory("JP", "Japan", "JPY", Decimal("190.55"))))
    assert await ListOrders(database.dialect, newer).catch_up(database) == 1
    assert await ListOrders(database.dialect, TERRITORIES).catch_up(database) == 0
    assert await ListOrders(database.dialect, newer).catch_up(database) == 0
    stored = await prices(database)
    assert (stored[mug.product_id, "US"], stored[mug.product_id, "JP"]) == (1_270, 1_906)


async def test_catching_up_ends_while_another_process_writes_old_prices(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another rate of the same territory there makes every price old again at once."""
    monkeypatch.setattr("datasources.catalog.shown_prices._BATCH", 1)
    for _ in range(3):
        await database.transact(add_product)
    dearer = Territories((TERRITORIES.default, replace(US, rate=Decimal("2.005"))))
    lists, other = ListOrders(database.dialect, dearer), ListOrders(database.dialect, TERRITORIES)
    written: list[int] = []

    async def write(tx: Tx, product_ids: Sequence[int]) -> None:
        assert len(written) < 10, "it never ends"
        written.extend(product_ids)
        await other.write(tx, product_ids)

    monkeypatch.setattr(lists, "write", write)
    assert await lists.catch_up(database) == len(written) == 3


@pytest.mark.parametrize("size", [1, 50])
async def test_lists_of_a_new_territory_are_whole_before_its_prices_are_stored(database: Database, size: int) -> None:
    """Page by page, in an order that becomes right as soon as a worker has computed the prices."""
    for number in range(3):
        await database.transact(lambda tx, n=number: add_product(tx, title=f"Mug {n}"))  # type: ignore[misc]
    japan = Territory("JP", "Japan", "JPY", Decimal("190.55"))
    lists, after, found = Catalog(database, Territories((TERRITORIES.default, japan))).products, None, []
    for _ in range(4):
        page = await lists.page(PageRequest(size, after), ProductSort.PRICE, False, japan)
        found += [product.title for product in page.items]
        if not page.has_next:
            break
        after = page.keys[-1]
    assert found == ["Mug 0", "Mug 1", "Mug 2"]


async def test_a_short_list_by_price_is_read_twice_once(database: Database) -> None:
    """After a process has seen that all prices of a territory are stored, each page of its lists is one statement."""
    await database.transact(add_product)
    await ListOrders(database.dialect, TERRITORIES).catch_up(database)
    lists, cost = Catalog(database, TERRITORIES).products, []
    for _ in range(3):
        before = database.statements
        page = await lists.page(PageRequest(9), ProductSort.PRICE, False, TERRITORIES.default)
        cost.append((len(page.items), database.statements - before))
    assert cost == [(1, 2), (1, 1), (1, 1)]


async def test_what_an_older_version_writes_is_caught_up_with(database: Database) -> None:
    """New rows have no keys there, and changed ones old keys and prices."""
    lamp, mug = [
        await database.transact(lambda tx, t=title, p=price: add_product(tx, title=t, price=p))  # type: ignore[misc]
        for title, price in (("Lamp", 500), ("Mug", 900))
    ]
    await database.transact(lambda tx: add_collection(tx, [], handle="b", title="Étagère"))
    await database.transact(lambda tx: add_collection(tx, [], handle="a", title="zoo"))
    older = sa.update(tables.products).where(tables.products.c.id == lamp.product_id)
    later = (await database.all(sa.select(tables.products.c.updated_at)))[0].updated_at.replace(year=2027)
    await change(
        database,
        older.values(title="Zebra", updated_at=later),
        sa.update(tables.prices).where(tables.prices.c.variant_id == lamp.variant_id).values(minor=2_000),
        sa.update(tables.collections).values(title_key=""),
    )
    assert await ListOrders(database.dialect, TERRITORIES).catch_up(database) == 1
    assert await titles(database, TERRITORIES, ProductSort.TITLE, US) == ["Mug", "Zebra"]
    assert await titles(database, TERRITORIES, ProductSort.PRICE, US) == ["Mug", "Zebra"]
    page = await Catalog(database, TERRITORIES).collections.page(PageRequest(5), CollectionSort.TITLE, False)
    assert [each.handle for each in page.items] == ["b", "a"]
    assert (await prices(database))[mug.product_id, "GB"] == 900


@pytest.mark.parametrize("rate", ["1", "0.0000731", "1.005", "1.27", "190.123456789"])
async def test_databases_round_prices_as_carts_do(database: Database, rate: str) -> None:
    """Half up, in any currency; SQLite counts the very highest prices, which no shop has, to fifteen digits."""
    minors = [1, 2, 3, 5, 50, 99, 1_005, 123_456_789, 10**10, MAX_MINOR]
    markets = [Territory(f"T{n}", "", currency, Decimal(rate)) for n, currency in enumerate(("USD", "JPY", "KWD"))]
    territories = Territories((TERRITORIES.default, *markets))
    made = [await database.transact(lambda tx, p=minor: add_product(tx, price=p)) for minor in minors]  # type: ignore[misc]
    await ListOrders(database.dialect, territories).catch_up(database)
    stored = await prices(database)
    for market in markets:
        found, wanted = [stored[each.product_id, market.code] for each in made], _prices(market, territories, minors)
        assert found[:-1] == wanted[:-1]
        assert found[-1] == pytest.approx(wanted[-1], rel=1e-15)


async def test_prices_of_a_territory_itself_are_in_steps_that_can_be_charged(database: Database) -> None:
    """As the shop shows them: in dinars the last digit is zero, in the default territory and in another one."""
    markets = Territories((replace(US, code="GB", currency="KWD", rate=Decimal(1)), replace(US, currency="OMR")))
    made = [await database.transact(lambda tx, p=minor: add_product(tx, price=p)) for minor in (1_235, 1_234)]  # type: ignore[misc]
    own = {"variant_id": made[0].variant_id, "territory": "US", "minor": 7_777}
    await change(database, sa.insert(tables.prices).values(own))
    await ListOrders(database.dialect, markets).catch_up(database)
    stored = await prices(database)
    assert [stored[each.product_id, "GB"] for each in made] == [1_240, 1_230]
    assert stored[made[0].product_id, "US"] == 7_780


def _prices(market: Territory, territories: Territories, minors: Sequence[int]) -> list[int]:
    found = [price_in(market, territories.default, [ListPrice(territories.default.code, minor)]) for minor in minors]
    return [price.price.minor for price in found if price is not None]


@pytest.mark.slow
async def test_texts_have_one_order_in_every_database(database: Database) -> None:
    """That of their keys by code points: spaces, punctuation, digits, Latin letters, other letters."""
    ordered = [
        "-",
        "10",
        "2",
        "a b",
        "ab",
        "Äc",
        "ad ",
        "ad!",
        "ae",
        "æf",
        "O'Neill",
        "Øre",
        "ß",
        "zz",
        "Ωmega",
        "ж",
        "日",
    ]
    for title in reversed(ordered):
        await database.transact(lambda tx, t=title: add_product(tx, title=t))  # type: ignore[misc]
    assert sorted(ordered, key=collation_key) == ordered
    assert await titles(database, TERRITORIES, ProductSort.TITLE, US) == ordered
    assert len(collation_key("ß" * 255)) == KEY_LENGTH
