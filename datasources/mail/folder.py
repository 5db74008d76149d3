"""Mails as `.eml` files in a folder, for development: nothing leaves the machine."""

import asyncio
import os
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from datasources.mail.transport import NotSent

SHOWN = 50
# Mails of a shop that has no server are for its developers; the oldest files make room.
MAX_FILES = 20_000


class MailFolder:
    """A folder, made when the first mail comes. A mail that is sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, key: str) -> None:
        """Writes the file; raises `NotSent` when the disk refuses."""
        try:
            await asyncio.to_thread(self._write, message.as_bytes(), f"{sha256(key.encode()).hexdigest()[:32]}.eml")
        except OSError as error:
            raise NotSent(type(error).__name__) from error

    def _write(self, content: bytes, name: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / name
        if path.exists():
            return
        part = path.with_suffix(f".{os.getpid()}.part")
        part.touch(mode=0o600)
        part.write_bytes(content)
        part.replace(path)

    async def close(self) -> None:
        """Nothing is open."""

    async def last(self, limit: int = SHOWN) -> list[tuple[str, bytes]]:
        """Names and contents of the newest mails, the newest first."""
        return await asyncio.to_thread(self._last, limit)

    def _last(self, limit: int) -> list[tuple[str, bytes]]:
        return [(path.stem, path.read_bytes()) for path in self._newest()[:limit]]

    async def tidy(self) -> int:
        """Removes the oldest files above the maximum; returns how many."""
        return await asyncio.to_thread(self._tidy)

    def _tidy(self) -> int:
        surplus = self._newest()[MAX_FILES:]
        for path in surplus:
            path.unlink(missing_ok=True)
        return len(surplus)

    def _newest(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        times = {path: path.stat().st_mtime_ns for path in self._folder.glob("*.eml")}
        return sorted(times, key=lambda path: times[path], reverse=True)
