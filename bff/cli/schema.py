"""`storefront schema`."""

import importlib
from pathlib import Path
from typing import Annotated

import typer

from bff.cli.console import say

app = typer.Typer()


@app.command(rich_help_panel="Develop")
def schema(
    output: Annotated[Path, typer.Option(dir_okay=False, allow_dash=True, help="File to write; - prints.")] = Path("-"),
) -> None:
    """Print the GraphQL schema in its own language, or write it to a file."""
    build = importlib.import_module("schema.build")  # takes a second that no other command should wait
    text = build.schema.as_str().rstrip("\n") + "\n"
    if str(output) == "-":
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    say(f"wrote {output}")
