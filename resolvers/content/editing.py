"""What staff do with menus; the services check permissions."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry

from datasources.content.menus import KEPT_VERSIONS
from domain.content import Menu, MenuItem, MenuVersion
from domain.homepage.keys import Platform
from domain.kit.ids import split_global_id
from domain.kit.refusals import Refusal, Refused
from resolvers.context import Context, Info
from resolvers.homepage.editing import require_editor
from resolvers.kit.arguments import Arg, GlobalId

OwnPlatform = Annotated[
    Platform | None, Arg(description="The platform whose own menu is meant; null for the menu of all others.")
]


@dataclass(frozen=True, slots=True)
class MenuOutcome:
    """The menu as it is now, or why it did not change."""

    menu: Menu | None = None
    user_errors: tuple[Refusal, ...] = ()


async def menu_history(
    info: Info,
    id: GlobalId,
    platform: OwnPlatform = None,
    first: Annotated[int, Arg(description=f"Up to how many versions, {KEPT_VERSIONS} at most.")] = 10,
) -> Sequence[MenuVersion]:
    """Versions of a menu, the newest first."""
    await require_editor(info.context)
    handle = _handle(id)
    versions = () if handle is None else await info.context.reads.menus.versions(handle, platform)
    return versions[: max(0, first)]


async def update(
    context: Context,
    gid: strawberry.ID,
    title: str,
    items: Sequence[MenuItem],
    platform: Platform | None,
    version: int | None,
) -> MenuOutcome:
    """Replaces a menu."""
    service = context.services.menus
    return await _outcome(context, service.update(context.viewer, _handle(gid), title, items, platform, version))


async def roll_back(
    context: Context, gid: strawberry.ID, platform: Platform | None, version: int | None, to_version: int
) -> MenuOutcome:
    """Saves an earlier version again."""
    service = context.services.menus
    return await _outcome(context, service.roll_back(context.viewer, _handle(gid), platform, version, to_version))


async def delete(context: Context, gid: strawberry.ID, platform: Platform, version: int | None) -> MenuOutcome:
    """Deletes the menu of a platform; the outcome has the menu that it shows from now on."""
    handle = _handle(gid)
    try:
        await context.services.menus.delete(context.viewer, handle, platform, version)
    except Refused as refused:
        return MenuOutcome(None, refused.refusals)
    context.written()
    return MenuOutcome(None if handle is None else await context.loaders.menu.load((handle, platform)))


async def _outcome(context: Context, work: Awaitable[Menu]) -> MenuOutcome:
    try:
        menu = await work
    except Refused as refused:
        return MenuOutcome(None, refused.refusals)
    context.written()
    return MenuOutcome(menu)


def _handle(gid: strawberry.ID) -> str | None:
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "Menu" else None
