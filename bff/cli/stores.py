"""`storefront migrate`, `seed` and `check`: work on the stores, of a running shop or started for the command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from bff.cli.console import Steps, say
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores import demo
from bff.stores import migrate as migrations
from bff.stores.embedded import embedded_stores, plain
from bff.stores.wiring import Stores, compared, open_stores
from datasources.consistency import check as checks

app = typer.Typer()
_T = TypeVar("_T")


async def with_stores(command: str, work: Callable[[Stores], Awaitable[_T]]) -> _T:
    """Does the work with open stores; an embedded database is migrated before."""
    settings = Settings()
    async with embedded_stores(settings, command=command, say=say) as resolved:
        if not plain(settings.database_url):
            await migrations.migrate(resolved)
        async with open_stores(resolved) as stores:
            return await work(stores)


@app.command(rich_help_panel="Stores")
def migrate() -> None:
    """Bring every store to the form this version needs; safe to run again and from several hosts at once."""

    async def work() -> None:
        async with embedded_stores(Settings(), command="migrate", say=say) as resolved:
            await migrations.migrate(resolved)

    asyncio.run(work())
    say("every store is up to date")


@app.command(rich_help_panel="Stores")
def seed(
    demo_accounts: Annotated[
        bool, typer.Option("--demo-accounts", help="Also on a database given by URL, with its public passwords.")
    ] = False,
) -> None:
    """Fill the shop with its demo products, collections, accounts and homepages; safe to run again."""
    settings = Settings()
    if settings.is_production:
        raise ProcessProblem(
            "the demo shop has staff accounts with a public password; STOREFRONT_PROFILE=production refuses them"
        )
    if plain(settings.database_url) and not demo_accounts:
        raise ProcessProblem(
            "the demo shop has staff accounts with a public password; "
            "to have them on STOREFRONT_DATABASE_URL nevertheless, give --demo-accounts"
        )
    with Steps() as steps:
        asyncio.run(with_stores("seed", lambda stores: demo.seed(stores, steps)))
    say("the shop is filled")


@app.command(rich_help_panel="Stores")
def check() -> None:
    """Compare stock, orders, payments and the stores with each other; print every inconsistency and exit 1 if any."""

    async def work(stores: Stores) -> list[str]:
        async with compared(stores) as gentle:
            return await checks.check(gentle)

    found = asyncio.run(with_stores("check", work))
    for sentence in found:
        typer.echo(sentence)
    if found:
        say(f"{len(found)} inconsistencies")
        raise typer.Exit(1)
    say("no inconsistency")
