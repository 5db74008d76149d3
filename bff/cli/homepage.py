"""`storefront homepage`: composed pages."""

import asyncio

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.stores.wiring import Stores
from datasources.homepage.index import HomepageIndex
from workers.homepage.marker import PageMarker

app = typer.Typer(name="homepage", rich_help_panel="Stores", help="Composed homepages.", no_args_is_help=True)


@app.callback()
def homepage() -> None:
    """Composed homepages."""


@app.command()
def rebuild(as_json: AsJson = False) -> None:
    """Have the workers compose every page again. Visitors get the last good page meanwhile."""

    async def work(stores: Stores) -> int:
        index = HomepageIndex(stores.redis, stores.settings.prefix)
        return await PageMarker(stores.homepage_marks, index, stores.territories).mark_all()

    pages = asyncio.run(with_stores("homepage rebuild", work))
    show({"marked": pages}, f"{pages} pages are marked; the workers compose them", as_json)
