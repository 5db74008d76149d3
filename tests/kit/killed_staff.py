"""`python -m tests.kit.killed_staff`: staff change an order, and die when the provider has done its part.

Between the answer of the provider and its record nothing can be written any more, as after a power cut.
"""

import asyncio
import os
import signal
import sys
from typing import NoReturn

from datasources.kit.database import Database
from datasources.payments.sandbox import SandboxPayments
from domain.accounts import Permission, Viewer
from domain.kit.money import Money
from domain.payments.records import Charge
from services.orders.life import OrderLifeService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from tests.kit.reserved_money import ONE, units_back
from tests.kit.running_sandbox import KEY
from tests.kit.staff_commands import CANCEL


class Deadly(SandboxPayments):
    """Nobody survives the answer to a capture or a void."""

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Takes the money."""
        await super().capture(key, capture_key, amount, is_final=is_final)
        _die()

    async def abandon(self, key: str) -> Charge:
        """Sets the money free."""
        await super().abandon(key)
        _die()


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it is dead")


async def main(database_url: str, sandbox_url: str, staff_id: int, order_id: int, step: str) -> None:
    """Does one step with an order."""
    database = Database(database_url)
    orders = OrderService(database)
    life = OrderLifeService(database, orders, RefundService(database, Deadly(sandbox_url, KEY, 30), orders))
    staff = Viewer(staff_id, permissions=frozenset({Permission.ORDERS}))
    match step:
        case "send":
            await life.fulfil(staff, order_id, ONE)
        case "release":
            await life.refund(staff, order_id, units_back(1))
        case "cancel":
            await life.cancel(staff, order_id, CANCEL)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]))
