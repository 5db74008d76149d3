"""`python -m benchmarks.attacker`: how long a visitor waits beside one attacker who sends the worst that limits allow.

It starts a shop. The visitor asks for `{ __typename }`, first in quiet, then while another process sends the largest
documents of the worst shapes over many connections, all from one network, as fast as its budget allows. Each run has
an attacker with a full budget. The exit status is 1 when the visitor's 99th percentile, the median of all runs, is
above three times that of quiet, and above 60 ms.
"""

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.connection import Connection
from benchmarks.cost_shapes import SHAPES
from benchmarks.costs import largest
from benchmarks.load import LOST
from benchmarks.servers import forget_settings, shop

MOST_TIMES_QUIET = 3.0
MOST_MS = 60.0
CONNECTIONS = 16
PAUSE_SECONDS = 0.01
_VISITOR = "203.0.113.5"
_TYPENAME = b'{"query":"{ __typename }"}'
# An attacker whose budget is used up tries again after so long.
_THROTTLED_SECONDS = 0.1


class Waits(NamedTuple):
    """The 99th percentiles of a visitor in milliseconds, one for each run."""

    quiet: list[float]
    beside: list[float]

    @property
    def most(self) -> float:
        """What is allowed."""
        return max(MOST_MS, MOST_TIMES_QUIET * statistics.median(self.quiet))

    @property
    def is_kept(self) -> bool:
        """Whether the visitor waited no longer than that."""
        return statistics.median(self.beside) <= self.most


def main() -> int:
    """Measures a new shop, or one that runs already."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacker", description=__doc__)
    parser.add_argument("--url", help="a shop that runs already, with 127.0.0.1 as a trusted proxy")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each run, in quiet and beside the attacker")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    forget_settings()
    if options.url:
        waits = measure(options.url, options.runs, options.seconds)
    else:
        with (
            TemporaryDirectory(prefix="storefront-attacker-") as directory,
            shop(Path(directory) / "data", 120) as (url, _),
        ):
            waits = measure(url, options.runs, options.seconds)
    quiet, beside = (statistics.median(each) for each in waits)
    sys.stdout.write(f"p99 of a visitor: {quiet:.1f} ms in quiet, {beside:.1f} ms beside it;")
    sys.stdout.write(f" {waits.most:.1f} ms are allowed\n")
    return int(not waits.is_kept)


def measure(url: str, runs: int, seconds: float) -> Waits:
    """The visitor's waits at a shop whose proxy is this machine."""
    waits = Waits([], [])
    bodies = _bodies()
    for run in range(1, runs + 1):
        waits.quiet.append(asyncio.run(_visit(f"{url}/graphql", seconds)))
        arguments = (f"{url}/graphql", f"198.51.100.{run}", seconds + 1, bodies)
        attacker = multiprocessing.get_context("spawn").Process(target=attack, args=arguments)
        attacker.start()
        time.sleep(1)
        waits.beside.append(asyncio.run(_visit(f"{url}/graphql", seconds)))
        attacker.join()
        sys.stderr.write(f"run {run}: p99 {waits.quiet[-1]:.1f} ms in quiet, {waits.beside[-1]:.1f} ms beside\n")
    return waits


def attack(url: str, address: str, seconds: float, bodies: Sequence[tuple[str, str]]) -> None:
    """Sends documents from one address for some seconds, and tells what became of them."""
    outcomes = asyncio.run(_attack(url, address, seconds, bodies))
    sys.stderr.write(f"  the attacker: {dict(outcomes)}\n")


def _bodies() -> list[tuple[str, str]]:
    """The largest document of each shape, and its variables as JSON."""
    return [(shape.write(largest(shape)), json.dumps(dict(shape.variables))) for shape in SHAPES]


async def _visit(url: str, seconds: float) -> float:
    """The 99th percentile of a visitor's waits, in milliseconds."""
    waits: list[float] = []
    end = time.perf_counter() + seconds
    async with Connection(url, address=_VISITOR) as connection:
        while (began := time.perf_counter()) < end:
            status, body = await connection.post(_TYPENAME)
            waits.append(1_000 * (time.perf_counter() - began))
            if status != 200 or b"QueryRoot" not in body:
                raise RuntimeError(f"the visitor got {status} {body!r}")
            await asyncio.sleep(PAUSE_SECONDS)
    return statistics.quantiles(waits, n=100)[-1]


async def _attack(url: str, address: str, seconds: float, bodies: Sequence[tuple[str, str]]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    numbers = count()
    end = time.perf_counter() + seconds

    async def send() -> None:
        async with Connection(url, deadline=30, address=address) as connection:
            while time.perf_counter() < end:
                number = next(numbers)
                text, variables = bodies[number % len(bodies)]
                # Each document is new to the shop.
                body = json.dumps({"query": f"#{address} {number}\n{text}"})[:-1] + f', "variables": {variables}}}'
                try:
                    _, answer = await connection.post(body.encode())
                except LOST:
                    outcomes["lost"] += 1
                    await connection.again()
                    continue
                throttled = b'"THROTTLED"' in answer[:500]
                outcomes["throttled" if throttled else "answered"] += 1
                if throttled:
                    await asyncio.sleep(_THROTTLED_SECONDS)

    await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
