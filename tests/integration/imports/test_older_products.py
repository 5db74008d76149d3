"""Files for products that an earlier version of the shop imported."""

import sqlalchemy as sa

from datasources import tables
from tests.kit.imported_shop import ImportedShop


async def test_a_product_that_an_earlier_version_hid_is_published_by_a_file_without_status(shop: ImportedShop) -> None:
    """Earlier versions stored what was not published as a draft, and did not store why."""
    for published, status in (("false", "DRAFT"), ("true", "ACTIVE")):
        await shop.products("Handle,Title,Published,Variant Price\nmug,Mug,false,1\n")
        await shop.api.change(
            sa.update(tables.products).values(status="DRAFT", own_status=None, is_published=True, fingerprint="")
        )
        await shop.products("Handle,Vendor\nmug,Kiln\n")
        assert [row.status for row in await shop.rows(tables.products)] == ["DRAFT"]
        await shop.products(f"Handle,Published\nmug,{published}\n")
        assert [row.status for row in await shop.rows(tables.products)] == [status]
        assert shop.reasons == [
            "an earlier version stored the product as a draft: its status is taken as active, and Published counts"
        ]
