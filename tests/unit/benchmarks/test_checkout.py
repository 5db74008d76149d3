"""The benchmarks of checkout count the result of each submit, and object to wrong ones."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from benchmarks import __main__ as program
from benchmarks.checkout import floor, mariadb
from benchmarks.checkout.orders import buy
from benchmarks.checkout.report import Compared, SaleResult, as_json, show
from benchmarks.checkout.run import NAMES, Measured, Plan, objections_to
from benchmarks.checkout.sale import Sale, sell
from benchmarks.checkout.submits import Answer, Came, submit, understood
from benchmarks.measured import Run
from datasources import tables
from tests.unit.benchmarks.serving import serving


def answer(submitted: dict[str, Any]) -> bytes:
    return json.dumps({"data": {"cartSubmitForCompletion": submitted}}).encode()


def order(number: int, status: str = "PAID") -> bytes:
    return answer({"__typename": "SubmitSuccess", "order": {"id": f"order-{number}", "status": status}})


SOLD_OUT = answer({"__typename": "SubmitFailed", "errors": [{"code": "OUT_OF_STOCK", "message": "no"}]})
THROTTLED = answer({"__typename": "SubmitThrottled", "pollAfter": 0.01})
PAST = answer({"__typename": "SubmitThrottled", "pollAfter": "2026-01-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (order(1), Answer(Came.PAID, "order-1")),
        (order(2, "PENDING_PAYMENT"), Answer(Came.UNPAID, "order-2")),
        (SOLD_OUT, Answer(Came.SOLD_OUT)),
        (THROTTLED, Answer(Came.THROTTLED, poll_after=0.01)),
        (PAST, Answer(Came.THROTTLED, poll_after=0.0)),
    ],
)
def test_each_answer_to_a_submit_is_understood(content: bytes, came: Answer) -> None:
    assert understood(200, content) == came


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, SOLD_OUT),
        (200, b"nonsense"),
        (200, b'{"errors": [{"message": "busy"}], "data": null}'),
        (200, answer({"__typename": "SubmitAlreadyAccepted"})),
        (200, answer({"__typename": "SubmitFailed", "errors": [{"code": "CART_EMPTY"}]})),
    ],
)
def test_an_answer_that_nobody_expects_is_told(status: int, content: bytes) -> None:
    understanding = understood(status, content)
    assert understanding.came is Came.OTHER
    assert understanding.told


def sent(body: bytes) -> tuple[str, str]:
    """Cart and attempt token of a submit."""
    variables = json.loads(body)["variables"]
    return variables["cartId"], variables["attemptToken"]


def test_submits_differ_in_their_tokens_only() -> None:
    assert sent(submit("a"))[0] == sent(submit("a"))[0] == "a"
    assert sent(submit("a"))[1] != sent(submit("a"))[1]


async def test_buyers_take_turns_and_go_on_to_their_next_cart_after_an_order() -> None:
    with serving((200, order(1)), (200, THROTTLED), (200, order(2)), (200, SOLD_OUT)) as server:
        sale = await sell(server.url, [["a1", "a2"], ["b1", "b2"]], submits=5, connections_at_once=1)
    assert [sent(body)[0] for body in server.received] == ["a1", "b1", "b1", "a2", "b2", "a2"]
    assert sent(server.received[1]) == sent(server.received[2])  # a throttled submit is the same attempt
    assert sale.came == {Came.PAID: 2, Came.THROTTLED: 1, Came.SOLD_OUT: 3}
    assert (sale.orders, sale.bought, len(sale.paid_ms)) == ({"order-1", "order-2"}, {"a1", "b1"}, 2)
    assert sale.lost == 0
    assert sale.sold_out_rate > 0


async def test_each_cart_is_bought_once_and_what_is_not_paid_is_refused() -> None:
    with serving((200, order(1)), (200, order(2, "PENDING_PAYMENT")), (200, order(3))) as server:
        run = await buy(server.url, ["a", "b", "c"], connections=1, seconds=30)
    assert [sent(body)[0] for body in server.received] == ["a", "b", "c"]
    assert (run.requests, run.refused, run.lost) == (3, 1, 0)


PLAN = Plan(units=2)
GOOD = Sale(came=Counter({Came.PAID: 2, Came.SOLD_OUT: 7}), orders={"1", "2"}, seconds=3.0)


def test_a_sale_of_exactly_its_units_is_believed() -> None:
    assert objections_to(PLAN, GOOD, made=2, updates=3) == []


@pytest.mark.parametrize(
    ("sale", "made", "updates", "reason"),
    [
        (GOOD, 3, 2, "3 orders were made and 2 answered, for 2 units"),
        (Sale(orders={"1"}), 2, 2, "2 orders were made and 1 answered, for 2 units"),
        (GOOD, 2, 4, "received 4 guarded UPDATEs"),
        (Sale(came=Counter({Came.OTHER: 1}), orders={"1", "2"}, odd=["status 500"]), 2, 2, "status 500"),
    ],
)
def test_a_sale_that_went_wrong_is_objected_to(sale: Sale, made: int, updates: int, reason: str) -> None:
    (objection,) = objections_to(PLAN, sale, made, updates)
    assert reason in objection


HOT = Compared(
    "checkout_hot",
    "orders: hot",
    shop=[Run(100, 1.0, 5.0, 9.0), Run(200, 1.0, 5.0, 9.0), Run(150, 1.0, 6.0, 8.0)],
    floor=[Run(400, 1.0, 1.0, 2.0), Run(400, 1.0, 1.0, 2.0), Run(400, 1.0, 1.0, 2.0)],
    least=0.3,
    cpu={"serve": 1.5, "idle": 0.0},
)
SOLD = SaleResult(2, 9, GOOD, 3, {"serve": 3.0}, "storefront check finds 1 inconsistencies")


def test_ratios_are_of_rounds_and_the_middle_one_counts() -> None:
    assert HOT.ratios == [0.25, 0.5, 0.375]
    assert HOT.ratio == 0.375
    assert Compared("none", "none").ratio == 0


def test_the_report_shows_figures_processes_and_objections() -> None:
    console = Console(file=io.StringIO(), width=150)
    show([HOT], SOLD, console)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    line = next(line for line in printed.splitlines() if "orders: hot" in line)
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == [
        *("orders: hot", "150", "400", "0.38", "0.25", "0.50", "0.30", "5.0", "9.0")
    ]
    assert "checkout_hot: CPU serve 50%\n" in printed
    assert "flash_sale is invalid: storefront check finds 1" in printed


def test_the_json_has_every_round_and_what_came_of_the_sale() -> None:
    hot, sold = as_json([HOT], SOLD)
    assert (hot["ratio"], hot["ratios"], len(hot["shop"]), len(hot["floor"])) == (0.375, [0.25, 0.5, 0.375], 3, 3)
    assert (sold["came"], sold["orders"], sold["guarded_updates"]) == ({"PAID": 2, "SOLD_OUT": 7}, 2, 3)
    assert Measured([HOT], SOLD).objections == [SOLD.objection]


def test_rows_of_the_floor_have_every_value_that_they_must_have() -> None:
    for table in (tables.orders, tables.order_lines, tables.stock_movements, tables.outbox):
        needed = {c.name for c in table.columns if not c.nullable and c.server_default is None}
        made = {"id"} if table.c.get("id") is not None and table.c.id.autoincrement is True else set()
        assert needed - made <= set(floor.columns_of(table))


def test_without_mariadb_the_pages_are_measured_and_checkout_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mariadb, "_which", lambda _: None)
    assert "mariadbd" in str(mariadb.missing())
    assert program.possible(program.NAMES, asked=False) == program.PAGES
    assert program.possible(("homepage",), asked=True) == ("homepage",)
    with pytest.raises(typer.BadParameter, match="MariaDB is not installed"):
        program.possible(NAMES, asked=True)


@pytest.mark.slow
@pytest.mark.skipif(mariadb.missing() is not None, reason="MariaDB is not installed")
def test_the_server_counts_guarded_updates(tmp_path: Path) -> None:
    with mariadb.server(tmp_path / "mariadb") as server:
        server.create("shop")
        engine = server.engine("shop")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE stock_levels (variant_id INT PRIMARY KEY, available INT)")
            before = mariadb.guarded_updates(engine)
            for _ in range(3):
                connection.exec_driver_sql("UPDATE stock_levels SET available = available - 1 WHERE variant_id = 1")
            connection.exec_driver_sql("SELECT * FROM stock_levels")
            counted = mariadb.guarded_updates(engine) - before
        engine.dispose()
    assert counted == 3
