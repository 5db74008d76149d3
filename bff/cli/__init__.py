"""The `storefront` command."""

import importlib
import os
import sys
from typing import Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.core import TyperGroup

from bff.cli.console import say
from bff.processes.problems import ProcessProblem
from bff.settings.secret_files import secret_names
from bff.settings.variables import unknown_settings
from domain.kit.refusals import Misconfigured, Unavailable

_STORES = {
    "DATABASE_UNAVAILABLE": "STOREFRONT_DATABASE_URL",
    "CONTENT_UNAVAILABLE": "STOREFRONT_MONGO_URL",
    "CACHE_UNAVAILABLE": "STOREFRONT_REDIS_URL",
    "SEARCH_UNAVAILABLE": "STOREFRONT_SEARCH_URL",
}
_MODULES = {
    "up": "up",
    "serve": "serving",
    "worker": "serving",
    "migrate": "stores",
    "seed": "stores",
    "check": "stores",
    "staff": "staff",
    "customers": "customers",
    "shop": "shop",
    "homepage": "homepage",
    "search": "search",
    "backup": "backups",
    "restore": "backups",
    "trending": "trending",
    "events": "events",
    "import": "imports",
    "export": "exports",
    "ask": "ask",
    "schema": "schema",
}


class Commands(TyperGroup):
    """Loads the module of a command when it is called: `ask` need not wait for the whole shop."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # click asks so
        """Every command in the order of the help."""
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in _MODULES:
            return None
        group = typer.main.get_group(importlib.import_module(f"bff.cli.{_MODULES[cmd_name]}").app)
        return group.commands.get(cmd_name, group)


app = typer.Typer(
    name="storefront",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
    rich_markup_mode="markdown",
)


@app.callback()
def storefront() -> None:
    """A GraphQL backend-for-frontend for a shop.

    `storefront up` starts everything; settings are STOREFRONT_... variables, listed in docs/operations.md.
    """
    for name in unknown_settings([*os.environ, *secret_names(os.environ)]):
        say(f"storefront: {name} is not a setting and is ignored")


def _invalid(error: ValidationError) -> str:
    """Which settings are wrong, without their values, which may be secrets."""
    wrong = [f"STOREFRONT_{'__'.join(map(str, part['loc']))}".upper() + f": {part['msg']}" for part in error.errors()]
    return "settings are wrong:\n" + "\n".join(wrong)


def _unavailable(error: Unavailable) -> str:
    """Explains an unusable store to the person who set it up."""
    if isinstance(error, Misconfigured) or error.code not in _STORES:
        return str(error)
    return f"the store at {_STORES[error.code]} does not answer as it should ({error.code})"


def main() -> None:
    """Runs a command. A problem that a person can fix is printed in one line, and the exit status is 1."""
    try:
        app(prog_name="storefront")
    except ProcessProblem as problem:
        say(f"storefront: {problem}")
        sys.exit(1)
    except ValidationError as error:
        say(f"storefront: {_invalid(error)}")
        sys.exit(1)
    except SettingsError as error:
        say(f"storefront: {error}")
        sys.exit(1)
    except Unavailable as error:
        say(f"storefront: {_unavailable(error)}")
        sys.exit(1)
