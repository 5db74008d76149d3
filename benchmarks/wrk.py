"""Load by wrk, which uses so little CPU that it does not distort the results."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measured import Run

_SCRIPT = Path(__file__).with_name("post.lua")


def installed() -> bool:
    """Whether there is a wrk on this machine."""
    return shutil.which("wrk") is not None


def load(
    url: str, bodies: Sequence[bytes], connections: int, seconds: int, headers: Mapping[str, str] | None = None
) -> Run:
    """Posts the bodies in turn over that many connections. Raises RuntimeError when wrk fails."""
    lines = [word for name, value in (headers or {}).items() for word in ("--header", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(bodies) + b"\n")
        file.flush()
        # fmt: off
        command = [
            "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
            "--timeout", "10s", "--script", str(_SCRIPT), *lines, url, "--", file.name,
        ]
        # fmt: on
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    return parse(done.stdout)


def parse(output: str) -> Run:
    """What post.lua printed as the last line. Raises ValueError when it is not there."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        raise ValueError("wrk printed no summary")
    summary = json.loads(lines[-1])
    return Run(
        requests=summary["requests"],
        seconds=summary["microseconds"] / 1e6,
        p50=summary["p50"] / 1e3,
        p99=summary["p99"] / 1e3,
        bytes=summary["bytes"],
        refused=summary["refused"],
        lost=summary["lost"],
    )
