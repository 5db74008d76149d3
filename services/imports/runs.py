"""One import while it runs: its report, its remarks and its progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from datasources.imports.csv_records import CsvFile
from domain.imports import ImportReport, Remark, Severity, UnreadableFile

KEPT_REMARKS = 20

Progress = Callable[[int, int], None]


class ImportRun:
    """The report of one import while it runs. `progress` receives the bytes read so far and the size of the file."""

    def __init__(self, file: CsvFile, report: ImportReport, progress: Progress, tell: Callable[[Remark], None]) -> None:
        self._file = file
        self.report = report
        self._progress = progress
        self._tell = tell

    def remark(self, remark: Remark) -> None:
        """Counts a rejected or corrected line and passes it on with printable characters only."""
        remark = replace(remark, key="".join(mark if mark.isprintable() else "?" for mark in remark.key))
        if remark.severity is Severity.REJECTED:
            self.report.rejected += 1
        else:
            self.report.warnings += 1
        reason = (remark.severity, remark.reason)
        self.report.reasons[reason] = self.report.reasons.get(reason, 0) + 1
        if len(self.report.first_remarks) < KEPT_REMARKS:
            self.report.first_remarks.append(remark)
        self._tell(remark)

    def advance(self) -> None:
        """Reports how far the file has been read."""
        self._progress(self._file.position, self._file.size)


@contextmanager
def noting_failure(report: ImportReport) -> Iterator[None]:
    """Records in the report why reading stopped early."""
    try:
        yield
    except UnreadableFile as error:
        report.failure = str(error)
