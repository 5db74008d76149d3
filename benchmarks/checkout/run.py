"""The three scenarios over one shop on one MariaDB server: what is measured, and what would make it worthless."""

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

from benchmarks import servers
from benchmarks.checkout import floor, goods, mariadb
from benchmarks.checkout.goods import Shop
from benchmarks.checkout.mariadb import Server
from benchmarks.checkout.orders import buy
from benchmarks.checkout.report import Compared, SaleResult
from benchmarks.checkout.sale import Sale, sell
from benchmarks.checkout.submits import Came, submit, understood
from benchmarks.connection import Connection
from benchmarks.load import load, posting
from benchmarks.measured import Run, objection
from benchmarks.usage import Usage, usage

NAMES = ("flash_sale", "checkout_hot", "checkout_spread")
_DATABASE = "shop"
_PLENTY = 10_000_000
_SPREAD = 1_000
_MOST_GUARDED_UPDATES_PER_UNIT = 1.5
_LEAST = {"checkout_hot": 0.3, "checkout_spread": 0.25, "sold_out": 0.5}
# Far more than any shop sells in the time: a round that runs out of carts would measure its end.
_CARTS_PER_SECOND = 1_500
_CARTS_ASKED_FOR = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `seconds` of each round; `connections` of those who buy, or ask, at a time.

    Of the `buyers` of a flash sale `crowd` are submitting at a time.
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
        """Why something is not to be believed."""
        every = [each.objection for each in self.compared] + [self.sale.objection if self.sale else None]
        return [each for each in every if each]


def run(directory: Path, chosen: Sequence[str], plan: Plan, start_seconds: float, console: Console) -> Measured:
    """The chosen scenarios, one after the other, in a new shop on a new server."""
    console.print("starting MariaDB and a shop on it ...")
    with mariadb.server(directory / "mariadb") as server:
        server.create(_DATABASE)
        more = {
            "STOREFRONT_DATABASE_URL": server.url(_DATABASE),
            "STOREFRONT_WORKERS": str(plan.workers),
            "STOREFRONT_LOG_LEVEL": "WARNING",
        }
        with servers.shop(directory / "shop", start_seconds, more) as (url, pid):
            shop = Shop(f"{url}/graphql", pid, directory / "shop", server.url(_DATABASE))
            return uvloop.run(_scenarios(_Bench(shop, server, plan, console), chosen))


@dataclass(frozen=True, slots=True)
class _Bench:
    shop: Shop
    server: Server
    plan: Plan
    console: Console

    @contextmanager
    def counting(self, cpu: dict[str, float]) -> Iterator[None]:
        """Adds what every process spends in here, the load's included."""
        before, own = self._usage(), os.times()
        yield
        after, own_after = self._usage(), os.times()
        for then, now in zip(before, after, strict=True):
            for name, spent in now.since(then).items():
                cpu[name] += spent
        cpu["the load"] += own_after.user + own_after.system - own.user - own.system

    def _usage(self) -> tuple[Usage, Usage]:
        return usage(self.shop.pid), usage(self.server.pid)


async def _scenarios(bench: _Bench, chosen: Sequence[str]) -> Measured:
    measured = Measured()
    await _warm_up(bench)
    for name in [name for name in ("checkout_hot", "checkout_spread") if name in chosen]:
        bench.console.print(f"measuring {name} ...")
        measured.compared.append(await _orders(bench, name))
    if "flash_sale" in chosen:
        bench.console.print("measuring flash_sale ...")
        measured.sale, sold_out = await _flash_sale(bench)
        measured.compared.append(sold_out)
    return measured


async def _warm_up(bench: _Bench) -> None:
    """Every process has met the operations, and has its connections."""
    (variant_id,) = await goods.stock_up(bench.shop, [_PLENTY])
    carts = await goods.fill_carts(bench.shop, [variant_id] * 500)
    await buy(bench.shop.endpoint, carts, 32, 30)
    await load(bench.shop.endpoint, posting([_TYPENAME]), 32, 0.5)


async def _orders(bench: _Bench, name: str) -> Compared:
    """Orders of one variant or of a thousand, beside the bare transaction on the same variants."""
    shop, plan = bench.shop, bench.plan
    variant_ids = await goods.stock_up(shop, [_PLENTY] * (1 if name == "checkout_hot" else _SPREAD))
    floor_database = f"floor_{name}"
    floor.prepare(bench.server, floor_database, _DATABASE)
    cpu: dict[str, float] = defaultdict(float)
    ours: list[Run] = []
    bare: list[Run] = []
    for _ in range(plan.rounds):
        turn = cycle(variant_ids)
        carts = await goods.fill_carts(shop, [next(turn) for _ in range(plan.seconds * _CARTS_PER_SECOND)])
        bare.append(await floor.sell(bench.server, floor_database, variant_ids, plan.seconds))
        with bench.counting(cpu):
            ours.append(await buy(shop.endpoint, carts, plan.connections, plan.seconds))
    wrong = [objection(run, 0) for run in ours] + await _checked(bench)
    reason = next((each for each in wrong if each), None)
    return Compared(name, f"orders: {name.removeprefix('checkout_')}", ours, bare, _LEAST[name], cpu, reason)


async def _flash_sale(bench: _Bench) -> tuple[SaleResult, Compared]:
    shop, plan = bench.shop, bench.plan
    (variant_id,) = await goods.stock_up(shop, [plan.units])
    every = await goods.fill_carts(shop, [variant_id] * (plan.buyers * plan.carts))
    carts = [every[start : start + plan.carts] for start in range(0, len(every), plan.carts)]
    engine = bench.server.engine()
    before = mariadb.guarded_updates(engine)
    cpu: dict[str, float] = defaultdict(float)
    with bench.counting(cpu):
        sale = await sell(shop.endpoint, carts, plan.submits, plan.crowd)
    updates = mariadb.guarded_updates(engine) - before
    engine.dispose()
    sold_out = await _sold_out(bench, [cart for cart in every if cart not in sale.bought])
    made = await _orders_of(bench, variant_id)
    wrong = [*objections_to(plan, sale, made, updates), *await _checked(bench)]
    return SaleResult(plan.units, plan.buyers, sale, updates, cpu, "; ".join(wrong) or None), sold_out


def objections_to(plan: Plan, sale: Sale, made: int, updates: int) -> list[str]:
    """Why a sale is not to be believed: `made` orders in the database, `updates` counted by it."""
    wrong = []
    if not made == len(sale.orders) == plan.units:
        wrong.append(f"{made} orders were made and {len(sale.orders)} were told of {plan.units} units")
    if sale.came[Came.OTHER]:
        wrong.append(f"{sale.came[Came.OTHER]} answers that nobody expects, such as {sale.odd[0]}")
    if updates > plan.units * _MOST_GUARDED_UPDATES_PER_UNIT:
        wrong.append(f"the database was sent {updates} guarded UPDATEs")
    return wrong


async def _sold_out(bench: _Bench, carts: Sequence[str]) -> Compared:
    """The same clients ask what costs least, and for what is sold out, by turns: each for a few carts of its own."""
    plan, endpoint = bench.plan, bench.shop.endpoint
    turn = cycle(carts[: plan.connections * _CARTS_ASKED_FOR])

    async def refused(connection: Connection) -> tuple[int, bool]:
        status, content = await connection.post(submit(next(turn)))
        return len(content), understood(status, content).came is Came.SOLD_OUT

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


async def _orders_of(bench: _Bench, variant_id: int) -> int:
    """How many orders the database has of a variant."""
    engine = bench.server.engine(_DATABASE)
    with engine.connect() as connection:
        query = sa.text("SELECT COUNT(DISTINCT order_id) FROM order_lines WHERE variant_id = :variant_id")
        count = int(connection.execute(query, {"variant_id": variant_id}).scalar_one())
    engine.dispose()
    return count


async def _checked(bench: _Bench) -> list[str]:
    """What `storefront check` finds once the worker has had the time to finish; one sentence with their number."""
    return await _settled(lambda: goods.inconsistencies(bench.shop))


async def _settled(ask: Callable[[], Awaitable[list[str]]], tries: int = 6, pause: float = 10.0) -> list[str]:
    found = await ask()
    for _ in range(tries):
        if not found:
            return []
        await asyncio.sleep(pause)
        found = await ask()
    return [f"storefront check finds {len(found)} inconsistencies, such as: {found[0]}"] if found else []


_TYPENAME = b'{"query": "{ __typename }"}'
