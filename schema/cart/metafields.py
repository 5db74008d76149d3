"""Metafields of carts: what other applications keep with a cart."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.cart import NewMetafield
from domain.kit.ids import global_id
from resolvers.cart import metafields as resolve
from resolvers.catalog.metafields import split_key
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.metafields import Metafield
from schema.errors import MetafieldDeleteErrorCode, MetafieldsSetUserErrorCode
from schema.kit.common import is_record
from schema.kit.paths import Arguments, PlacedRefusal
from schema.kit.user_errors import DisplayableError, user_errors

Field = strawberry.field
_SET = Arguments(names={"metafields": "metafields"})
_DELETE = Arguments(within="input", names={"cart": "input.ownerId"})


@strawberry.input(description="A metafield of a cart.")
class CartMetafieldsSetInput:
    """Becomes `domain.cart.NewMetafield`."""

    owner_id: strawberry.ID = Field(description="The cart.")
    key: str = Field(description="The key, or namespace and key as in `gifts.wrap`; the namespace is `custom` else.")
    type: str = Field(description="The type of the value.")
    value: str = Field(description="The value.")

    def command(self) -> tuple[str, NewMetafield]:
        """The cart and the metafield as resolvers know them."""
        return self.owner_id, NewMetafield(*split_key(self.key), self.type, self.value)


@strawberry.input(description="Names a metafield of a cart.")
class CartMetafieldDeleteInput:
    """A cart and a key."""

    owner_id: strawberry.ID = Field(description="The cart.")
    key: str = Field(description="The key, or namespace and key as in `gifts.wrap`.")


def element_index(root: Parent[PlacedRefusal]) -> int | None:
    """The position in the list that the path leads into."""
    return next((int(part) for part in root.field if part.isdecimal()), None)


@strawberry.type(description="The reason why a metafield was not set.")
class MetafieldsSetUserError(DisplayableError):
    """A view over `schema.kit.paths.PlacedRefusal`."""

    is_type_of = is_record(PlacedRefusal)

    code = Field(
        resolver=lambda root: root.code,
        description="The reason, for programs.",
        graphql_type=MetafieldsSetUserErrorCode | None,
    )
    element_index = Field(
        resolver=element_index, description="The position of the metafield in the list.", graphql_type=int | None
    )


@strawberry.type(description="The reason why a metafield was not deleted.")
class MetafieldDeleteUserError(DisplayableError):
    """A view over `schema.kit.paths.PlacedRefusal`."""

    is_type_of = is_record(PlacedRefusal)

    code = Field(
        resolver=lambda root: root.code,
        description="The reason, for programs.",
        graphql_type=MetafieldDeleteErrorCode | None,
    )


@strawberry.type(description="The outcome of setting metafields.")
class CartMetafieldsSetPayload:
    """A view over `resolvers.cart.metafields.Put`."""

    metafields: list[Metafield] | None = Field(description="The metafields as they are now.")
    user_errors = user_errors(_SET, kind=MetafieldsSetUserError)


@strawberry.type(description="The outcome of deleting a metafield.")
class CartMetafieldDeletePayload:
    """A view over `resolvers.cart.metafields.Deleted`."""

    deleted_id = Field(
        resolver=lambda root: None if root.deleted_id is None else global_id("Metafield", root.deleted_id),
        description="The id of the metafield.",
        graphql_type=strawberry.ID | None,
    )
    user_errors = user_errors(_DELETE, kind=MetafieldDeleteUserError)


@strawberry.type
class CartMetafieldsMutation:
    """Metafields of carts."""

    @strawberry.mutation(
        description="Sets metafields of carts and leaves the others as they are.",
        graphql_type=CartMetafieldsSetPayload | None,
    )
    async def cart_metafields_set(
        self,
        info: Info,
        metafields: Annotated[list[CartMetafieldsSetInput], Arg(description="The metafields, at most 25 of a cart.")],
    ) -> resolve.Put:
        """All of a cart or none."""
        return await resolve.put(info.context, [one.command() for one in metafields])

    @strawberry.mutation(description="Deletes a metafield of a cart.", graphql_type=CartMetafieldDeletePayload | None)
    async def cart_metafield_delete(
        self, info: Info, input: Annotated[CartMetafieldDeleteInput, Arg(description="The metafield.")]
    ) -> resolve.Deleted:
        """Refused: NOT_FOUND."""
        return await resolve.delete(info.context, input.owner_id, input.key)
