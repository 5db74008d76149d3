"""`storefront shop`: the shop as it presents itself."""

import asyncio
from dataclasses import asdict, replace
from typing import Annotated

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.processes.problems import ProcessProblem
from bff.stores.wiring import Stores
from datasources.content.writes import ContentStore
from domain.content import Menu, MenuItem, Shop
from domain.kit.urls import is_web_url
from services.homepage.checks import MAX_TEXT
from services.kit.texts import is_line

app = typer.Typer(name="shop", rich_help_panel="Shop", help="The shop as it presents itself.", no_args_is_help=True)
MAIN_MENU = Menu("main-menu", "main-menu", "Main menu", (MenuItem("all", "Everything", "/search", "CATALOG"),))


@app.callback()
def shop() -> None:
    """The shop as it presents itself."""


@app.command("set")
def set_shop(
    name: Annotated[str | None, typer.Option(help="Its name; needed the first time.")] = None,
    description: Annotated[str | None, typer.Option(help="What it sells, in a sentence.")] = None,
    url: Annotated[str | None, typer.Option(help="The address of the storefront.")] = None,
    as_json: AsJson = False,
) -> None:
    """Describe the shop; options that you leave out stay as they are. The first time adds a main menu, too."""
    _check(name, description, url)

    async def work(stores: Stores) -> Shop:
        old = await stores.content.shop()
        if old is None and not name:
            raise ProcessProblem("the shop has no name yet: give --name")
        settings = stores.settings
        new = old or Shop("", "", settings.site_url or settings.public_url, stores.territories.default.currency)
        new = replace(
            new,
            name=new.name if name is None else name,
            description=new.description if description is None else description,
            url=new.url if url is None else url,
        )
        contents = ContentStore(stores.documents)
        await contents.put_shop(new)
        if (await stores.content.menus([MAIN_MENU.handle]))[0] is None:
            await contents.put_menu(MAIN_MENU)
        return new

    _show(asyncio.run(with_stores("shop set", work)), as_json)


@app.command("show")
def show_shop(as_json: AsJson = False) -> None:
    """Show the description of the shop."""
    found = asyncio.run(with_stores("shop show", lambda stores: stores.content.shop()))
    if found is None:
        raise ProcessProblem("the shop is not described yet; use `storefront shop set`")
    _show(found, as_json)


def _check(name: str | None, description: str | None, url: str | None) -> None:
    for option, value in (("--name", name), ("--description", description)):
        if value is not None and (not is_line(value) or len(value) > MAX_TEXT):
            raise ProcessProblem(f"{option} must be one line of at most {MAX_TEXT} characters")
    if name is not None and not name.strip():
        raise ProcessProblem("--name must not be blank")
    if url is not None and not is_web_url(url):
        raise ProcessProblem("--url must be an address that begins with https:// or http://")


def _show(shop: Shop, as_json: bool) -> None:
    text = f"{shop.name}\n{shop.description}\n{shop.url}\nprices are in {shop.currency}"
    show(asdict(shop), text, as_json)
