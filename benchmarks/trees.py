"""Checkouts of the project, called trees here: programs of each run from its own environment and its own code.

Nothing is imported from another tree: its version may have other modules, other settings and other tables.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = "storefront"
# They would lead the programs of one tree to the code of another.
_MISLEADING = frozenset(("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"))
_COMMAND_SECONDS = 600


class NotATree(Exception):
    """A directory that holds no installed checkout of the project; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout, and the `bin` directory of the environment that its programs run in."""

    directory: Path
    programs: Path

    def command(self, *arguments: str) -> list[str]:
        """The command line of `storefront` with arguments."""
        return [str(self.programs / "python"), str(self.programs / _PROGRAM), *arguments]

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The environment of its programs: this process's, and more variables."""
        return {name: value for name, value in os.environ.items() if name not in _MISLEADING} | dict(variables)

    def run(self, *arguments: str, variables: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        """Runs `storefront` with arguments to its end, whatever its exit status."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.directory,
            env=self.environment(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )


HERE = Tree(_ROOT, Path(sys.executable).parent)


def tree_at(directory: Path) -> Tree:
    """The checkout in a directory. Raises `NotATree` unless its own environment is installed in it."""
    root = directory.resolve()
    tree = Tree(root, root / ".venv" / "bin")
    if root == _ROOT:
        raise NotATree(f"{root} is this checkout; name another one")
    if not (tree.programs / _PROGRAM).is_file():
        raise NotATree(f"{root} has no .venv/bin/{_PROGRAM}; run `make .venv/dev.installed` there")
    if root not in _linked(root / ".venv"):
        raise NotATree(f"{root}/.venv runs the code of another directory; run `make clean .venv/dev.installed` there")
    return tree


def _linked(environment: Path) -> set[Path]:
    """The directories whose code an environment runs; a copied environment still leads to the original."""
    links = environment.glob("lib/python3.*/site-packages/_storefront*.pth")
    return {Path(line).resolve() for link in links for line in link.read_text().splitlines()}
