"""`storefront customers`: accounts of shoppers."""

import asyncio
from typing import Annotated

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.processes.problems import ProcessProblem
from bff.stores.accounts import activation_service
from bff.stores.wiring import Stores
from domain.kit.refusals import Refused
from services.accounts.tokens import ACTIVATION_DAYS

app = typer.Typer(name="customers", rich_help_panel="Shop", help="Accounts of shoppers.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="The e-mail address of an account that an import of orders made.")]


@app.callback()
def customers() -> None:
    """Accounts of shoppers."""


@app.command()
def activate(email: Email, as_json: AsJson = False) -> None:
    """Print the link by which a buyer of imported orders sets a password. Send it to that address, to nobody else."""

    async def work(stores: Stores) -> tuple[str, str]:
        customer_id, token = await activation_service(stores.database, stores.settings).link(email)
        return f"{stores.settings.site_url or stores.settings.public_url}/account/activate/{customer_id}/{token}", token

    try:
        url, token = asyncio.run(with_stores("customers activate", work))
    except Refused as refused:
        raise ProcessProblem(f"{email}: {refused.refusals[0].message}") from None
    text = f"{url}\nIt works once, for {ACTIVATION_DAYS} days."
    show({"email": email, "url": url, "activationToken": token}, text, as_json)
