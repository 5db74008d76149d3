"""`python -m benchmarks.costs`: CPU time per unit of cost, of the largest document of each of the worst shapes.

It starts a shop and answers requests to its stores in this process, so that only their CPU time counts. Each document
is new to the process. "Hold" is the longest time of CPU between two looks at the network. "Paid" is the cost of the
answer once it is settled by what was really used; "us/cost" and "x median" are per unit of that.
"""

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from asyncio import base_events
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from graphql import GraphQLError, parse
from starlette.applications import Starlette
from starlette.types import ASGIApp

from benchmarks.cost_shapes import SHAPES, Shape
from benchmarks.in_process import asked
from benchmarks.servers import forget_settings, shop
from bff.app import routes_over, settle_memory
from bff.edge.budgets import COST_HEADER
from bff.edge.cost import measure
from bff.edge.limits import RequestLimits
from bff.edge.parsing import MAX_CHARACTERS
from bff.settings.variables import Settings
from bff.stores.embedded import resolve
from bff.stores.wiring import open_stores

REPEATS = 2
# A request costs at least this: what it takes to receive and answer one.
SMALLEST_COST = 25
MOST_TIMES_MEDIAN = 5.0
MOST_HOLD_MS = 50.0
_LIMITS = RequestLimits()
_ACCEPT, _BOUNDARY = "application/json, multipart/mixed;incrementalSpec=v0.2", b"\r\n---"


class Measured(NamedTuple):
    """`hold` and `cpu` in milliseconds."""

    shape: str
    size: int
    cost: int
    paid: int
    cpu: float
    hold: float
    answer: str

    @property
    def per_cost(self) -> float:
        """Microseconds of CPU per unit of cost."""
        return 1_000 * self.cpu / max(self.paid, SMALLEST_COST)


class Holds:
    """The longest turn of the event loop in CPU time of its thread, since it was last `reset`."""

    def __init__(self) -> None:
        self.longest = 0.0
        run = base_events.BaseEventLoop._run_once  # type: ignore[attr-defined]

        def timed(loop: base_events.BaseEventLoop) -> None:
            began = time.thread_time()
            run(loop)
            self.longest = max(self.longest, time.thread_time() - began)

        base_events.BaseEventLoop._run_once = timed  # type: ignore[attr-defined]

    def reset(self) -> None:
        """Begins again."""
        self.longest = 0.0


def main() -> int:
    """Prints a table, worst first; 1 when a shape is out of bounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--only", default="", help="shapes whose name contains this")
    parser.add_argument("--data", type=Path, help="the data directory of a demo shop that runs already")
    options = parser.parse_args()
    shapes = [each for each in SHAPES if options.only in each.name]
    forget_settings()
    if options.data:
        rows = asyncio.run(_measure_all(options.data, shapes))
    else:
        with TemporaryDirectory(prefix="storefront-costs-") as directory, shop(Path(directory) / "data", 120):
            rows = asyncio.run(_measure_all(Path(directory) / "data", shapes))
    return _report(rows)


def _report(rows: list[Measured]) -> int:
    median = statistics.median(row.per_cost for row in rows)
    write = sys.stdout.write
    write(f"{'shape':36} {'size':>5} {'cost':>6} {'paid':>6} {'CPU ms':>7} {'us/cost':>8} {'x median':>8}")
    write(f" {'hold ms':>8}  answer\n")
    for row in sorted(rows, key=lambda row: -row.per_cost):
        times = row.per_cost / median
        write(f"{row.shape:36} {row.size:5} {row.cost:6} {row.paid:6} {row.cpu:7.1f} {row.per_cost:8.1f} {times:8.1f}")
        write(f" {row.hold:8.1f}  {row.answer}\n")
    worst = max(row.per_cost for row in rows) / median
    return int(worst > MOST_TIMES_MEDIAN or max(row.hold for row in rows) > MOST_HOLD_MS)


async def _measure_all(data: Path, shapes: list[Shape]) -> list[Measured]:
    holds = Holds()
    async with open_stores(resolve(Settings(data_dir=data))) as stores:
        app = Starlette(routes=routes_over(stores))
        for shape in shapes:
            await _ask(app, shape, shape.write(1), 0)
        settle_memory()
        rows = []
        for shape in shapes:
            rows.append(await _measure(app, shape, holds))
            sys.stderr.write(f"{rows[-1]}\n")
        return rows


async def _measure(app: ASGIApp, shape: Shape, holds: Holds) -> Measured:
    size = largest(shape)
    text = shape.write(size)
    gc.collect()
    await asyncio.sleep(0)  # the search for the size is not part of a turn
    holds.reset()
    began = time.process_time()
    for number in range(REPEATS):
        answer = await _ask(app, shape, text, number)
    cpu = 1_000 * (time.process_time() - began) / REPEATS
    shown = answer.get("extensions", {}).get("cost", {})
    cost = measure(parse(text)).cost
    paid = shown.get("actualQueryCost") or cost
    return Measured(shape.name, size, cost, paid, cpu, 1_000 * holds.longest, _kind(answer))


def largest(shape: Shape) -> int:
    """The largest size that the limits allow."""
    low, high = 1, shape.most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _is_allowed(shape.write(middle)) else (low, middle - 1)
    return low


def _is_allowed(text: str) -> bool:
    try:
        document = parse(text, max_lexical_tokens=_LIMITS.max_tokens, max_source_length=MAX_CHARACTERS - 100)
    except GraphQLError:
        return False
    measured = measure(document)
    return measured.cost <= _LIMITS.max_cost and measured.depth <= _LIMITS.max_depth


async def _ask(app: ASGIApp, shape: Shape, text: str, number: int) -> dict[str, Any]:
    request = json.dumps({"query": f"#{number}\n{text}", "variables": dict(shape.variables)}).encode()
    content = await asked(app, request, {COST_HEADER: "1", "accept": _ACCEPT})
    parts = content.split(_BOUNDARY)
    # The cost of an answer in parts is in the last one.
    answer: dict[str, Any] = json.loads(parts[-2].partition(b"\r\n\r\n")[2] if len(parts) > 1 else content)
    return answer


def _kind(answer: dict[str, Any]) -> str:
    if "errors" not in answer:
        return "data"
    return str(answer["errors"][0].get("extensions", {}).get("code"))


if __name__ == "__main__":
    sys.exit(main())
