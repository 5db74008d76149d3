"""The contents of the database and of the provider's books after a run, read without any code of the shop."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_TABLES = (
    "orders", "order_lines", "order_events", "payments", "attempts", "carts", "stock_levels", "stock_movements",
    "outbox", "products", "variants", "usages", "authorizations", "captures", "fulfillments", "fulfillment_lines",
    "refunds", "refund_lines",
)  # fmt: skip
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows by table, and the provider's charges, refunds and captures."""

    rows: dict[str, list[Record]]
    charges: list[Record]
    refunds: list[Record]
    captures: list[Record]

    def __getitem__(self, table: str) -> list[Record]:
        return self.rows[table]


def dropped(evidence: Evidence, *, only_released: bool = False) -> Counter[tuple[int, int]]:
    """Units that will not be sent, by order and position, or those of them whose money was never taken."""
    orders = {refund["id"]: refund["order_id"] for refund in evidence["refunds"]}
    units: Counter[tuple[int, int]] = Counter()
    for line in evidence["refund_lines"]:
        if line["released"] or (line["restock_type"] == "CANCEL" and not only_released):
            units[orders[line["refund_id"]], line["position"]] += line["quantity"]
    return units


class Books:
    """Where to read. `relational_url` is of the shop's database, `sandbox` the directory of the provider's books."""

    def __init__(self, relational_url: str, sandbox: Path) -> None:
        self._engine = _engine(sa.make_url(relational_url))
        self._directory = sandbox

    def close(self) -> None:
        """Ends all connections."""
        self._engine.dispose()

    def read(self) -> Evidence:
        """Everything, at one instant of the database."""
        with self._engine.begin() as connection:
            rows = {
                table: [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]
                for table in _TABLES
            }
        return Evidence(rows, *(self._sandbox(table) for table in ("charges", "refunds", "captures")))

    def open_business(self) -> list[str]:
        """What still waits for a worker, in words; empty when the shop is idle."""
        with self._engine.begin() as connection:
            waiting = connection.exec_driver_sql(
                "SELECT COUNT(*) FROM orders WHERE status IN ('PENDING_PAYMENT', 'EXCEPTION')"
            ).scalar_one()
            events = connection.exec_driver_sql("SELECT COUNT(*) FROM outbox").scalar_one()
            twice = connection.exec_driver_sql(
                "SELECT COUNT(*) FROM replaced_charges WHERE state = 'CAPTURED'"
            ).scalar_one()
            moving = connection.exec_driver_sql(
                "SELECT COUNT(*) FROM authorizations WHERE state IN ('CAPTURING', 'VOIDING')"
            ).scalar_one()
            unpaid = connection.exec_driver_sql(
                "SELECT payments.charge_key FROM orders JOIN payments ON payments.order_id = orders.id"
                " WHERE orders.status = 'EXPIRED' AND payments.state = 'PENDING'"
            ).scalars()
            asked = set(unpaid)
            uncounted = connection.exec_driver_sql(_UNCOUNTED).scalar_one()
        charged = [charge for charge in self._sandbox("charges") if charge["key"] in asked]
        counts = (
            (waiting, "orders wait for their payment or its refund"),
            (len(charged), "expired orders have a charge that nobody recorded"),
            (self._unnoticed(), "authorizations have ended without notice"),
            (moving, "authorizations wait for the provider"),
            (twice, "replaced charges have money to pay back"),
            (events, "events are in the outbox"),
            (uncounted, "products have another count of units sold than their orders"),
        )
        return [f"{count} {what}" for count, what in counts if count]

    def _unnoticed(self) -> int:
        """Authorizations that the shop believes in and the bank has ended."""
        with self._engine.begin() as connection:
            held = connection.exec_driver_sql(
                "SELECT payments.charge_key FROM payments JOIN authorizations USING (order_id)"
                " JOIN orders ON orders.id = payments.order_id"
                " WHERE authorizations.state IN ('HELD', 'FAILED') AND orders.status = 'PAID'"
            ).scalars()
            believed = set(held)
        return sum(charge["key"] in believed and charge["state"] != "AUTHORIZED" for charge in self._sandbox("charges"))

    def ended(self) -> list[tuple[int, dict[int, int], bool]]:
        """Orders whose authorization has ended, with the units left of each line, and whether some were sent."""
        with self._engine.begin() as connection:
            rows = connection.exec_driver_sql(_LEFT).all()
        found: dict[int, tuple[dict[int, int], bool]] = {}
        for order_id, position, quantity, sent, dropped in rows:
            left, is_sent = found.get(order_id, ({}, False))
            rest = quantity - int(sent) - int(dropped)
            found[order_id] = (left | ({position: rest} if rest else {}), is_sent or int(sent) > 0)
        return [(order_id, *each) for order_id, each in found.items() if each[0]]

    def age_authorizations(self) -> None:
        """Makes authorizations old enough for the worker to check them."""
        self._age("authorizations", 7)

    def levels(self) -> list[Record]:
        """Stock with what was ever delivered, in one statement."""
        with self._engine.begin() as connection:
            return [dict(row) for row in connection.exec_driver_sql(_LEVELS).mappings()]

    def age_payments(self) -> None:
        """Makes payments old enough for `storefront check`, which ignores those of the last minute."""
        self._age("payments", 1)

    def _age(self, table: str, hours: int) -> None:
        is_sqlite = self._engine.dialect.name == "sqlite"
        ago = f"datetime(updated_at, '-{hours} hour')" if is_sqlite else f"updated_at - INTERVAL {hours} HOUR"
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET updated_at = {ago}")

    def _sandbox(self, table: str) -> list[Record]:
        with closing(sqlite3.connect(self._directory / "sandbox.db", timeout=10)) as books:
            books.row_factory = sqlite3.Row
            return [dict(row) for row in books.execute(f"SELECT * FROM {table}")]


def _engine(url: sa.URL) -> sa.Engine:
    """Keeps its connections: a new one for each look at the stock would cost more than the look."""
    if url.get_backend_name() == "sqlite":
        return sa.create_engine(url.set(drivername="sqlite"), connect_args={"timeout": 10})
    answers = {"connect_timeout": 3, "read_timeout": 10}
    url = url.set(drivername="mysql+pymysql")
    return sa.create_engine(url, connect_args=answers, isolation_level="REPEATABLE READ")


_UNCOUNTED = """
SELECT COUNT(*) FROM products WHERE units_sold <> (
    SELECT COALESCE(SUM(order_lines.quantity), 0)
    FROM variants JOIN order_lines ON order_lines.variant_id = variants.id
    JOIN orders ON orders.id = order_lines.order_id
    WHERE variants.product_id = products.id AND orders.status IN ('PAID', 'FULFILLED'))
"""
_LEFT = """
SELECT order_lines.order_id, order_lines.position, order_lines.quantity,
       (SELECT COALESCE(SUM(sent.quantity), 0) FROM fulfillment_lines sent
        JOIN fulfillments ON fulfillments.id = sent.fulfillment_id
        WHERE fulfillments.order_id = order_lines.order_id AND sent.position = order_lines.position) AS sent,
       (SELECT COALESCE(SUM(back.quantity), 0) FROM refund_lines back
        JOIN refunds ON refunds.id = back.refund_id
        WHERE refunds.order_id = order_lines.order_id AND back.position = order_lines.position
        AND back.restock_type = 'CANCEL') AS dropped
FROM order_lines JOIN orders ON orders.id = order_lines.order_id
JOIN authorizations ON authorizations.order_id = orders.id
WHERE authorizations.state = 'FAILED' AND orders.status = 'PAID'
"""
_LEVELS = """
SELECT variant_id, location_id, available, reserved, sold,
       (SELECT COALESCE(SUM(moved.available), 0) FROM stock_movements moved
        WHERE moved.variant_id = stock_levels.variant_id AND moved.location_id = stock_levels.location_id
        AND moved.kind IN ('INITIAL', 'ADJUSTMENT', 'TRANSFER')) AS delivered
FROM stock_levels
"""
