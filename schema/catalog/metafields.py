"""Metafields, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers import node as resolve_node
from resolvers.catalog import metafields as resolve
from schema.kit.common import Connection, Node, always, id_field, is_record

Field = strawberry.field
_PRODUCTS = strawberry.lazy("schema.catalog.products")
_CONTENT = strawberry.lazy("schema.content.types")
_BLOGS = strawberry.lazy("schema.content.blogs")
_MEDIA = strawberry.lazy("schema.content.media")
_Article = Annotated["Article", _BLOGS]  # type: ignore[name-defined]  # noqa: F821
_Blog = Annotated["Blog", _BLOGS]  # type: ignore[name-defined]  # noqa: F821
_Cart = Annotated["Cart", strawberry.lazy("schema.cart.types")]  # type: ignore[name-defined]  # noqa: F821
_Collection = Annotated["Collection", _PRODUCTS]  # type: ignore[name-defined]  # noqa: F821
_File = Annotated["GenericFile", _MEDIA]  # type: ignore[name-defined]  # noqa: F821
_MediaImage = Annotated["MediaImage", _MEDIA]  # type: ignore[name-defined]  # noqa: F821
_Model = Annotated["Model3d", _MEDIA]  # type: ignore[name-defined]  # noqa: F821
_Video = Annotated["Video", _MEDIA]  # type: ignore[name-defined]  # noqa: F821
_Metaobject = Annotated["Metaobject", strawberry.lazy("schema.content.metaobjects")]  # type: ignore[name-defined]  # noqa: F821
_Page = Annotated["Page", _CONTENT]  # type: ignore[name-defined]  # noqa: F821
_Product = Annotated["Product", _PRODUCTS]  # type: ignore[name-defined]  # noqa: F821
_Variant = Annotated["ProductVariant", _PRODUCTS]  # type: ignore[name-defined]  # noqa: F821
_Shop = Annotated["Shop", strawberry.lazy("schema.content.shop")]  # type: ignore[name-defined]  # noqa: F821

MetafieldParentResource = Annotated[
    _Article | _Blog | _Cart | _Collection | _Page | _Product | _Variant | _Shop,
    strawberry.union("MetafieldParentResource", description="What can have metafields."),
]
MetafieldReference = Annotated[
    _Article | _Collection | _File | _MediaImage | _Metaobject | _Model | _Page | _Product | _Variant | _Video,
    strawberry.union("MetafieldReference", description="What a metafield can name."),
]


@strawberry.type(description="A page of objects that a metafield names.")
class MetafieldReferenceConnection(Connection[MetafieldReference]):
    """Objects."""


@strawberry.type(description="What the shop says about an object beyond the fields that every shop has.")
class Metafield(Node):
    """A view over `resolvers.catalog.metafields.ShownMetafield`."""

    is_type_of = is_record(resolve.ShownMetafield)

    id = id_field("Metafield")
    namespace: str = Field(description="The group of the metafield, such as `custom`.")
    key: str = Field(description="The name in its namespace.")
    type: str = Field(description="The type, such as `single_line_text_field`.")
    value: str = Field(description="The value; a text whatever the type.")
    list = Field(
        resolver=lambda root: root.type.startswith("list."),
        description="Whether the value is a list.",
        graphql_type=bool,
    )
    description = always(None, str | None, "What the metafield is for; always null in this shop.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    parent_resource = Field(
        resolver=lambda root: root.parent, description="What has the metafield.", graphql_type=MetafieldParentResource
    )
    reference = Field(
        resolver=resolve_node.referenced,
        description="The object that the value names; null unless the type is one of references.",
        graphql_type=MetafieldReference | None,
    )
    references = Field(
        resolver=resolve_node.references,
        description="The objects that the value names; null unless the type is a list of references.",
        graphql_type=MetafieldReferenceConnection | None,
    )


@strawberry.interface(description="An object with metafields.")
class HasMetafields:
    """Fields of whatever has some."""

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
