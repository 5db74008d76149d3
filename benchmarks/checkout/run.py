"""The three scenarios over one shop on one MariaDB server: what they measure, and what makes a result invalid."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
import uvloop
from rich.console import Console

from benchmarks.checkout import floor, goods, mariadb
from benchmarks.checkout.orders import buy, wanting
from benchmarks.checkout.report import Compared, SaleResult
from benchmarks.checkout.sale import Sale, sell
from benchmarks.checkout.shop import DATABASE, Shop, started
from benchmarks.checkout.submits import Came
from benchmarks.connection import Connection
from benchmarks.load import load, posting
from benchmarks.measured import Run, objection

ORDERS = ("checkout_hot", "checkout_spread")
NAMES = ("flash_sale", *ORDERS)
_PLENTY = 10_000_000
_SPREAD = 1_000
_MOST_GUARDED_UPDATES_PER_UNIT = 1.5
_LEAST = {"checkout_hot": 0.3, "checkout_spread": 0.25, "sold_out": 0.5}
# Far more than any shop sells in the time: a round that runs out of carts would measure its end.
CARTS_PER_SECOND = 1_500
CARTS_ASKED_FOR = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure. `seconds` of each round; `connections` of clients at a time.

    Of the `buyers` of a flash sale, `crowd` submit at a time.
    """

    submits: int = 100_000
    buyers: int = 5_000
    units: int = 1_000
    carts: int = 2
    crowd: int = 500
    rounds: int = 5
    seconds: int = 4
    connections: int = 256
    workers: int = 2


@dataclass(slots=True)
class Measured:
    """What was measured: comparisons, and the flash sale if there was one."""

    compared: list[Compared] = field(default_factory=list)
    sale: SaleResult | None = None

    @property
    def objections(self) -> list[str]:
        """Why a result is invalid."""
        every = [each.objection for each in self.compared] + [self.sale.objection if self.sale else None]
        return [each for each in every if each]


def run(directory: Path, chosen: Sequence[str], plan: Plan, start_seconds: float, console: Console) -> Measured:
    """The chosen scenarios, one after the other, in a new shop on a new server."""
    console.print("starting MariaDB and a shop on it ...")
    with started(directory, plan.workers, start_seconds) as shop:
        return uvloop.run(_scenarios(_Bench(shop, plan, console), chosen))


@dataclass(frozen=True, slots=True)
class _Bench:
    shop: Shop
    plan: Plan
    console: Console

    @contextmanager
    def counting(self, cpu: dict[str, float]) -> Iterator[None]:
        """Adds the CPU time that every process spends in this block, including the load's."""
        before, own = self.shop.usage(), os.times()
        yield
        after, own_after = self.shop.usage(), os.times()
        for then, now in zip(before, after, strict=True):
            for name, spent in now.since(then).items():
                cpu[name] += spent
        cpu["the load"] += own_after.user + own_after.system - own.user - own.system


async def _scenarios(bench: _Bench, chosen: Sequence[str]) -> Measured:
    measured = Measured()
    await warm_up(bench.shop)
    for name in [name for name in ORDERS if name in chosen]:
        bench.console.print(f"measuring {name} ...")
        measured.compared.append(await _orders(bench, name))
    if "flash_sale" in chosen:
        bench.console.print("measuring flash_sale ...")
        measured.sale, sold_out = await _flash_sale(bench)
        measured.compared.append(sold_out)
    return measured


async def warm_up(shop: Shop) -> None:
    """Warms up: every process has seen the operations, and has its connections."""
    (variant_id,) = goods.stock_up(shop, [_PLENTY])
    carts = goods.fill_carts(shop, [variant_id] * 500)
    await buy(shop.endpoint, carts, 32, 30)
    await load(shop.endpoint, posting([_TYPENAME]), 32, 0.5)


def stock_of(name: str) -> list[int]:
    """Units of each variant of a scenario of orders: more than it can sell."""
    return [_PLENTY] * (1 if name == "checkout_hot" else _SPREAD)


async def _orders(bench: _Bench, name: str) -> Compared:
    """Orders of one variant or of a thousand, beside the bare transaction on the same variants."""
    shop, plan = bench.shop, bench.plan
    variant_ids = goods.stock_up(shop, stock_of(name))
    floor_database = f"floor_{name}"
    floor.prepare(shop.server, floor_database, DATABASE)
    cpu: dict[str, float] = defaultdict(float)
    ours: list[Run] = []
    bare: list[Run] = []
    for _ in range(plan.rounds):
        turn = cycle(variant_ids)
        carts = goods.fill_carts(shop, [next(turn) for _ in range(plan.seconds * CARTS_PER_SECOND)])
        bare.append(await floor.sell(shop.server, floor_database, variant_ids, plan.seconds))
        with bench.counting(cpu):
            ours.append(await buy(shop.endpoint, carts, plan.connections, plan.seconds))
    wrong = [objection(run, 0) for run in ours] + await checked(shop)
    reason = next((each for each in wrong if each), None)
    return Compared(name, f"orders: {name.removeprefix('checkout_')}", ours, bare, _LEAST[name], cpu, reason)


async def _flash_sale(bench: _Bench) -> tuple[SaleResult, Compared]:
    shop, plan = bench.shop, bench.plan
    (variant_id,) = goods.stock_up(shop, [plan.units])
    every = goods.fill_carts(shop, [variant_id] * (plan.buyers * plan.carts))
    carts = [every[start : start + plan.carts] for start in range(0, len(every), plan.carts)]
    before = mariadb.guarded_updates_of(shop.server)
    cpu: dict[str, float] = defaultdict(float)
    with bench.counting(cpu):
        sale = await sell(shop.endpoint, carts, plan.submits, plan.crowd)
    updates = mariadb.guarded_updates_of(shop.server) - before
    sold_out = await _sold_out(bench, [cart for cart in every if cart not in sale.bought])
    made = orders_of(shop, variant_id)
    wrong = [*objections_to(plan, sale, made, updates), *await checked(shop)]
    return SaleResult(plan.units, plan.buyers, sale, updates, cpu, "; ".join(wrong) or None), sold_out


def objections_to(plan: Plan, sale: Sale, made: int, updates: int) -> list[str]:
    """Why a sale is invalid: `made` orders in the database, which counted `updates`."""
    wrong = []
    if not made == len(sale.orders) == plan.units:
        wrong.append(f"{made} orders were made and {len(sale.orders)} answered, for {plan.units} units")
    if sale.came[Came.OTHER]:
        wrong.append(f"{sale.came[Came.OTHER]} unexpected answers, such as {sale.odd[0]}")
    if updates > plan.units * _MOST_GUARDED_UPDATES_PER_UNIT:
        wrong.append(f"the database received {updates} guarded UPDATEs")
    return wrong


async def _sold_out(bench: _Bench, carts: Sequence[str]) -> Compared:
    """The same clients send the cheapest query and submits of sold-out carts, in turns. Each has a few carts of its
    own."""
    plan, endpoint = bench.plan, bench.shop.endpoint
    refused = wanting(carts[: plan.connections * CARTS_ASKED_FOR])

    async def least(connection: Connection) -> tuple[int, bool]:
        status, content = await connection.post(_TYPENAME)
        return len(content), status == 200

    bare, ours = [], []
    cpu: dict[str, float] = defaultdict(float)
    for _ in range(plan.rounds):
        bare.append(await load(endpoint, least, plan.connections, plan.seconds))
        with bench.counting(cpu):
            ours.append(await load(endpoint, refused, plan.connections, plan.seconds))
    reason = next((wrong for run in [*ours, *bare] if (wrong := objection(run, 0))), None)
    return Compared("sold_out", "sold out, beside { __typename }", ours, bare, _LEAST["sold_out"], cpu, reason)


def orders_of(shop: Shop, variant_id: int) -> int:
    """How many orders of a variant the database has."""
    engine = shop.server.engine(DATABASE)
    with engine.connect() as connection:
        query = sa.text("SELECT COUNT(DISTINCT order_id) FROM order_lines WHERE variant_id = :variant_id")
        count = int(connection.execute(query, {"variant_id": variant_id}).scalar_one())
    engine.dispose()
    return count


async def checked(shop: Shop) -> list[str]:
    """What `storefront check` finds after the worker has finished: one sentence with the number of inconsistencies."""
    return await _settled(lambda: asyncio.to_thread(goods.inconsistencies, shop))


async def _settled(ask: Callable[[], Awaitable[list[str]]], tries: int = 6, pause: float = 10.0) -> list[str]:
    found = await ask()
    for _ in range(tries):
        if not found:
            return []
        await asyncio.sleep(pause)
        found = await ask()
    return [f"storefront check finds {len(found)} inconsistencies, such as: {found[0]}"] if found else []


_TYPENAME = b'{"query": "{ __typename }"}'
