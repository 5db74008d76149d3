"""A shop that imports files and is then asked what it has, field by field."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.content.writes import ContentStore
from domain.imports import ImportReport, Remark
from services.imports.files import ProductImport
from services.imports.writes import ProductWriter
from tests.kit.fixtures.graphql_api import Api
from tests.unit.imports.files import saved

# What changes with every write, and what is made from other fields.
_PASSING = {"fingerprint", "updated_at", "revision", "title_key", "vendor_key", "type_key"}


def _ignored(*_told: object) -> None:
    """Nobody watches."""


class ImportedShop:
    """Imports files as the command does; `remarks` are those of the last import."""

    def __init__(self, api: Api, directory: Path) -> None:
        self.api = api
        self.directory = directory
        self.remarks: list[Remark] = []

    async def products(self, file: Path | str) -> ImportReport:
        """Imports a product file, or the text of one."""
        self.remarks = []
        stores = self.api.stores
        writer = ProductWriter(stores.database, ContentStore(stores.documents), stores.territories)
        path = saved(self.directory, file) if isinstance(file, str) else file
        importing = ProductImport(writer, stores.territories.default.currency)
        return await importing.run(path, _ignored, self.remarks.append)

    @property
    def reasons(self) -> list[str]:
        """The reasons of the remarks of the last import."""
        return [remark.reason for remark in self.remarks]

    async def fields(self) -> dict[str, Any]:
        """Every field of every product, variant and what belongs to them, by a name that says which."""
        found: dict[str, Any] = {}
        for table in (tables.products, tables.variants, tables.prices, tables.collection_products, tables.stock_levels):
            for row in await self.api.rows(table):
                key = "/".join(str(row._mapping[column.name]) for column in table.primary_key)
                found |= {f"{table.name}/{key}/{name}": value for name, value in row._mapping.items()}
        for row in await self.api.rows(tables.products):
            for document in await self.api.stores.documents.find("products", {"_id": row.id}):
                found |= {f"document/{row.id}/{name}": value for name, value in document.items()}
        return {name: value for name, value in found.items() if name.rpartition("/")[2] not in _PASSING}

    async def product(self, handle: str, fields: str, country: str = "GB") -> Any:
        """Fields of a product as shoppers of a country see it."""
        query = f"query($handle: String!) @inContext(country: {country}) {{ product(handle: $handle) {{ {fields} }} }}"
        return (await self.api.data(query, {"handle": handle}))["product"]

    async def rows(self, table: sa.Table) -> list[Any]:
        """Every row of a table by its key."""
        return await self.api.rows(table)


def cut(text: str, columns: Iterable[str]) -> str:
    """A CSV with some of its columns only."""
    kept = list(columns)
    out = StringIO()
    writer = csv.DictWriter(out, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(csv.DictReader(StringIO(text)))
    return out.getvalue()
