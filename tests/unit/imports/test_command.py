"""What `storefront import` shows and writes."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from bff.cli.imports import _remarks, show, status_of
from domain.imports import ImportReport, Outcome, Remark, Severity, Totals


def _shown(report: ImportReport, kind: str) -> str:
    out = StringIO()
    show(Console(file=out, width=200), report, kind)
    return out.getvalue()


def test_the_report_of_products_counts_outcomes_and_reasons() -> None:
    """Counts first, then reasons with their lines, then where to find the rest."""
    remark = Remark(7, "mug[red]", "Variant Price is blank")
    report = ImportReport(variants=5, rejected=30, warnings=1, first_remarks=[remark])
    report.outcomes |= {Outcome.CREATED: 2, Outcome.UPDATED: 1}
    report.reasons = {(Severity.REJECTED, remark.reason): 30, (Severity.WARNING, "taken as 0"): 1}
    shown = _shown(report, "products")
    assert "3 products with 5 variants: 2 imported, 1 updated, 0 unchanged. 30 lines rejected, 1 corrected." in shown
    assert "line 7 mug[red]: Variant Price is blank" in shown
    assert "--report FILE.csv" in shown
    assert "stored totals" not in shown


def test_the_report_of_orders_says_whether_the_history_adds_up() -> None:
    """Money is shown per country with its currency; a difference is named."""
    report = ImportReport(accepted={("GB", "GBP"): Totals(2, 5, 1050), ("", "JPY"): Totals(1, 1, 500)})
    report.stored = {("GB", "GBP"): Totals(2, 5, 1050), ("", "JPY"): Totals(1, 1, 500)}
    shown = _shown(report, "orders")
    assert "10.50 GBP" in shown and "500 JPY" in shown and "unknown" in shown
    assert "The stored totals agree." in shown
    report.stored["GB", "GBP"].units -= 1
    assert "The stored totals do NOT agree." in _shown(report, "orders")


def test_a_file_that_broke_off_is_named_last() -> None:
    """The reason is below the results so far."""
    assert "read to its end: the file is empty" in _shown(ImportReport(failure="the file is empty"), "orders")


def test_every_remark_goes_to_the_report_file(tmp_path: Path) -> None:
    """One row each, as they come; what a spreadsheet would run as a formula is defused."""
    path = tmp_path / "report.csv"
    with _remarks(path) as tell:
        tell(Remark(2, "=HYPERLINK(1)", "Title is blank"))
        tell(Remark(9, "cup", "taken as 0", Severity.WARNING))
    assert path.read_text() == (
        "line,key,severity,reason\n2,'=HYPERLINK(1),rejected,Title is blank\n9,cup,warning,taken as 0\n"
    )


def test_columns_that_are_kept_and_dropped_are_named() -> None:
    """Each dropped one on a line of its own, whatever its name looks like."""
    shown = _shown(ImportReport(columns=("Handle", "Title"), dropped=("Cost [red]", "Tax")), "products")
    assert "Columns of the file: Handle, Title." in shown
    assert "Not kept: the column Cost [red].\nNot kept: the column Tax." in shown


def test_the_exit_status_says_what_became_of_the_file() -> None:
    """0 when something was taken or there was nothing, 1 for a broken file or wrong totals, 2 when all was rejected."""
    taken = ImportReport(rejected=3)
    taken.outcomes[Outcome.UNCHANGED] = 1
    refused = ImportReport(rejected=3)
    refused.outcomes[Outcome.REJECTED] = 1
    broken = ImportReport(rejected=3, failure="the file is empty")
    wrong = ImportReport(accepted={("GB", "GBP"): Totals(1, 1, 1)})
    assert [status_of(one) for one in (ImportReport(), taken, refused, broken, wrong)] == [0, 0, 2, 1, 1]


def test_a_column_of_an_unknown_market_leads_to_the_setting() -> None:
    """The command may run without the environment of the shop; other columns that are not kept lead nowhere."""
    assert "STOREFRONT_TERRITORIES" in _shown(ImportReport(dropped=("Cost per item", "Price / Canada")), "products")
    assert "STOREFRONT_TERRITORIES" not in _shown(ImportReport(dropped=("Cost per item",)), "products")
