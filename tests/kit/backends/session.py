"""What the processes of one test session share. With pytest-xdist each has its own stores, made from one template."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kit.backends.scratch import scratch_directory


@dataclass(slots=True)
class Session:
    """This process is `number` of `processes` that run tests; `directory` is the same in all of them."""

    number: int = 0
    processes: int = 1
    directory: Path | None = None

    def shared(self) -> Path:
        """The directory of the session, removed when the process that made it ends."""
        if self.directory is None:
            self.directory = scratch_directory("session")
        return self.directory


current = Session()


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A directory of the session that the first process in need of it fills, while others wait."""
    made = current.shared() / name
    with _lock(made.with_suffix(".lock")):
        if not made.exists():
            unfinished = made.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(made)
    return made


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
