"""Whole files: what they leave in the shop and what the report says of every row."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database
from datasources.orders import past_orders as orders_store
from domain.imports import ImportReport, Outcome, Remark, Severity, Totals
from domain.territories.markets import Territories, Territory
from services.imports.files import OrderImport, ProductImport
from services.imports.runs import KEPT_REMARKS
from services.imports.writes import PastOrderWriter, ProductWriter
from tests.kit.fixtures.shared_data import Contents, Year, shared
from tests.unit.imports.files import ORDER, PRODUCT, saved, table, variant

MARKETS = Territories((Territory("GB", "UK", "GBP", countries=("GB",)),))
SHOPIFY = {"apparel": (25, 96), "bicycles": (284, 1121), "home-and-garden": (20, 21), "jewelry": (19, 24)}


class Shop:
    """A shop to import files into; `remarks` are those of the last import, `steps` its progress."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.contents = Contents()
        self.remarks: list[Remark] = []
        self.steps: list[tuple[int, int]] = []

    async def products(self, path: Path) -> ImportReport:
        self._start()
        writer = ProductWriter(self.database, self.contents, MARKETS)
        return await ProductImport(writer, "GBP").run(path, self._progress, self.remarks.append)

    async def orders(self, path: Path) -> ImportReport:
        self._start()
        writer = PastOrderWriter(self.database, MARKETS)
        return await OrderImport(self.database, writer, "GBP").run(path, self._progress, self.remarks.append)

    def _start(self) -> None:
        self.remarks, self.steps = [], []

    def _progress(self, done: int, size: int) -> None:
        self.steps.append((done, size))

    async def count(self, name: str) -> int:
        """Rows of a table."""
        row = await self.database.one(sa.select(sa.func.count()).select_from(tables.metadata.tables[name]))
        assert row is not None
        return int(row[0])

    async def everything(self) -> dict[str, Any]:
        """Every row of every table."""
        found = tables.metadata.tables.items()
        return {name: sorted(map(repr, await self.database.all(sa.select(one)))) for name, one in found}


@pytest.fixture
def empty_shop(database: Database) -> Shop:
    """An empty shop on every relational backend."""
    return Shop(database)


async def test_html_is_made_safe_on_the_way_in(empty_shop: Shop, tmp_path: Path) -> None:
    """Scripts, styles, handlers and javascript links go, formatting stays, and the words become the description."""
    html = (
        "<style>p{}</style><p onclick='x()'>Fish &amp; <b>chips</b></p><script>alert(1)</script>"
        "<a href='javascript:alert(1)'>no</a><a href='https://example.com'>yes</a><iframe src='//x'></iframe>"
    )
    await empty_shop.products(saved(tmp_path, table([PRODUCT | {"Body (HTML)": html}])))
    (content,) = empty_shop.contents.kept.values()
    assert content.html == (
        '<p>Fish &amp; <b>chips</b></p><a rel="noopener noreferrer">no</a>'
        '<a href="https://example.com" rel="noopener noreferrer">yes</a>'
    )
    assert content.description == "Fish & chips noyes"


async def test_the_report_counts_every_row_of_a_product_file(empty_shop: Shop, tmp_path: Path) -> None:
    """New, changed, same and rejected, each counted once, with reasons and progress to the last byte."""
    cup, jug = PRODUCT | {"Handle": "cup"}, PRODUCT | {"Handle": "jug"}
    await empty_shop.products(saved(tmp_path, table([PRODUCT, cup])))
    bad = variant(Option1_Value="M", Variant_Price="?") | {"Handle": "jug"}
    path = saved(tmp_path, table([PRODUCT, cup | {"Title": "Cup"}, jug, bad, PRODUCT | {"Handle": "\x1b[31m"}]))
    report = await empty_shop.products(path)
    assert report.outcomes == {
        Outcome.CREATED: 1,
        Outcome.UPDATED: 1,
        Outcome.UNCHANGED: 1,
        Outcome.REJECTED: 0,
    }
    assert (report.variants, report.rejected, report.warnings) == (3, 2, 0)
    assert [(one.line, one.key) for one in empty_shop.remarks] == [(5, "jug"), (6, "?[31m")]
    assert report.reasons[Severity.REJECTED, "Variant Price is not an amount of GBP"] == 1
    assert empty_shop.steps[-1] == (path.stat().st_size, path.stat().st_size)


async def test_a_file_cut_short_leaves_what_was_read_and_says_so(empty_shop: Shop, tmp_path: Path) -> None:
    """The last product may lack variants, so it is not written."""
    content = table([PRODUCT, PRODUCT | {"Handle": "cup"}]).encode()
    path = saved(tmp_path, content, "cut.csv.gz")
    path.write_bytes(path.read_bytes()[:-8])
    report = await empty_shop.products(path)
    assert (report.outcomes[Outcome.CREATED], report.variants) == (1, 1)
    assert report.failure.startswith("the compressed data breaks off")


@pytest.mark.parametrize("content", ["", "Vendor,Price\nKiln,1\n", "Price,Variant Price,Handle\n1,1,mug\n", "\x00\x01"])
async def test_a_file_that_is_no_product_file_fails_clearly(empty_shop: Shop, tmp_path: Path, content: str) -> None:
    """Nothing is written and the report says why."""
    report = await empty_shop.products(saved(tmp_path, content))
    assert report.failure
    assert await empty_shop.count("products") == 0


async def test_only_the_first_remarks_are_kept_in_memory(empty_shop: Shop, tmp_path: Path) -> None:
    """Each one is passed on at once and counted by reason."""
    report = await empty_shop.orders(saved(tmp_path, table([ORDER | {"Lineitem price": "?"}] * (KEPT_REMARKS + 5))))
    assert (len(report.first_remarks), len(empty_shop.remarks)) == (KEPT_REMARKS, KEPT_REMARKS + 5)
    assert list(report.reasons.values()) == [KEPT_REMARKS + 5]


async def test_the_history_adds_up_by_country(empty_shop: Shop, tmp_path: Path) -> None:
    """Orders, units and money of the accepted rows are those the database counts."""
    rows = [
        ORDER,
        ORDER | {"Lineitem quantity": "1", "Lineitem price": "0.50"},
        ORDER | {"Name": "#2", "Shipping Country": "FR"},
        ORDER | {"Name": "#3", "Shipping Country": "", "Currency": "JPY", "Lineitem price": "500"},
        ORDER | {"Name": "#4", "Lineitem price": "?"},
        ORDER | {"Name": "C1", "Lineitem quantity": "-2", "Cancelled at": "2010-04-01"},
    ]
    report = await empty_shop.orders(saved(tmp_path, table(rows)))
    assert report.stored == {
        ("GB", "GBP"): Totals(2, 1, 50),
        ("FR", "GBP"): Totals(1, 2, 1900),
        ("", "JPY"): Totals(1, 2, 1000),
    }
    assert report.adds_up
    before = await empty_shop.everything()
    again = await empty_shop.orders(saved(tmp_path, table(rows)))
    assert (again.outcomes[Outcome.UNCHANGED], again.adds_up, again.stored) == (4, True, report.stored)
    assert await empty_shop.everything() == before


async def test_a_line_that_was_lost_is_noticed(
    empty_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a line not stored, the report would not add up."""
    line_rows = orders_store._line_rows
    monkeypatch.setattr(orders_store, "_line_rows", lambda *of_order: line_rows(*of_order)[1:])
    report = await empty_shop.orders(saved(tmp_path, table([ORDER, ORDER])))
    assert not report.adds_up
    assert (report.accepted["GB", "GBP"], report.stored["GB", "GBP"]) == (Totals(1, 4, 3800), Totals(1, 2, 1900))


async def test_lines_of_a_rejected_order_are_rejected_one_by_one(empty_shop: Shop, tmp_path: Path) -> None:
    """Each has its line number, and none counts as accepted."""
    await empty_shop.orders(saved(tmp_path, table([ORDER])))
    report = await empty_shop.orders(saved(tmp_path, table([ORDER, ORDER])))
    assert [(one.line, one.key) for one in empty_shop.remarks] == [(2, "#1"), (3, "#1")]
    assert (report.outcomes[Outcome.REJECTED], report.rejected, report.accepted, report.adds_up) == (1, 2, {}, True)


@pytest.mark.parametrize(("name", "products", "variants"), [(name, *counts) for name, counts in SHOPIFY.items()])
async def test_real_product_exports_import_whole(empty_shop: Shop, name: str, products: int, variants: int) -> None:
    """Exports that Shopify's partners publish lose no product and no variant, and change nothing a second time."""
    path = shared(f"shopify/{name}.csv")
    report = await empty_shop.products(path)
    assert (report.outcomes[Outcome.CREATED], report.variants, report.rejected) == (products, variants, 0)
    assert (await empty_shop.count("variants"), await empty_shop.count("stock_movements")) == (variants, variants)
    before = await empty_shop.everything()
    assert (await empty_shop.products(path)).outcomes[Outcome.UNCHANGED] == products
    assert await empty_shop.everything() == before


@pytest.mark.timeout(400)
@pytest.mark.xdist_group("year")
async def test_a_year_of_a_real_shop_imports_and_adds_up(year: Year) -> None:
    """3,400 products and 525,461 order lines: every line is stored or rejected with a reason."""
    products, orders = year.products, year.orders
    assert (products.outcomes[Outcome.CREATED], products.variants, products.rejected) == (3_400, 4_055, 0)
    assert orders.adds_up
    assert (orders.outcomes[Outcome.CREATED], orders.rejected) == (25_545, 3_673)
    database = Database(year.url, deadline=60.0)
    shop = Shop(database)
    assert await shop.count("order_lines") + orders.rejected == 525_461
    assert sum(orders.reasons.values()) == orders.rejected
    assert [await shop.count(name) for name in ("orders", "customers")] == [25_545, 4_383]
    await database.close()
