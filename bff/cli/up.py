"""`storefront up`."""

import asyncio
from typing import Annotated

import typer
from rich.panel import Panel
from rich.table import Table

from bff.cli.console import Steps, news, say
from bff.processes import up
from bff.settings.variables import Settings
from bff.stores.production import require_production
from demo.accounts import DEMO_PASSWORD, demo_accounts

app = typer.Typer()


class _Terminal:
    """Shows the life of the shop on the terminal."""

    def __init__(self) -> None:
        self._steps: Steps | None = None

    def say(self, text: str) -> None:
        self._end_steps()
        say(text)

    def progress(self, step: str, done: int, total: int) -> None:
        self._steps = self._steps or Steps()
        self._steps(step, done, total)

    def ready(self, addresses: up.Addresses) -> None:
        self._end_steps()
        table = Table.grid(padding=(0, 2))
        if addresses.graphiql:
            table.add_row("GraphiQL", addresses.graphiql)
        table.add_row("GraphQL endpoint", addresses.graphql)
        table.add_row("Health", addresses.health)
        table.add_row("Data and logs", addresses.data_dir)
        if addresses.demo:
            for account in demo_accounts():
                table.add_row("Log in as", f"{account.account.email} / {DEMO_PASSWORD}")
        news.print(Panel(table, title="The shop is open", subtitle="Ctrl-C stops it", expand=False))
        if addresses.demo and addresses.reachable_by_others:
            say("the demo logins are public: whoever reaches this address can change the shop")

    def _end_steps(self) -> None:
        if self._steps is not None:
            self._steps.__exit__(None, None, None)
            self._steps = None


@app.command("up", rich_help_panel="Run")
def start(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Start the whole shop: its stores, the API and the event workers.

    Stores without a STOREFRONT_..._URL are embedded: SQLite, Valkey, secantusdb, tantivy and a payment sandbox,
    with their data in STOREFRONT_DATA_DIR (.data). The first start fills the shop with demo products. Ctrl-C stops
    everything in order.
    """
    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    asyncio.run(_run(Settings().model_copy(update=given)))


async def _run(settings: Settings) -> None:
    await require_production(settings)
    await up.run(settings, _Terminal())
