"""Mails, inserted as rows."""

import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Tx
from datasources.kit.rows import inserted_key
from domain.mail import MailKind, MailState
from tests.kit.factories.catalog import NOW


async def add_refused_mail(tx: Tx, order_id: int) -> int:
    """A confirmation that the mail server refused; its key."""
    row = {
        "cause": f"{MailKind.ORDER_CONFIRMED}:{order_id}",
        "kind": MailKind.ORDER_CONFIRMED.value,
        "order_id": order_id,
        "state": MailState.REFUSED.value,
        "attempts": 1,
        "last_error": "SMTP 550",
        **dict.fromkeys(("due_at", "queued_at", "created_at", "finished_at"), NOW),
    }
    return inserted_key(await tx.run(sa.insert(tables.mails).values(row)))
