"""Metafields of products and variants."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import Parent

from domain.catalog.metafields import Metafield, MetafieldKey, MetafieldOwner
from domain.catalog.records import Product, Variant
from domain.kit.refusals import INPUT, RefusalCode, refuse
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


async def metafield(
    root: Parent[Product | Variant], info: Info, key: Key, namespace: Namespace = None
) -> Metafield | None:
    """The metafield with that name; null if there is none."""
    return await info.context.loaders.metafield.load(_key(root, namespace, key))


async def metafields(
    root: Parent[Product | Variant], info: Info, identifiers: Identifiers
) -> Sequence[Metafield | None]:
    """The metafields in the order of their names."""
    if len(identifiers) > MAX_IDENTIFIERS:
        raise refuse(RefusalCode.TOO_MANY, f"{INPUT} must be at most {MAX_IDENTIFIERS} names.", "identifiers")
    keys = [_key(root, one.namespace, one.key) for one in identifiers]
    return list(await info.context.loaders.metafield.load_many(keys))


def _key(root: Product | Variant, namespace: str | None, key: str) -> MetafieldKey:
    owner = MetafieldOwner.PRODUCT if isinstance(root, Product) else MetafieldOwner.VARIANT
    return MetafieldKey(owner, root.id, namespace or DEFAULT_NAMESPACE, key)
