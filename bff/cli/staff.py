"""`storefront staff`: who may change what."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.processes.problems import ProcessProblem
from bff.stores.wiring import Stores
from domain.accounts import Permission
from domain.kit.refusals import Refused
from services.accounts.staff import Permissions, StaffService

app = typer.Typer(name="staff", rich_help_panel="Shop", help="Who may change what.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="The e-mail address of an account that has signed up.")]
Named = Annotated[list[Permission] | None, typer.Argument(help="Permissions.", case_sensitive=False)]
All = Annotated[bool, typer.Option("--all", help="Every permission.")]


@app.callback()
def staff() -> None:
    """Who may change what."""


@app.command()
def grant(email: Email, permissions: Named = None, every: All = False, as_json: AsJson = False) -> None:
    """Add permissions to those that an account has."""
    _change(email, _chosen(permissions, every), as_json, lambda service: service.grant)


@app.command()
def revoke(email: Email, permissions: Named = None, every: All = False, as_json: AsJson = False) -> None:
    """Take permissions away from an account. This applies at once, also to tokens that were issued before."""
    _change(email, _chosen(permissions, every), as_json, lambda service: service.revoke)


@app.command("list")
def list_staff(as_json: AsJson = False) -> None:
    """List every account that holds a permission."""
    found = asyncio.run(with_stores("staff list", lambda stores: stores.accounts.staff()))
    lines = [f"{email}: {', '.join(sorted(permissions))}" for email, permissions in found.items()]
    show({email: sorted(permissions) for email, permissions in found.items()}, "\n".join(lines) or "no staff", as_json)


def _chosen(permissions: list[Permission] | None, every: bool) -> Permissions:
    chosen = frozenset(Permission if every else permissions or ())
    if not chosen:
        raise ProcessProblem(f"name a permission, or give --all; permissions are {', '.join(Permission)}")
    return chosen


def _change(
    email: str,
    chosen: Permissions,
    as_json: bool,
    way: Callable[[StaffService], Callable[[str, Permissions], Awaitable[Permissions]]],
) -> None:
    async def work(stores: Stores) -> Permissions:
        return await way(StaffService(stores.database))(email, chosen)

    try:
        held = asyncio.run(with_stores("staff", work))
    except Refused as refused:
        raise ProcessProblem(f"{email}: {refused.refusals[0].message} Sign up first.") from None
    text = f"{email} may change {', '.join(sorted(held)) or 'nothing'}"
    show({"email": email, "permissions": sorted(held)}, text, as_json)
