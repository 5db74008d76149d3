"""What a command answers: for people by default, as one JSON value with `--json`."""

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]


def show(value: Any, text: str, as_json: bool) -> None:
    """Prints the answer of a command on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2) if as_json else text)
