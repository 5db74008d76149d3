"""`storefront trending`: recounts best sellers from the order history."""

import asyncio

import typer

from bff.cli.console import Steps, say
from bff.cli.stores import with_stores
from bff.stores.wiring import Stores
from bff.worker import trending_counter, trending_keeper

app = typer.Typer(
    name="trending",
    rich_help_panel="Stores",
    help="Best sellers of each territory.",
    no_args_is_help=True,
)


@app.callback()
def trending() -> None:
    """Best sellers of each territory."""


@app.command()
def rebuild() -> None:
    """Recount every product from the order history and update the rankings.

    Workers do this by themselves when the counts are lost. It is safe on a running shop, and safe to repeat.
    """
    with Steps() as steps:

        async def work(stores: Stores) -> int:
            total = await stores.catalog.products.count()
            counter = trending_counter(stores)
            done = await counter.rebuild(lambda so_far: steps("Products", min(so_far, total), total))
            keeper = trending_keeper(stores, counter)
            for territory in stores.territories.all:
                await keeper.rank(territory.code)
            return done

        products = asyncio.run(with_stores("trending rebuild", work))
    say(f"{products} products are counted")
