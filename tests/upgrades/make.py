"""Makes the fixture of a release: `python -m tests.upgrades.make NAME COMMIT`; see README.md beside it."""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import redis

from tests.kit.backends.process import Process, free_port
from tests.upgrades import fixture, operations, release
from tests.upgrades.story import Story

FOLDER = Path(__file__).parent
SECRET = "a secret of the upgrades, long enough to sign"
LOST_PAGE = "homepage:{EU:web}"
_SECONDS = 120.0


def main(name: str, commit: str) -> None:
    """Runs the embedded demo shop of the release, has it live through the story and writes its stores down."""
    with tempfile.TemporaryDirectory(prefix="storefront-upgrade-") as scratch:
        checkout = release.unpack(commit, Path(scratch, "checkout"))
        port = free_port()
        data_dir = Path(scratch, "data")
        settings = {
            "STOREFRONT_DATA_DIR": str(data_dir),
            "STOREFRONT_PORT": str(port),
            "STOREFRONT_TOKEN_SECRET": SECRET,
        }
        # The provider hangs at times: nobody waits for it.
        settings |= {"STOREFRONT_PAYMENT_SECONDS": "2", "STOREFRONT_TRENDING_SECONDS": "1"}
        log = Path(scratch, "up.log")
        process = Process(release.command("up"), log, release.environment(checkout, settings))
        try:
            process.wait_until(lambda: "The shop is open" in process.output(), _SECONDS)
            write(FOLDER / name, data_dir, f"http://127.0.0.1:{port}")
        finally:
            process.stop()


def write(directory: Path, data_dir: Path, url: str) -> None:
    """Plays the story in a running shop and writes its stores into a directory."""
    running = json.loads((data_dir / "run.json").read_text())
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
        story = Story(http)
        story.tell()
        _lose_a_page(running["urls"]["redis_url"], story)
        _until(lambda: _is_quiet(http))
        os.kill(running["children"]["worker"]["pid"], signal.SIGSTOP)
        story.tell_unheard()
    directory.mkdir(exist_ok=True)
    asyncio.run(fixture.write_stores(directory, data_dir, running["urls"]))
    os.kill(running["children"]["worker"]["pid"], signal.SIGCONT)
    story.facts[fixture.WRITTEN_AT] = datetime.now(UTC).isoformat()
    written = json.dumps(story.facts, indent=1, sort_keys=True, ensure_ascii=False)
    (directory / fixture.FACTS).write_text(f"{written}\n")


def _lose_a_page(redis_url: str, story: Story) -> None:
    """A record is lost, and a request for it writes an event as well."""
    with redis.Redis.from_url(redis_url) as client:
        client.delete(LOST_PAGE)
        _until(lambda: story.guest.ask(operations.HOMEPAGE, country="DE") and client.exists(LOST_PAGE) == 1)


def _is_quiet(http: httpx.Client) -> bool:
    """Whether all events have been worked off."""
    values: dict[str, Any] = {}
    for line in http.get("/metrics").text.splitlines():
        name, _, value = line.rpartition(" ")
        if name.startswith(("storefront_outbox_backlog", "storefront_stream_lag")):
            values[name] = float(value)
    return len(values) > 1 and not any(values.values())


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the workers have not finished")
        time.sleep(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
