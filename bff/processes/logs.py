"""Log files of children: one older generation kept, bounded in size, their new lines followed."""

import shutil
from pathlib import Path

import orjson

LOG_BYTES = 8 * 1024 * 1024
_TAIL_BYTES = 16 * 1024
_FOLLOW_BYTES = 64 * 1024
_SERIOUS = frozenset(("warning", "error", "critical"))


class LogFile:
    """The output of one child, appended to by the child itself so that nothing waits for a reader."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_to = 0

    @property
    def _older(self) -> Path:
        return self.path.with_name(self.path.name + ".1")

    def begin(self) -> None:
        """Starts a new generation."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            self.path.replace(self._older)
        self.path.touch(mode=0o600)
        self._read_to = 0

    def bound(self) -> None:
        """Empties a file over `LOG_BYTES` into the older generation; the child goes on appending to it."""
        if self.path.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.path, self._older)
            with self.path.open("r+b") as log:
                log.truncate()
            self._read_to = 0

    def tail(self, lines: int = 15) -> str:
        """The last lines, for the person who must know why a child ended."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as log:
            log.seek(max(0, self.path.stat().st_size - _TAIL_BYTES))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def serious_lines(self) -> list[str]:
        """Warnings and errors since the last call, as `event key=value`; at most the newest 64 kB are looked at."""
        size = self.path.stat().st_size
        with self.path.open("rb") as log:
            log.seek(max(self._read_to, size - _FOLLOW_BYTES))
            text = log.read()
        whole = text.rfind(b"\n") + 1
        self._read_to = size - (len(text) - whole)
        return [line for raw in text[:whole].splitlines() if (line := _serious(raw))]


def _serious(raw: bytes) -> str:
    """The line as prose when it is a warning or worse; lines that our logger did not write stay as they are."""
    try:
        entry = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode(errors="replace").rstrip()
    if not isinstance(entry, dict) or entry.get("level") not in _SERIOUS:
        return ""
    details = {key: value for key, value in entry.items() if key not in ("event", "level", "timestamp", "logger")}
    return " ".join([str(entry.get("event", "")), *(f"{key}={value}" for key, value in details.items())])
