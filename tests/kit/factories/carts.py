"""Carts, inserted as rows."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from datasources import tables
from datasources.cart import attribute_key
from datasources.kit.database import Tx
from domain.cart import AddLine
from domain.kit.ids import new_secret


async def add_carts(tx: Tx, carts: Sequence[Sequence[AddLine]]) -> list[str]:
    """A cart of a guest for each of these lists of lines, which differ in their variants; the ids of the carts."""
    ids, now = [new_secret() for _ in carts], datetime.now(UTC)
    kept = {
        "email": "guest@example.com",
        "note": "",
        "attributes": [],
        "discount_codes": [],
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(sa.insert(tables.carts), [{"id": cart_id, **kept} for cart_id in ids])
    plain = {"attributes": [], "attribute_key": attribute_key(())}
    lines = [
        {"cart_id": cart_id, "variant_id": line.variant_id, "quantity": line.quantity, **plain}
        for cart_id, cart in zip(ids, carts, strict=True)
        for line in cart
    ]
    await tx.run(sa.insert(tables.cart_lines), lines)
    return ids
