"""Keep what lists of products are in the order of: keys of texts, and prices by territory."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from datasources import tables
from domain.kit.folding import collation_key
from migrations.resumption import keep_batch

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEYS = {
    "products": {"title_key": "title", "vendor_key": "vendor", "type_key": "product_type"},
    "collections": {"title_key": "title"},
}
_INDEXES = {
    "products": {"ix_products_title": "title", "ix_products_vendor": "vendor", "ix_products_type": "product_type"},
    "collections": {"ix_collections_title": "title"},
}
_AT_ONCE = 1_000


def upgrade() -> None:
    """Moves the tables forward. `storefront migrate` and workers compute the prices: they depend on settings."""
    for name, keys in _KEYS.items():
        with op.batch_alter_table(name) as table:
            for key in keys:
                table.add_column(sa.Column(key, tables.code(255), nullable=False, server_default=""))
        _fill(name, keys, collation_key)
        for index in _INDEXES[name]:
            op.drop_index(index, table_name=name)
        for key in keys:
            op.create_index(f"ix_{name}_{key}", name, [key, "id"], unique=False)
    op.drop_index("ix_products_price", table_name="products")
    op.create_table(
        "product_prices",
        sa.Column("product_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("territory", tables.code(8), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("basis", tables.code(64), nullable=False),
        sa.Column("as_of", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"]),
        sa.PrimaryKeyConstraint("product_id", "territory"),
    )
    op.create_index("ix_product_prices_order", "product_prices", ["territory", "minor", "product_id"], unique=False)


def _fill(name: str, keys: dict[str, str], make: Callable[[str], str]) -> None:
    """Writes the keys of the texts that are stored."""
    table = sa.table(name, *(sa.column(each) for each in ("id", *keys, *keys.values())))
    connection, last = op.get_bind(), 0
    change = sa.update(table).where(table.c.id == sa.bindparam("row"))
    while rows := connection.execute(
        sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(_AT_ONCE)
    ).all():
        connection.execute(
            change,
            [{"row": row.id, **{key: make(row._mapping[text]) for key, text in keys.items()}} for row in rows],
        )
        last = rows[-1].id
        keep_batch()


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("product_prices")
    op.create_index("ix_products_price", "products", ["min_minor", "id"], unique=False)
    for name, keys in _KEYS.items():
        for key in keys:
            op.drop_index(f"ix_{name}_{key}", table_name=name)
        for index, text in _INDEXES[name].items():
            op.create_index(index, name, [text, "id"], unique=False)
        for key in keys:
            op.drop_column(name, key)
