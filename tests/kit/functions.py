"""Which of the project's functions run: how much of the code a reader follows to understand one request."""

import inspect
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

_ROOT = Path(__file__).parents[2]
# Python 3.12 runs some of these inside their function, so that a count of them differs between versions.
_INLINE = ("<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")


class Functions:
    """The distinct code objects that ran, of files below the packages that `pyproject.toml` names.

    Methods, closures and lambdas count; comprehensions count as a part of their function. Code without a file, such as
    the `__init__` of a dataclass, does not count, and neither do libraries.
    """

    def __init__(self, root: Path = _ROOT, packages: tuple[str, ...] = ()) -> None:
        self._root = root
        self._folders = tuple(f"{root / name}/" for name in packages or _packages(root))
        self._codes: set[CodeType] = set()

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def names(self) -> list[str]:
        """Each as `path:line name`, in the order of the files."""
        return [f"{path}:{line} {name}" for path, line, name in sorted(map(self._place, self._codes))]

    @property
    def by_package(self) -> dict[str, int]:
        """How many ran of each top-level package."""
        return dict(Counter(name.split("/")[0] for name in self.names))

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Counts what this thread runs in here, other tasks of its loop included."""
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and _is_function(code) and code.co_filename.startswith(self._folders):
            self._codes.add(code)

    def _place(self, code: CodeType) -> tuple[str, int, str]:
        return str(Path(code.co_filename).relative_to(self._root)), code.co_firstlineno, code.co_qualname


def _is_function(code: CodeType) -> bool:
    """Bodies of modules and classes do not count as functions."""
    return bool(code.co_flags & inspect.CO_OPTIMIZED) and code.co_name not in _INLINE


def _packages(root: Path) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    packages: list[str] = project["tool"]["importlinter"]["root_packages"]
    return packages
