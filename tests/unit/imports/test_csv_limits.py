"""No CSV file, however it is made, takes more memory or time than its size allows."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasources.imports import csv_lines, inventory_csv, orders_csv, products_csv
from datasources.imports.csv_lines import MAX_READS, MAX_RECORD, MAX_RECORD_LINES, TOO_LONG
from datasources.imports.csv_records import CsvFile
from domain.imports import Remark, UnreadableFile
from services.imports.files import read_products
from tests.unit.imports.files import ORDER, PRODUCT, saved, table

# Lines that leave a quote open both where they begin outside quotes and where they begin inside.
OPEN = 'x",""",\n'
PEAK_MEGABYTES = 4


def _reasons(path: Path) -> list[tuple[int, str]]:
    with CsvFile(path, ("a",)) as file:
        return [(found.line, found.reason if isinstance(found, Remark) else "") for found in file]


@pytest.fixture
def peak() -> Iterator[None]:
    """Fails a test whose allocations exceed PEAK_MEGABYTES at any moment."""
    tracemalloc.start()
    try:
        yield
        megabytes = tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()
    assert megabytes < PEAK_MEGABYTES


def test_a_record_has_a_largest_number_of_lines(tmp_path: Path) -> None:
    """The longest one is read; with one line more it is rejected at its first line, and the lines after it are read."""
    fits = '1,"' + "\n" * (MAX_RECORD_LINES - 1) + '"\n'
    passes = '2,"' + "\n" * MAX_RECORD_LINES + '"\n'
    found = _reasons(saved(tmp_path, "a,b\n" + fits + passes + "3,y\n"))
    assert found[:2] == [(2, ""), (MAX_RECORD_LINES + 2, TOO_LONG)]
    assert found[-1] == (2 * MAX_RECORD_LINES + 3, "")


def test_a_record_has_a_largest_number_of_characters(tmp_path: Path) -> None:
    """Many cells of an allowed length may not add up to more."""
    cell = "x" * (MAX_RECORD // 16)
    header = ",".join("abcdefghijklmnopq")
    fits, passes = ",".join(['"\n"'] + [cell] * 15 + ["y"]), ",".join(['"\n"'] + [cell] * 16)
    found = _reasons(saved(tmp_path, f"{header}\n{fits}\n{passes}\n"))
    assert found[:2] == [(2, ""), (4, TOO_LONG)]


def test_a_line_that_was_cut_is_never_a_record(tmp_path: Path) -> None:
    """Though what is left of it has as many cells as the header, its last cell is not the file's."""
    cells = ["x" * 100_000] * 10 + ["x" * 130_000]
    found = _reasons(saved(tmp_path, f"{','.join('abcdefghijk')}\n{','.join(cells)}\n"))
    assert found == [(2, TOO_LONG)]


def test_lines_are_read_a_limited_number_of_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line of this file swallows all later ones. Each is rejected once, under its own number, in linear work."""
    monkeypatch.setattr(csv_lines, "MAX_RECORD_LINES", 50)
    taken = 0
    take = csv_lines.Lines.__next__

    def counted(lines: csv_lines.Lines) -> str:
        nonlocal taken
        taken += 1
        return take(lines)

    monkeypatch.setattr(csv_lines.Lines, "__next__", counted)
    found = _reasons(saved(tmp_path, "a,b\n" + OPEN * 1_000))
    assert [line for line, _ in found] == list(range(2, 1_002))
    assert all(reason for _, reason in found)
    assert taken < 1_000 * (MAX_READS + 2)


def test_a_good_line_after_few_open_quotes_is_read(tmp_path: Path) -> None:
    """Only what more open quotes swallowed than anybody writes by mistake is lost with them."""
    few = "a,b\n" + OPEN * (MAX_READS - 1) + "1,x\n"
    assert _reasons(saved(tmp_path, few))[-1] == (MAX_READS + 1, "")


@pytest.mark.slow
@pytest.mark.usefixtures("peak")
@pytest.mark.parametrize("line", [OPEN, "\n", "x\n"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, line: str) -> None:
    """A few kB of gzip hold lines that are all part of one record, as far as a reader without limits sees."""
    path = saved(tmp_path, b'a,b\n1,"' + line.encode() * 150_000, "bomb.csv.gz")
    with CsvFile(path, ("a",)) as file:
        assert any(isinstance(found, Remark) for found in islice(file, 100))


def test_a_product_has_a_largest_number_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows whose pictures are left out count too."""
    monkeypatch.setattr(products_csv, "MAX_ROWS", 2)
    rows = [PRODUCT, *({"Handle": "mug", "Image Src": f"https://example.com/{number}.jpg"} for number in range(3))]
    with CsvFile(saved(tmp_path, table(rows)), ()) as file:
        found = [(one.line, one.reason) for one in read_products(file, "GBP") if isinstance(one, Remark)]
    assert found == [(4, "its product has more than 2 rows"), (5, "its product has more than 2 rows")]


def test_a_file_has_a_largest_number_of_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the line from which the rest can be imported."""
    monkeypatch.setattr(products_csv, "MAX_PRODUCTS", 1)
    with (
        CsvFile(saved(tmp_path, table([PRODUCT, PRODUCT | {"Handle": "cup"}])), ()) as file,
        pytest.raises(UnreadableFile, match="line 3 begins product 2"),
    ):
        list(read_products(file, "GBP"))


def test_open_orders_have_a_largest_number_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the order that waits longest is complete, before the file ends."""
    monkeypatch.setattr(orders_csv, "OPEN_LINES", 2)
    rows = [ORDER | {"Name": name} for name in ("#1", "#1", "#2", "#3", "#3")]
    with CsvFile(saved(tmp_path, table(rows)), ()) as file:
        read = [(one.order.name, one.lines, file.position) for one in orders_csv.OrderRows(file, "GBP")]  # type: ignore[union-attr]
    assert [(name, lines) for name, lines, _ in read] == [("#1", (2, 3)), ("#2", (4,)), ("#3", (5, 6))]


_READERS: list[tuple[tuple[str, ...], Callable[[CsvFile], Iterable[object]]]] = [
    (products_csv.COLUMNS, lambda file: read_products(file, "GBP")),
    (orders_csv.COLUMNS, lambda file: orders_csv.OrderRows(file, "GBP")),
    ((), inventory_csv.counted_rows),
    ((), iter),
]
_HEADERS = st.sampled_from(
    [
        ",".join(PRODUCT),
        ",".join(ORDER),
        "Handle,SKU,On hand,Location",
        "Title;Price",
        "a,b",
    ]
)
_MARKS = ['"', '""', '"""', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "\ufeff", "\x1f\x8b", OPEN]
_CELLS = ["x", "#1", "mug", "1", "-1", "é", "paid", "2010-01-01", "=1"]
_ROWS = [",".join(PRODUCT.values()) + "\n", ",".join(ORDER.values()) + "\n"]
_PIECES = st.sampled_from([*_MARKS, *_CELLS, *_ROWS])
_BODIES = st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode()) | st.binary(max_size=300)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(header=_HEADERS, body=_BODIES, compressed=st.booleans(), cut=st.integers(0, 40), times=st.integers(1, 50))
def test_any_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, header: str, body: bytes, compressed: bool, cut: int, times: int
) -> None:
    """Whatever is in it, each reader yields records and remarks, or raises `UnreadableFile`; lines never go back."""
    data = header.encode() + b"\n" + body * times
    data = gzip.compress(data) if compressed else data
    path = saved(tmp_path_factory.getbasetemp(), data[: len(data) - cut], "fuzz.csv")
    for needed, read in _READERS:
        numbers: list[int] = []
        try:
            with CsvFile(path, needed) as file:
                numbers.extend(getattr(found, "line", 0) for found in read(file))
        except UnreadableFile as error:
            assert str(error)
        if read is iter:
            assert numbers == sorted(set(numbers))
