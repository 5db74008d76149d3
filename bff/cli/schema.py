"""`storefront schema`."""

from pathlib import Path
from typing import Annotated

import typer

from bff.cli.console import say
from schema.build import schema as graphql_schema

app = typer.Typer()


@app.command(rich_help_panel="Develop")
def schema(
    output: Annotated[Path, typer.Option(dir_okay=False, allow_dash=True, help="File to write; - prints.")] = Path("-"),
) -> None:
    """Print the GraphQL schema in its own language, or write it to a file."""
    text = graphql_schema.as_str().rstrip("\n") + "\n"
    if str(output) == "-":
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    say(f"wrote {output}")
