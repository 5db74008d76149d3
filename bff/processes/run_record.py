"""`data_dir/run.json`: which command holds the data, its children and the addresses of its stores."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bff.processes.identity import Identity, identify, is_running
from bff.processes.problems import DataInUse
from bff.settings import private_files


@dataclass(frozen=True, slots=True)
class Running:
    """One command that holds the data directory. `urls` is empty until its stores answer: setting name to URL.

    `given` are the settings of stores that it was given by URL: other commands need them too, and they may be secret.
    """

    command: str
    owner: Identity
    children: dict[str, Identity] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    address: str = ""
    given: tuple[str, ...] = ()

    def described(self) -> str:
        """`storefront up (process 12, http://...)`."""
        at = f", {self.address}" if self.address else ""
        return f"storefront {self.command} (process {self.owner.pid}{at})"


def this_process() -> Identity:
    """The identity of this process."""
    identity = identify(os.getpid())
    assert identity is not None
    return identity


def write(data_dir: Path, running: Running) -> None:
    """Replaces run.json."""
    private_files.replace(data_dir / "run.json", orjson.dumps(asdict(running), option=orjson.OPT_INDENT_2))


def read(data_dir: Path) -> Running | None:
    """What run.json says, whether or not that command still runs; None without a file that can be understood."""
    try:
        content = orjson.loads((data_dir / "run.json").read_bytes())
        return Running(
            command=content["command"],
            owner=_identity(content["owner"]),
            children={name: _identity(child) for name, child in content["children"].items()},
            urls=content["urls"],
            address=content["address"],
            given=tuple(content.get("given", ())),  # a version before 0.2 does not say
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _identity(content: dict[str, Any]) -> Identity:
    """Raises ValueError for what version 0.1 wrote: the kernel's own count of time, as text."""
    return Identity(int(content["pid"]), float(content["started"]))


def read_running(data_dir: Path) -> Running | None:
    """The command that holds the data directory now."""
    running = read(data_dir)
    return running if running and is_running(running.owner) else None


def remove(data_dir: Path) -> None:
    """Removes run.json at an orderly end."""
    (data_dir / "run.json").unlink(missing_ok=True)


@contextmanager
def exclusive(data_dir: Path) -> Iterator[None]:
    """Holds `data_dir/up.lock`; DataInUse says who has it. The kernel releases it when this process ends."""
    private_files.make_private_directory(data_dir)
    with (data_dir / "up.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = read_running(data_dir)
            who = holder.described() if holder else "another command that is just starting"
            raise DataInUse(f"{data_dir} is in use by {who}; stop it first, or set STOREFRONT_DATA_DIR") from None
        yield
