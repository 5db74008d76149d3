"""Metafields of whatever has some: rows of products and variants, parts of all other records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from domain.catalog.metafields import Metafield, MetafieldKey, MetafieldOwner
from domain.catalog.records import Collection, Product, Variant
from domain.kit.metafields import AttachedMetafield
from domain.kit.refusals import INPUT, RefusalCode, refuse
from resolvers.content.outage import absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import Arg

MAX_IDENTIFIERS = 250
DEFAULT_NAMESPACE = "custom"

Key = Annotated[str, Arg(description="The key of the metafield in its namespace.")]
Namespace = Annotated[str | None, Arg(description="The namespace of the metafield; `custom` by default.")]


@strawberry.input(description="Names a metafield of an object.")
class HasMetafieldsIdentifier:
    """Namespace and key."""

    namespace: str | None = strawberry.field(default=None, description="The namespace; `custom` by default.")
    key: str = strawberry.field(description="The key.")


Identifiers = Annotated[
    list[HasMetafieldsIdentifier], Arg(description=f"The metafields to answer, at most {MAX_IDENTIFIERS}.")
]


@dataclass(frozen=True, slots=True)
class ShownMetafield:
    """A metafield with the record that has it. `id` is unique among all metafields."""

    id: str
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime
    parent: Any


async def metafield(root: Parent[Any], info: Info, key: Key, namespace: Namespace = None) -> ShownMetafield | None:
    """The metafield with that name; null if there is none."""
    return (await _found(root, info, [(namespace or DEFAULT_NAMESPACE, key)]))[0]


async def metafields(root: Parent[Any], info: Info, identifiers: Identifiers) -> Sequence[ShownMetafield | None]:
    """The metafields in the order of their names."""
    if len(identifiers) > MAX_IDENTIFIERS:
        raise refuse(RefusalCode.TOO_MANY, f"{INPUT} must be at most {MAX_IDENTIFIERS} names.", "identifiers")
    return await _found(root, info, [(one.namespace or DEFAULT_NAMESPACE, one.key) for one in identifiers])


def split_key(text: str) -> tuple[str, str]:
    """Namespace and key of a name with a dot between them.

    >>> split_key("gifts.wrap"), split_key("wrap")
    (('gifts', 'wrap'), ('custom', 'wrap'))
    """
    namespace, _, key = text.rpartition(".")
    return namespace or DEFAULT_NAMESPACE, key


def shown(parent: Any, one: AttachedMetafield) -> ShownMetafield:
    """A metafield that is part of the record of its owner."""
    name = f"{type(parent).__name__}-{getattr(parent, 'id', 1)}-{one.namespace}-{one.key}"
    return ShownMetafield(name, one.namespace, one.key, one.type, one.value, one.created_at, one.updated_at, parent)


async def _found(root: Any, info: Info, names: Sequence[tuple[str, str]]) -> list[ShownMetafield | None]:
    if isinstance(root, Product | Variant):
        owner = MetafieldOwner.PRODUCT if isinstance(root, Product) else MetafieldOwner.VARIANT
        keys = [MetafieldKey(owner, root.id, namespace, key) for namespace, key in names]
        rows = await info.context.loaders.metafield.load_many(keys)
        return [None if row is None else _of_row(root, row) for row in rows]
    attached = {(one.namespace, one.key): one for one in await _attached(root, info)}
    found = [attached.get(name) for name in names]
    return [None if one is None else shown(root, one) for one in found]


@absent_in_outage(())
async def _attached(root: Any, info: Info) -> Sequence[AttachedMetafield]:
    if isinstance(root, Collection):
        return (await info.context.loaders.collection_content.load(root.id)).metafields
    own: Sequence[AttachedMetafield] = root.metafields
    return own


def _of_row(parent: Any, row: Metafield) -> ShownMetafield:
    return ShownMetafield(
        str(row.id), row.namespace, row.key, row.type, row.value, row.created_at, row.updated_at, parent
    )
