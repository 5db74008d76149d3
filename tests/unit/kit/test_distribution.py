"""Each table says how its rows would be spread over several database servers."""

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.distribution import BY_BUYER, BY_VARIANT, REFERENCE, Distribution, distribution_of

ALL = tuple(tables.metadata.tables.values())


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_each_table_declares_its_key(table: sa.Table) -> None:
    """A new table says where its rows lie before it is merged."""
    assert distribution_of(table) in Distribution


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_foreign_keys_stay_on_one_server(table: sa.Table) -> None:
    """A row points to rows that lie beside it: of the same key, or copied to every server."""
    assert _distant(table) == []


def test_a_table_without_a_key_and_a_distant_reference_are_found() -> None:
    """The two tests above fail for tables that break the rule."""
    metadata = sa.MetaData()
    stock = sa.Table("stock", metadata, sa.Column("id", sa.Integer, primary_key=True), info=BY_VARIANT)
    bare = sa.Table("bare", metadata, sa.Column("stock_id", sa.ForeignKey("stock.id")))
    sale = sa.Table("sale", metadata, sa.Column("stock_id", sa.ForeignKey("stock.id")), info=BY_BUYER)
    price = sa.Table("price", metadata, sa.Column("stock_id", sa.ForeignKey("stock.id")), info=REFERENCE)
    with pytest.raises(KeyError, match="distribution"):
        distribution_of(bare)
    assert [_distant(each) for each in (stock, sale, price)] == [[], ["stock"], ["stock"]]


def _distant(table: sa.Table) -> list[str]:
    """Tables that a foreign key leads to and whose rows may lie on another server."""
    near = {distribution_of(table), Distribution.REFERENCE}
    targets = [key.column.table for key in table.foreign_keys]
    return [target.name for target in targets if distribution_of(target) not in near]
