"""Checkout of two checkouts of the project, each a shop on a MariaDB server of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

import uvloop
from rich.console import Console

from benchmarks.against.report import line_of
from benchmarks.against.turns import alternate, rest
from benchmarks.against.verdict import Versus
from benchmarks.checkout import goods, mariadb
from benchmarks.checkout.orders import buy, wanting
from benchmarks.checkout.run import (
    CARTS_ASKED_FOR,
    CARTS_PER_SECOND,
    ORDERS,
    Plan,
    checked,
    objections_to,
    orders_of,
    stock_of,
    warm_up,
)
from benchmarks.checkout.sale import Sale, sell
from benchmarks.checkout.shop import Shop, started
from benchmarks.checkout.submits import Came
from benchmarks.load import load
from benchmarks.measured import Run, objection
from benchmarks.trees import Tree


@dataclass(slots=True)
class _Side:
    """A running shop. `whose`: how messages call it.

    `variant_ids`: what its orders buy; `wrong`: objections to its sales; `left`: carts with what the last sale sold
    out.
    """

    whose: str
    shop: Shop
    variant_ids: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def run(
    directory: Path, other: Tree, chosen: Sequence[str], plan: Plan, start_seconds: float, console: Console
) -> list[Versus]:
    """The chosen scenarios, one after the other; `plan.rounds` pairs of each."""
    console.print("starting MariaDB and a shop on it for each checkout ...")
    with (
        started(directory / "this", plan.workers, start_seconds) as ours,
        started(directory / "other", plan.workers, start_seconds, other) as theirs,
    ):
        bench = _Bench(_Side("this checkout", ours), _Side("the other checkout", theirs), plan)
        for shop in (ours, theirs):
            uvloop.run(warm_up(shop))
        results = []
        for name in [name for name in ORDERS if name in chosen]:
            console.print(f"comparing {name} ...")
            results.append(bench.orders(name))
            console.print(line_of(results[-1]), markup=False)
        if "flash_sale" in chosen:
            console.print("comparing flash_sale ...")
            results += [bench.flash_sale(), bench.sold_out()]
            console.print(*map(line_of, results[-2:]), sep="\n", markup=False)
        return results


@dataclass(frozen=True, slots=True)
class _Bench:
    ours: _Side
    theirs: _Side
    plan: Plan

    def orders(self, name: str) -> Versus:
        """Orders of one variant or of a thousand."""
        for side in (self.ours, self.theirs):
            side.variant_ids = goods.stock_up(side.shop, stock_of(name))
        return self._compared(name, partial(_orders, self.plan))

    def flash_sale(self) -> Versus:
        """Submits that a sale answers, sold out or not. Each sale has a product of its own."""
        return self._compared("flash_sale", partial(_sale, self.plan))

    def sold_out(self) -> Versus:
        """Refusals of the products that the last sale of each checkout has sold out."""
        return self._compared("sold_out", partial(_refusals, self.plan))

    def _compared(self, name: str, turn: Callable[[_Side], Callable[[], Run]]) -> Versus:
        sides = (self.ours, self.theirs)
        roots = [pid for side in sides for pid in (side.shop.pid, side.shop.server.pid)]
        runs = alternate(partial(turn, self.ours), partial(turn, self.theirs), self.plan.rounds, lambda: rest(roots))
        wrong = [each for side, taken in zip(sides, runs, strict=True) for each in _wrong(side, taken)]
        return Versus(name, *runs, objection="; ".join(wrong) or None)


def _orders(plan: Plan, side: _Side) -> Callable[[], Run]:
    turn = cycle(side.variant_ids)
    carts = goods.fill_carts(side.shop, [next(turn) for _ in range(plan.seconds * CARTS_PER_SECOND)])
    return lambda: uvloop.run(buy(side.shop.endpoint, carts, plan.connections, plan.seconds))


def _sale(plan: Plan, side: _Side) -> Callable[[], Run]:
    (variant_id,) = goods.stock_up(side.shop, [plan.units])
    every = goods.fill_carts(side.shop, [variant_id] * (plan.buyers * plan.carts))
    carts = [every[start : start + plan.carts] for start in range(0, len(every), plan.carts)]

    def sold() -> Run:
        before = mariadb.guarded_updates_of(side.shop.server)
        sale = uvloop.run(sell(side.shop.endpoint, carts, plan.submits, plan.crowd))
        updates = mariadb.guarded_updates_of(side.shop.server) - before
        side.wrong += objections_to(plan, sale, orders_of(side.shop, variant_id), updates)
        side.left = [cart for cart in every if cart not in sale.bought]
        return _run_of(sale)

    return sold


def _run_of(sale: Sale) -> Run:
    """All submits that were answered, the latencies of those that were paid."""
    answered = sum(sale.came.values()) - sale.came[Came.THROTTLED]
    return Run(answered, sale.seconds, sale.paid_percentile(50), sale.paid_percentile(99))


def _refusals(plan: Plan, side: _Side) -> Callable[[], Run]:
    step = wanting(side.left[: plan.connections * CARTS_ASKED_FOR])
    return lambda: uvloop.run(load(side.shop.endpoint, step, plan.connections, plan.seconds))


def _wrong(side: _Side, runs: Sequence[Run]) -> list[str]:
    """Why the runs of one side are invalid. An objection to a sale is given once."""
    found = [wrong for run in runs if (wrong := objection(run, 0))] + side.wrong + uvloop.run(checked(side.shop))
    side.wrong = []
    return [f"{side.whose}: {each}" for each in found]
