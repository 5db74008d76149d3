"""`storefront ask`: one GraphQL operation from the command line, for tours, scripts and people without curl."""

import asyncio
import sys
from typing import Annotated, Any

import aiohttp
import orjson
import typer
from rich.console import Console

from bff.processes import run_record
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings

app = typer.Typer()
_SECONDS = 30.0


def _address(settings: Settings) -> str:
    """The address of the shop that runs on `data_dir`, else the one in the settings."""
    running = run_record.read_running(settings.data_dir)
    if running is not None and running.address:
        return running.address
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _variables(given: list[str]) -> dict[str, Any]:
    """`name=value` pairs; values are JSON where they can be read as such, else texts."""
    variables: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is not name=value", param_hint="--var")
        try:
            variables[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            variables[name] = value
    return variables


def _picked(data: Any, path: str) -> str:
    """The value at a path such as `products.nodes.0.id`."""
    value = data
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise ProcessProblem(f"the answer has nothing at {path}") from None
    return value if isinstance(value, str) else orjson.dumps(value).decode()


async def _answer(url: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    """The JSON of an answer, whatever its status. Uses the proxies of the environment, as curl does."""
    headers |= {"Content-Type": "application/json"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.post(url, data=orjson.dumps(body), headers=headers) as response,
    ):
        return orjson.loads(await response.read())


@app.command(rich_help_panel="Develop")
def ask(
    operation: Annotated[str, typer.Argument(help="A GraphQL operation.")],
    var: Annotated[list[str] | None, typer.Option(help="A variable, name=value; can be repeated.")] = None,
    pick: Annotated[str, typer.Option(help="Print only the value at this path, as in cart.lines.nodes.0.id.")] = "",
    token: Annotated[str, typer.Option(help="Access token of a signed-in shopper or of staff.")] = "",
) -> None:
    """Ask the running shop one GraphQL operation and print its data; exits with 1 when the answer has errors.

    Errors and warnings go to the error output.
    """
    address = _address(Settings())
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": operation, "variables": _variables(var or [])}
    try:
        answer = asyncio.run(_answer(f"{address}/graphql", body, headers))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise ProcessProblem(f"no shop answers at {address} ({type(error).__name__}); `make run` starts one") from error
    errors = answer.get("errors")
    # Warnings, for example that the shop does not understand a filter, are beside the data.
    for beside in filter(None, (errors, answer.get("extensions"))):
        Console(stderr=True).print_json(orjson.dumps(beside).decode())
    if answer.get("data") is not None:
        if pick:
            typer.echo(_picked(answer["data"], pick))
        else:
            Console(soft_wrap=True).print_json(orjson.dumps(answer["data"]).decode())
    if errors:
        sys.exit(1)
