"""`storefront search`: the search index."""

import asyncio

import typer

from bff.cli.answers import AsJson, show
from bff.cli.console import Steps
from bff.cli.stores import with_stores
from bff.stores.wiring import Stores
from workers.search import Indexer

app = typer.Typer(name="search", rich_help_panel="Stores", help="The search index.", no_args_is_help=True)


@app.callback()
def search() -> None:
    """The search index."""


@app.command()
def rebuild(as_json: AsJson = False) -> None:
    """Index every product that is for sale, and remove those that are not.

    Workers do this by themselves when the index is lost. It is safe on a running shop, and safe to repeat.
    """
    with Steps() as steps:

        async def work(stores: Stores) -> int:
            total = await stores.catalog.products.count()
            indexer = Indexer(stores.search, stores.catalog, stores.content, stores.territories.default)
            return await indexer.rebuild(lambda so_far: steps("Products", min(so_far, total), total))

        products = asyncio.run(with_stores("search rebuild", work))
    show({"indexed": products}, f"{products} products are indexed", as_json)
