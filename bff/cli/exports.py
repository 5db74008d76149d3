"""`storefront export`: products, stock and orders as Shopify's CSV files."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bff.cli.console import say
from bff.settings.variables import Settings
from bff.stores.embedded import embedded_stores
from bff.stores.wiring import open_stores
from datasources.content.writes import ContentStore
from services.imports.exports import Exports, Write

app = typer.Typer(
    name="export",
    rich_help_panel="Stores",
    help="Write products, stock and orders as CSV files that `storefront import` reads.",
    no_args_is_help=True,
)

Run = Callable[[Exports, Write], Awaitable[int]]
File = Annotated[Path, typer.Argument(dir_okay=False, help="The CSV file to write; an existing one is replaced.")]


@app.command()
def products(file: File) -> None:
    """Export every product with variants, prices of all territories, pictures, collections and metafields."""
    _export(Exports.products, file, "products")


@app.command()
def inventory(file: File) -> None:
    """Export the stock of every variant in every warehouse."""
    _export(Exports.inventory, file, "levels")


@app.command()
def orders(file: File) -> None:
    """Export every order that was paid or cancelled, with its lines."""
    _export(Exports.orders, file, "orders")


def _export(run: Run, file: Path, kind: str) -> None:
    """Writes beside the file first, so that an export that fails leaves an older one as it is."""
    new = file.with_name(f".{file.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            count = asyncio.run(_written(run, writer.writerow))
        new.replace(file)
    except OSError as error:
        say(f"storefront: {file} cannot be written: {error.strerror}")
        raise typer.Exit(1) from None
    finally:
        new.unlink(missing_ok=True)
    say(f"{count} {kind} written to {file}")


async def _written(run: Run, write: Write) -> int:
    async with embedded_stores(Settings(), command="export", say=say) as resolved, open_stores(resolved) as stores:
        return await run(Exports(stores.database, ContentStore(stores.documents), stores.territories), write)
