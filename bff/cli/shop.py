"""`storefront shop`: the shop as it presents itself."""

import asyncio
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.processes.problems import ProcessProblem
from bff.stores.wiring import Stores
from datasources.content.writes import ContentStore
from domain.catalog.records import Image
from domain.content import Menu, MenuItem, Policy, Shop
from domain.kit.urls import is_web_url
from services.homepage.checks import MAX_TEXT
from services.kit.html import sanitised
from services.kit.texts import is_line

app = typer.Typer(name="shop", rich_help_panel="Shop", help="The shop as it presents itself.", no_args_is_help=True)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_POLICIES = {
    "privacy-policy": "Privacy policy",
    "refund-policy": "Refund policy",
    "shipping-policy": "Shipping policy",
    "terms-of-service": "Terms of service",
    "terms-of-sale": "Terms of sale",
    "legal-notice": "Legal notice",
    "contact-information": "Contact information",
    "subscription-policy": "Subscription policy",
}
_NAMED = "A policy of the shop"
MAX_POLICY = 200_000
MAIN_MENU = Menu("main-menu", "main-menu", "Main menu", (MenuItem("all", "Everything", "/search", "CATALOG"),))


@app.callback()
def shop() -> None:
    """The shop as it presents itself."""


@app.command("set")
def set_shop(
    name: Annotated[str | None, typer.Option(help="Its name; needed the first time.")] = None,
    description: Annotated[str | None, typer.Option(help="What it sells, in a sentence.")] = None,
    url: Annotated[str | None, typer.Option(help="The address of the storefront.")] = None,
    color: Annotated[str | None, typer.Option(help="Of buttons and links of the checkout page: #1f4e4a.")] = None,
    header: Annotated[str | None, typer.Option(help="The color behind its header: #f4f6f5.")] = None,
    logo: Annotated[str | None, typer.Option(help="The address of the logo.")] = None,
    policy: Annotated[list[str] | None, typer.Option(help=f"{_NAMED}, as HTML: privacy-policy=FILE.")] = None,
    as_json: AsJson = False,
) -> None:
    """Describe the shop; options that you leave out stay as they are. The first time adds a main menu, too."""
    _check(name, description, url)
    brand, policies = _Look(color, header, logo), [_policy(each) for each in policy or ()]

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
            policies=tuple({each.handle: each for each in (*new.policies, *policies)}.values()),
        )
        new = brand.of(new)
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


@dataclass(frozen=True, slots=True)
class _Look:
    """What options change about the look of the shop."""

    color: str | None
    header: str | None
    logo: str | None

    def __post_init__(self) -> None:
        for option, value in (("--color", self.color), ("--header", self.header)):
            if value is not None and not _COLOR.fullmatch(value):
                raise ProcessProblem(f"{option} must be a color such as #1f4e4a")
        if self.logo is not None and not is_web_url(self.logo):
            raise ProcessProblem("--logo must be an address that begins with https:// or http://")

    def of(self, shop: Shop) -> Shop:
        """The shop with this look. The page chooses a text color that can be read."""
        brand = shop.brand
        if self.color is not None:
            brand = replace(brand, primary=((self.color, None), *brand.primary[1:]))
        if self.header is not None:
            brand = replace(brand, secondary=((self.header, None), *brand.secondary[1:]))
        if self.logo is None:
            return replace(shop, brand=brand)
        logo = Image("logo", self.logo, shop.name)
        return replace(shop, logo=logo, brand=replace(brand, cover=logo, square_logo=logo))


def _policy(given: str) -> Policy:
    """A policy from `HANDLE=FILE`; its HTML loses what a browser would run."""
    handle, _, name = given.partition("=")
    if handle not in _POLICIES:
        raise ProcessProblem(f"--policy must name one of {', '.join(_POLICIES)}, then = and a file")
    try:
        html = sanitised(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProcessProblem(f"--policy {handle}: the file cannot be read as text") from error
    if not html.strip() or len(html) > MAX_POLICY:
        raise ProcessProblem(f"--policy {handle}: the file must hold 1 to {MAX_POLICY:,} characters of HTML")
    return Policy(handle, handle, _POLICIES[handle], html, f"/policies/{handle}")


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
