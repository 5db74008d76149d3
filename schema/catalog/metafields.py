"""Metafields, under the names of the Storefront API."""

from datetime import datetime

import strawberry

from domain.kit.ids import global_id
from resolvers.catalog import metafields as resolve
from schema.kit.common import always

Field = strawberry.field


@strawberry.type(description="What the shop says about an object beyond the fields that every shop has.")
class Metafield:
    """A view over `domain.catalog.metafields.Metafield`."""

    id = Field(
        resolver=lambda root: global_id("Metafield", root.id),
        description="A globally unique id.",
        graphql_type=strawberry.ID,
    )
    namespace: str = Field(description="The group of the metafield, such as `custom`.")
    key: str = Field(description="The name in its namespace.")
    type: str = Field(description="The type, such as `single_line_text_field`.")
    value: str = Field(description="The value; a text whatever the type.")
    description = always(None, str | None, "What the metafield is for; always null in this shop.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")


@strawberry.interface(description="An object with metafields.")
class HasMetafields:
    """Fields of products and variants."""

    metafield = Field(
        resolver=resolve.metafield,
        description="The metafield with that name; null if there is none.",
        graphql_type=Metafield | None,
    )
    metafields = Field(
        resolver=resolve.metafields,
        description="The metafields with these names in their order, null where there is none.",
        graphql_type=list[Metafield | None],
    )
