"""What the measured shop sells, and the carts that its buyers have filled beforehand.

The shop's own `import` adds the products. The carts are copies, in SQL, of one that the shop made itself. So nothing
here depends on how a version of the shop writes either.
"""

import csv
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from benchmarks.checkout.shop import DATABASE, Shop
from benchmarks.graphql import NotAnswered, ask, body, data_of
from domain.kit.ids import global_id

_CARTS_AT_ONCE = 1_000
_PRODUCT = {
    "Vendor": "Benchmark",
    "Type": "Goods",
    "Status": "active",
    "Variant Price": "10.00",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Policy": "deny",
}
_VARIANTS = """SELECT products.handle, variants.id FROM products JOIN variants ON variants.product_id = products.id
  WHERE products.handle LIKE :handles"""
Row = dict[str, Any]


def stock_up(shop: Shop, stock: Sequence[int]) -> list[int]:
    """One new product with one variant for each entry, which is its number of units; the ids of the variants.

    Raises RuntimeError when the shop does not take them.
    """
    batch = f"benchmark-{secrets.token_hex(4)}"
    handles = [f"{batch}-{number}" for number in range(len(stock))]
    with TemporaryDirectory() as directory:
        file = Path(directory, "products.csv")
        _write(file, dict(zip(handles, stock, strict=True)))
        status, output, errors = shop.command("import", "products", str(file))
    found = _variant_ids(shop, batch)
    if status or found.keys() != set(handles):
        raise RuntimeError(
            f"the shop took {len(found)} of {len(handles)} products:\n{output[-2000:]}\n{errors[-2000:]}"
        )
    return [found[handle] for handle in handles]


def fill_carts(shop: Shop, variant_ids: Sequence[int]) -> list[str]:
    """A guest's cart with one unit of each variant named, in their order; the carts' global ids."""
    cart_id = _first_cart(shop, variant_ids[0])
    prefix, _, key = cart_id.rpartition("/")
    keys = [secrets.token_hex(16) for _ in variant_ids]
    engine = shop.server.engine(DATABASE)
    with engine.connect() as connection:
        cart = _only_row(connection, "SELECT * FROM carts WHERE id = :key", key)
        line = _only_row(connection, "SELECT * FROM cart_lines WHERE cart_id = :key", key)
        del line["id"]
        carts = [{**cart, "id": each, "email": f"{each[:8]}@example.com"} for each in keys]
        lines = [{**line, "cart_id": each, "variant_id": one} for each, one in zip(keys, variant_ids, strict=True)]
        for start in range(0, len(keys), _CARTS_AT_ONCE):
            part = slice(start, start + _CARTS_AT_ONCE)
            _insert(connection, "carts", carts[part])
            _insert(connection, "cart_lines", lines[part])
    engine.dispose()
    return [f"{prefix}/{each}" for each in keys]


def inconsistencies(shop: Shop) -> list[str]:
    """What `storefront check` finds in the shop, or why it could not run."""
    status, output, errors = shop.command("check")
    return output.splitlines() or ([errors.strip()[-2000:]] if status else [])


def _write(file: Path, stock: Mapping[str, int]) -> None:
    rows = [{"Handle": key, "Title": key, **_PRODUCT, "Variant Inventory Qty": units} for key, units in stock.items()]
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _variant_ids(shop: Shop, batch: str) -> dict[str, int]:
    engine = shop.server.engine(DATABASE)
    with engine.connect() as connection:
        found = {row.handle: int(row.id) for row in connection.execute(sa.text(_VARIANTS), {"handles": f"{batch}-%"})}
    engine.dispose()
    return found


def _first_cart(shop: Shop, variant_id: int) -> str:
    """A cart that the shop makes, in the same way as any shopper's; its global id."""
    request = body("cart", merchandiseId=global_id("ProductVariant", variant_id))
    made = data_of(ask(shop.endpoint, request))["cartCreate"]
    if made["userErrors"] or not made["cart"]:
        raise NotAnswered(f"no cart: {json.dumps(made)}")
    cart_id: str = made["cart"]["id"]
    return cart_id


def _only_row(connection: sa.Connection, query: str, key: str) -> Row:
    return dict(connection.execute(sa.text(query), {"key": key}).one()._mapping)


def _insert(connection: sa.Connection, table: str, rows: Sequence[Row]) -> None:
    names = list(rows[0])
    holes = ", ".join(f":{name}" for name in names)
    connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})"), list(rows))
