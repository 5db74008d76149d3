"""Files that only their owner may read, written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from bff.processes.problems import UnusableDirectory


def make_private_directory(directory: Path) -> None:
    """Creates the directory, for its owner alone; one that exists keeps its mode. Raises UnusableDirectory."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise UnusableDirectory(f"cannot keep data in {directory}: {error.strerror}") from error


def _write_beside(path: Path, content: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def replace(path: Path, content: bytes) -> None:
    """Writes the file; readers see the old content or the new, never a part."""
    _write_beside(path, content).replace(path)


def create_once(path: Path, content: bytes) -> bytes:
    """Writes the file unless it exists, and returns what it then holds. Many processes may call this at once."""
    if not path.exists():
        beside = _write_beside(path, content)
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    return path.read_bytes()
