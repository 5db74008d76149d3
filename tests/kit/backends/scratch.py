"""Where servers and tests keep their files: in directories that are gone when the process is."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_NEEDED_BYTES = 4 << 30  # some sets of stores, and what tests write


def scratch_directory(name: str) -> Path:
    """A new directory, removed when the process ends."""
    directory = Path(tempfile.mkdtemp(prefix=f"storefront-{name}-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def prefer_memory() -> None:
    """Keeps temporary files in memory where there is room, unless TMPDIR names another place.

    Stores sync every commit to their disk as in production, and tests would mostly wait for that.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    space = os.statvfs(_MEMORY)
    if space.f_bavail * space.f_frsize >= _NEEDED_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
