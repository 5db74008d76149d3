"""CSV files as a stream of records with the lines they began on."""

import gzip
from pathlib import Path

import pytest

from datasources.imports.csv_lines import MAX_RECORD, TOO_LONG
from datasources.imports.csv_records import MAX_COLUMNS, MAX_FIELD, CsvFile, Record
from domain.imports import Remark, UnreadableFile
from tests.unit.imports.files import saved

DIFFERS = "the line must have 2 cells, as the header has"
QUOTE = f"the line is not CSV: a quote is open, or a cell is longer than {MAX_FIELD} characters"


def _read(path: Path) -> list[tuple[int, list[str] | str]]:
    """Each record as (line, cells), each remark as (line, reason)."""
    with CsvFile(path, ("a",)) as file:
        return [
            (found.line, found.reason) if isinstance(found, Remark) else (found.line, list(found.cells.values()))
            for found in file
        ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["plain.csv", "packed.csv.gz"])
def test_line_ends_marks_and_compression_do_not_matter(tmp_path: Path, end: str, name: str) -> None:
    """A byte order mark is not part of the first column, and blank lines are not records."""
    path = saved(tmp_path, "\ufeff" + end.join(["a, b ", "1, x ", "", "2,y"]) + end, name)
    with CsvFile(path, ("a", "b")) as file:
        assert list(file) == [Record(2, {"a": "1", "b": "x"}), Record(4, {"a": "2", "b": "y"})]


def test_gzip_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    """A compressed file may be named `.csv`."""
    path = saved(tmp_path, gzip.compress(b"a\n1\n"), "file.csv")
    assert _read(path) == [(2, ["1"])]


def test_a_record_over_several_lines_has_the_line_it_began_on(tmp_path: Path) -> None:
    """Line breaks and doubled quotes inside quotes belong to the cell."""
    path = saved(tmp_path, 'a,b\n1,"<p>\nsaid ""hi""\n</p>"\n2,y\n')
    assert _read(path) == [(2, ["1", '<p>\nsaid "hi"\n</p>']), (5, ["2", "y"])]


def test_a_wrong_number_of_cells_costs_one_line(tmp_path: Path) -> None:
    """Records with too few or too many cells are refused, and later ones are read."""
    assert _read(saved(tmp_path, "a,b\n1\n2,x,y\n3,z\n")) == [(2, DIFFERS), (3, DIFFERS), (4, ["3", "z"])]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    """The lines it swallowed are read again as records of their own."""
    path = saved(tmp_path, 'a,b\n1,"x\n2,y\n3,z\n')
    assert _read(path) == [(2, QUOTE), (3, ["2", "y"]), (4, ["3", "z"])]


def test_a_quote_closed_by_a_later_one_costs_no_good_line_between(tmp_path: Path) -> None:
    """A stray quote that a proper one seems to close swallows nothing for good."""
    path = saved(tmp_path, 'a,b\n1,"x\n2,y\n3,"z, too"\n4,w\n')
    assert _read(path) == [(2, QUOTE), (3, ["2", "y"]), (4, ["3", "z, too"]), (5, ["4", "w"])]


def test_a_cell_that_is_too_long_costs_one_line(tmp_path: Path) -> None:
    """The longest cell allowed is read, one more character is refused."""
    path = saved(tmp_path, f"a,b\n1,{'x' * MAX_FIELD}\n2,{'x' * (MAX_FIELD + 1)}\n3,y\n")
    assert _read(path) == [(2, ["1", "x" * MAX_FIELD]), (3, QUOTE), (4, ["3", "y"])]


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    """A line of several megabytes is refused as one line and the next one is read."""
    path = saved(tmp_path, f"a,b\n1,{'x' * (3 * MAX_RECORD)}\n2,y\n")
    assert _read(path) == [(2, TOO_LONG), (3, ["2", "y"])]


def test_bytes_that_are_not_text_cost_one_line(tmp_path: Path) -> None:
    """Latin-1 and NUL in one line do not affect the UTF-8 of the next one."""
    path = saved(tmp_path, "a,b\n1,caf\xe9\n2,\0\n".encode("latin-1") + "3,café\n".encode())
    reason = "the line is not valid UTF-8 text"
    assert _read(path) == [(2, reason), (3, reason), (4, ["3", "café"])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("b,c\n1,2\n", "these columns are missing: a"),
        ("a,b,b\n1,2,3\n", "these columns appear twice: b"),
        ('"a\n', "the first line is not a header"),
        ("a" + ",b" * MAX_COLUMNS, "the header has more than 1000 columns"),
    ],
)
def test_a_file_without_a_usable_header_says_why(tmp_path: Path, content: str, reason: str) -> None:
    """Only the header can make a whole file unreadable."""
    with pytest.raises(UnreadableFile, match=reason):
        _read(saved(tmp_path, content))


def test_a_missing_file_is_no_traceback(tmp_path: Path) -> None:
    """The message names the file and the reason."""
    with pytest.raises(UnreadableFile, match=r"none\.csv cannot be opened: No such file"):
        CsvFile(tmp_path / "none.csv", ())


@pytest.mark.slow
def test_a_compressed_file_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """It yields the records before the cut, then raises an error."""
    whole = gzip.compress("".join(["a\n", *(f"{number}\n" for number in range(200_000))]).encode())
    path = saved(tmp_path, whole[: len(whole) // 2])
    with CsvFile(path, ("a",)) as file:
        records = iter(file)
        assert next(records) == Record(2, {"a": "0"})
        with pytest.raises(UnreadableFile, match="breaks off or is damaged after line"):
            list(records)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_separated_as_spreadsheets_of_all_countries_do(tmp_path: Path, separator: str) -> None:
    """The header says how; other separators stay in their cells."""
    text = "Handle|Title|Price\nmug|A, B; C|1\n".replace("|", separator).replace("A, B; C", '"A, B; C"')
    with CsvFile(saved(tmp_path, text), ()) as file:
        (record,) = file
    assert isinstance(record, Record)
    assert record.cells == {"Handle": "mug", "Title": "A, B; C", "Price": "1"}
