"""Objects of types that the shop made up, and old paths of the storefront."""

from typing import Annotated
from urllib.parse import unquote

import strawberry
from strawberry import Parent

from domain.content import Metaobject, MetaobjectField, UrlRedirect
from domain.kit.ids import split_global_id
from domain.kit.paging import MAX_PAGE, Page, page_request, slice_of
from resolvers.content.outage import NOTHING, absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, OptionalId, Reverse, Words

Kind = Annotated[str, Arg(description="The type of the objects.")]


@strawberry.input(description="Names a metaobject.")
class MetaobjectHandleInput:
    """Type and handle."""

    type: str = strawberry.field(description="The type.")
    handle: str = strawberry.field(description="The handle.")


@absent_in_outage(None)
async def metaobject(
    info: Info,
    id: OptionalId = None,
    handle: Annotated[MetaobjectHandleInput | None, Arg(description="Type and handle.")] = None,
) -> Metaobject | None:
    """A metaobject by id, or by type and handle."""
    key = None if handle is None else f"{handle.type}/{handle.handle}"
    if id is not None:
        parts = split_global_id(id)
        key = parts[1] if parts is not None and parts[0] == "Metaobject" else None
    return None if key is None else await info.context.loaders.metaobject.load(key)


@absent_in_outage(NOTHING)
async def metaobjects(
    info: Info,
    type: Kind,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: Annotated[str | None, Arg(description="`id` or `updated_at`.")] = None,
    reverse: Reverse = False,
) -> Page[Metaobject]:
    """A page of the metaobjects of a type, by handle."""
    found = await info.context.reads.content.metaobjects.of_type(type)
    if (sort_key or "").lower() == "updated_at":
        found.sort(key=lambda each: (each.updated_at, each.id))
    return slice_of(found, page_request(first, after, last, before), reverse)


def field_of(
    root: Parent[Metaobject], key: Annotated[str, Arg(description="The key of the field.")]
) -> MetaobjectField | None:
    """The field with that key."""
    return first_field(root, key)


def first_field(root: Metaobject, *keys: str) -> MetaobjectField | None:
    """The first field that has one of the keys, in the order of the keys."""
    fields = {field.key: field for field in root.fields}
    return next((fields[key] for key in keys if key in fields), None)


def _folded(path: str) -> str:
    """A path as storefronts compare them, which send it in small letters and as browsers write it.

    >>> _folded("/B%c3%bccher") == _folded("/bücher") == _folded("/BÜCHER")
    True
    """
    return unquote(path).casefold()


@absent_in_outage(NOTHING)
async def url_redirects(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Words = None,
    reverse: Reverse = False,
) -> Page[UrlRedirect]:
    """A page of the redirects, by path. `query` is `path:/old`, `target:/new` or a beginning of a path."""
    every = await info.context.reads.content.metaobjects.redirects()
    name, _, value = (query or "").strip().partition(":")
    value = value.strip("'\" ")
    if name == "path" and value:
        every = [each for each in every if _folded(each.path) == _folded(value)]
    elif value:
        every = [each for each in every if name == "target" and each.target == value]
    elif name:
        every = [each for each in every if _folded(each.path).startswith(_folded(name))]
    return slice_of(every, page_request(first, after, last, before, MAX_PAGE), reverse)
