"""The files of a backup: lines of JSON in ASCII, compressed, each file with its count and its checksum."""

import gzip
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

# Rows, documents or keys handled at a time. This bounds the memory of a backup.
BATCH = 500
_CHUNK = 1 << 20
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its store (`relational`, `documents` or `redis`), its table or collection, and its number of lines.

    `sha256` is the checksum of the compressed file.
    """

    store: str
    name: str
    file: str
    count: int
    sha256: str


async def write_part(directory: Path, store: str, name: str, lines: AsyncIterator[str]) -> Part:
    """Writes one file as the lines come."""
    path = directory / store / f"{name}.jsonl.gz"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    count = 0
    with gzip.open(path, "xt", compresslevel=_LEVEL, encoding="ascii", newline="\n") as file:
        async for line in lines:
            file.write(f"{line}\n")
            count += 1
    return Part(store, name, str(path.relative_to(directory)), count, _digest(path))


def damage(directory: Path, part: Part) -> str | None:
    """Why a file differs from the one that was written; None if it does not."""
    path = directory / part.file
    if not path.is_file():
        return f"{part.file} is missing"
    if _digest(path) != part.sha256:
        return f"{part.file} is damaged: its checksum differs from the manifest"
    found = sum(1 for _ in read_lines(path))
    return None if found == part.count else f"{part.file} has {found} lines, the manifest {part.count}"


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a file, one at a time."""
    with gzip.open(path, "rt", encoding="ascii", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def in_batches(lines: Iterator[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    """Lists of lines, none of them empty."""
    while batch := list(islice(lines, size)):
        yield batch


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
