"""Earlier releases: their code out of the repository's history, and their processes."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The release before this version. Its fixture is in the folder of its name.
PREVIOUS, PREVIOUS_COMMIT = "0.1.0", "4b312e6bb8dd17d997d90ad692652eaaa2ebff60"


def unpack(commit: str, directory: Path) -> Path:
    """Writes the files of a commit into a directory. Raises LookupError where the history does not reach back to it."""
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", commit]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise LookupError(done.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as files:
        files.extractall(directory, filter="data")
    return directory


def environment(checkout: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """That of a process that runs the code of a checkout with the packages of this one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("STOREFRONT_")}
    return own | {"PYTHONPATH": str(checkout), "PYTHONUNBUFFERED": "1", **variables}


def command(*arguments: str) -> list[str]:
    """A command of the checkout that `PYTHONPATH` leads to."""
    return [sys.executable, "-P", "-m", "bff.cli", *arguments]
