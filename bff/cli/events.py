"""`storefront events`: dead letters, the events that a group of consumers gave up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from bff.cli.answers import AsJson, show
from bff.cli.stores import with_stores
from bff.processes.problems import ProcessProblem
from bff.stores.wiring import Stores
from datasources.kit.dead_letters import DeadLetter, DeadLetters

app = typer.Typer(
    name="events",
    rich_help_panel="Stores",
    help="Events that were given up (dead letters): list, retry or drop them.",
    no_args_is_help=True,
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Dead letters, as `list` names them.")]
Every = Annotated[bool, typer.Option("--all", help="All dead letters.")]
Limit = Annotated[int, typer.Option(min=1, help="At most this many, the oldest first.")]


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of chosen letters."""

    done: Sequence[DeadLetter]
    left: Sequence[DeadLetter]


@app.callback()
def events() -> None:
    """Events that were given up (dead letters): list, retry or drop them."""


@app.command("list")
def list_letters(limit: Limit = 100, as_json: AsJson = False) -> None:
    """List dead letters, the oldest first: id, when, group, kind, tries and why it was given up."""

    async def work(stores: Stores) -> tuple[list[DeadLetter], int]:
        return await _first(stores.dead_letters, limit), await stores.stream.dead()

    letters, total = asyncio.run(with_stores("events list", work))
    text = "\n".join([*_table(letters), f"{len(letters)} of {total} dead letters"])
    show([_record(letter) for letter in letters], text, as_json)


@app.command()
def retry(ids: Ids = None, every: Every = False, as_json: AsJson = False) -> None:
    """Hand events back to the groups that gave them up, and to no other group.

    Fix the cause first. An event that fails again becomes a new dead letter. A letter stays when no worker has joined
    its group.
    """

    async def work(letters: DeadLetters, chosen: list[DeadLetter]) -> _Done:
        done = await letters.retry(chosen)
        ids = {letter.id for letter in done}
        return _Done(done, [letter for letter in chosen if letter.id not in ids])

    _change("retry", "retried", work, ids, every, as_json)


@app.command()
def drop(ids: Ids = None, every: Every = False, as_json: AsJson = False) -> None:
    """Delete dead letters: the effects of their events stay undone."""

    async def work(letters: DeadLetters, chosen: list[DeadLetter]) -> _Done:
        await letters.drop(chosen)
        return _Done(chosen, ())

    _change("drop", "dropped", work, ids, every, as_json)


def _change(
    command: str,
    done: str,
    work: Callable[[DeadLetters, list[DeadLetter]], Awaitable[_Done]],
    ids: list[str] | None,
    every: bool,
    as_json: bool,
) -> None:
    """Runs a command on the chosen letters; exit status 1 when some of them stay."""
    if every == bool(ids):
        raise ProcessProblem(f"`storefront events {command}` takes the ids of dead letters, or --all")

    async def change(stores: Stores) -> _Done:
        return await work(stores.dead_letters, await _chosen(stores.dead_letters, ids))

    result = asyncio.run(with_stores(f"events {command}", change))
    left = [f"{each.id} stays: no worker has joined the group `{each.group}`" for each in result.left]
    value = {done: [each.id for each in result.done], "left": [each.id for each in result.left]}
    show(value, "\n".join([f"{len(result.done)} dead letters {done}", *left]), as_json)
    if result.left:
        raise typer.Exit(1)


async def _first(letters: DeadLetters, limit: int) -> list[DeadLetter]:
    found: list[DeadLetter] = []
    async for letter in letters.all():
        found.append(letter)
        if len(found) == limit:
            break
    return found


async def _chosen(letters: DeadLetters, ids: Sequence[str] | None) -> list[DeadLetter]:
    """The letters of these ids, or all. A mistyped id changes nothing."""
    if not ids:
        return [letter async for letter in letters.all()]
    found = await letters.find(ids)
    if unknown := set(ids) - {letter.id for letter in found}:
        raise ProcessProblem(f"no dead letter has the id {', '.join(sorted(unknown))}; nothing was changed")
    return found


def _record(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "at": letter.at.isoformat(),
        "group": letter.group,
        "kind": letter.kind,
        "tries": letter.tries,
        "reason": letter.reason,
        "payload": letter.payload.decode(errors="backslashreplace"),
    }


def _table(letters: Sequence[DeadLetter]) -> list[str]:
    """A line per letter, in columns."""
    rows = [("ID", "WHEN (UTC)", "GROUP", "KIND", "TRIES", "REASON"), *map(_row, letters)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(letter: DeadLetter) -> tuple[str, ...]:
    when, tries = f"{letter.at:%Y-%m-%d %H:%M:%S}", str(letter.tries)
    return tuple(map(_printable, (letter.id, when, letter.group, letter.kind, tries, letter.reason)))


def _printable(text: str) -> str:
    """A text of the stream, without characters that control a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
