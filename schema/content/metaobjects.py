"""Objects of types that the shop made up, and old paths of the storefront."""

from datetime import datetime

import strawberry

from domain import content as records
from resolvers import node as resolve_node
from resolvers.content import addresses
from resolvers.content import metaobjects as resolve
from schema.catalog.metafields import MetafieldReference, MetafieldReferenceConnection
from schema.kit.common import Connection, Node, id_field, is_record
from schema.kit.scalars import URL
from schema.kit.storefront import OnlineStorePublishable

Field = strawberry.field


@strawberry.type(description="A value of a metaobject.")
class MetaobjectField:
    """A view over `domain.content.MetaobjectField`."""

    key: str = Field(description="The name of the field.")
    type: str = Field(description="The type, such as `single_line_text_field`.")
    value: str | None = Field(description="The value; a text whatever the type.")
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


@strawberry.type(description="Title and description of a metaobject for search engines.")
class MetaobjectSEO:
    """A view over `domain.content.Metaobject`."""

    title = Field(
        resolver=lambda root: resolve.first_field(root, "title", "name"),
        description="The field `title`, else `name`.",
        graphql_type=MetaobjectField | None,
    )
    description = Field(
        resolver=lambda root: resolve.first_field(root, "description"),
        description="The field `description`.",
        graphql_type=MetaobjectField | None,
    )


@strawberry.type(description="An object of a type that the shop made up.")
class Metaobject(Node, OnlineStorePublishable):
    """A view over `domain.content.Metaobject`."""

    is_type_of = is_record(records.Metaobject)

    id = id_field("Metaobject")
    type: str = Field(description="The type.")
    handle: str = Field(description="The name among the objects of its type.")
    field = Field(resolver=resolve.field_of, description="A field by its key.", graphql_type=MetaobjectField | None)
    fields: list[MetaobjectField] = Field(description="All fields.")
    updated_at: datetime = Field(description="When it last changed.")
    online_store_url = Field(
        resolver=addresses.of_metaobject, description="Its page, if it has one.", graphql_type=URL | None
    )
    seo = Field(
        resolver=lambda root: root,
        description="Title and description for search engines.",
        graphql_type=MetaobjectSEO | None,
    )


@strawberry.type(description="A page of metaobjects.")
class MetaobjectConnection(Connection[Metaobject]):
    """Metaobjects."""


@strawberry.type(description="An old path of the storefront.")
class UrlRedirect(Node):
    """A view over `domain.content.UrlRedirect`."""

    is_type_of = is_record(records.UrlRedirect)

    id = id_field("UrlRedirect")
    path: str = Field(description="The old path.")
    target: str = Field(description="Where it leads now.")


@strawberry.type(description="A page of redirects.")
class UrlRedirectConnection(Connection[UrlRedirect]):
    """Redirects."""


@strawberry.type
class MetaobjectsQuery:
    """Queries of metaobjects and redirects."""

    metaobject = Field(
        resolver=resolve.metaobject,
        description="A metaobject by id, or by type and handle.",
        graphql_type=Metaobject | None,
    )
    metaobjects = Field(
        resolver=resolve.metaobjects, description="The metaobjects of a type.", graphql_type=MetaobjectConnection
    )
    url_redirects = Field(
        resolver=resolve.url_redirects,
        description="Old paths of the storefront, and where they lead.",
        graphql_type=UrlRedirectConnection,
    )
