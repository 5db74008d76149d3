"""What the commands show: one console for news, one for errors."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

news = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Shows one line to the person at the terminal."""
    news.print(text, markup=False)


class Steps:
    """A bar per step while work goes on; without a terminal one line when a step is done."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=news)
        self._tasks: dict[str, TaskID] = {}
        self._done: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._tasks:
            self._bars.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Shows that `done` of `total` parts of a step are done."""
        if not news.is_terminal:
            self._mention(step, done, total)
            return
        if step not in self._tasks:
            self._bars.start()
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)

    def _mention(self, step: str, done: int, total: int) -> None:
        if done >= total and step not in self._done:
            self._done.add(step)
            say(f"{step}: {done} of {total}")
