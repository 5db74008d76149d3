"""`storefront backup` and `storefront restore`: all stores of a shop into a directory, and back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bff.backup import restore as returning
from bff.backup import write as writing
from bff.backup.manifest import Manifest, lines_of
from bff.cli.console import say
from bff.processes import run_record
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores.embedded import embedded_stores
from datasources.kit.backup.parts import Part
from domain.kit.refusals import Unavailable

app = typer.Typer()
Directory = Annotated[Path, typer.Argument(file_okay=False, help="The directory of the backup.")]


@app.command(rich_help_panel="Stores")
def backup(directory: Directory) -> None:
    """Write all rows, all documents and what only Redis has into a new directory; the shop may be running.

    The files hold personal data and password hashes: only you may read them. They contain no secrets of the shop.
    """

    async def work() -> Manifest:
        async with embedded_stores(Settings(), command="backup", say=say) as resolved:
            return await writing.back_up(resolved, directory, _told)

    try:
        written = asyncio.run(work())
    except Unavailable as error:
        raise ProcessProblem(f"the backup failed and cannot be used: {error}") from error
    say(f"{_described(written)} are in {directory}")


@app.command(rich_help_panel="Stores")
def restore(
    directory: Directory,
    force: Annotated[bool, typer.Option("--force", help="Delete everything that is in the shop.")] = False,
) -> None:
    """Restore a backup of this version or an earlier one. Stop the API and the workers before, start them after."""
    settings = Settings()
    running = run_record.read_running(settings.data_dir)
    if running is not None and running.command == "up":
        raise ProcessProblem(f"{running.described()} is running; stop it before you replace its stores")

    async def work() -> Manifest:
        async with embedded_stores(settings, command="restore", say=say) as resolved:
            return await returning.restore(resolved, directory, force=force)

    try:
        found = asyncio.run(work())
    except Unavailable as error:
        raise ProcessProblem(f"the restore failed: {error} Run it again with --force.") from error
    say(f"{_described(found)} of {found.taken_at:%Y-%m-%d %H:%M:%S} UTC are restored; workers rebuild pages and search")


async def _told(part: Part) -> None:
    say(f"{part.store} {part.name}: {lines_of(part)}")


def _described(manifest: Manifest) -> str:
    counts = [manifest.count(store) for store in ("relational", "documents", "redis")]
    return "{} rows, {} documents and {} keys".format(*counts)
