"""The manifest of a backup, `manifest.json`. It is written last, so a backup without one is unfinished."""

import importlib.metadata
import os
from datetime import datetime
from pathlib import Path

import msgspec

from bff.processes.problems import ProcessProblem
from datasources.kit.backup.parts import Part, damage

FILE = "manifest.json"
FORMAT = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is that of the shop's code, `revision` that of its tables. All rows are those of `taken_at`."""

    format: int
    version: str
    revision: str
    taken_at: datetime
    finished_at: datetime
    parts: tuple[Part, ...]

    def of(self, store: str) -> list[Part]:
        """The files of one store."""
        return [part for part in self.parts if part.store == store]

    def count(self, store: str) -> int:
        """How many rows, documents or keys of a store there are."""
        return sum(map(lines_of, self.of(store)))


def lines_of(part: Part) -> int:
    """How many rows, documents or keys a file has. The file of a table begins with a header."""
    return part.count - (part.store == "relational")


def version() -> str:
    """The version of this code."""
    return importlib.metadata.version("storefront")


def write(directory: Path, manifest: Manifest) -> None:
    """Writes it in one step, after all files are on the disk."""
    unfinished = directory / f"{FILE}.unfinished"
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    os.sync()
    unfinished.rename(directory / FILE)


def read(directory: Path) -> Manifest:
    """The manifest of a whole backup, with every file checked. Raises ProcessProblem that says what is wrong."""
    try:
        manifest = msgspec.json.decode((directory / FILE).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ProcessProblem(f"{directory} has no {FILE}: it is not a backup, or not a finished one") from None
    except (msgspec.MsgspecError, OSError) as error:
        raise ProcessProblem(f"{directory / FILE} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise ProcessProblem(
            f"{directory} was written by version {manifest.version} in format {manifest.format}; "
            f"version {version()} reads format {FORMAT}"
        )
    problems = [problem for part in manifest.parts if (problem := damage(directory, part))]
    if problems:
        raise ProcessProblem("the backup is damaged, nothing was changed:\n" + "\n".join(problems))
    return manifest
