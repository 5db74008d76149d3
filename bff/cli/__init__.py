"""The `storefront` command."""

import sys

import typer
from pydantic import ValidationError

from bff.cli import ask, imports, schema, serving, stores, up
from bff.cli.console import say
from bff.processes.problems import ProcessProblem

app = typer.Typer(
    name="storefront",
    help="A GraphQL backend-for-frontend for a shop. `storefront up` starts everything; settings are STOREFRONT_... "
    "variables.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
    rich_markup_mode="markdown",
)
for part in (up, serving, stores, ask, schema):
    app.registered_commands.extend(part.app.registered_commands)
app.add_typer(imports.app, name="import", help="Import products and orders from files.", rich_help_panel="Stores")


def _invalid(error: ValidationError) -> str:
    """Which settings are wrong, without their values, which may be secrets."""
    wrong = [f"STOREFRONT_{'__'.join(map(str, part['loc']))}".upper() + f": {part['msg']}" for part in error.errors()]
    return "settings are wrong:\n" + "\n".join(wrong)


def main() -> None:
    """Runs a command; what a person can put right is said in one line and exits with 1."""
    try:
        app(prog_name="storefront")
    except ProcessProblem as problem:
        say(f"storefront: {problem}")
        sys.exit(1)
    except ValidationError as error:
        say(f"storefront: {_invalid(error)}")
        sys.exit(1)
