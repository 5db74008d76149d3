"""What a shopper does and hides, for a personal homepage."""

from typing import Annotated

import strawberry

from domain.kit.ids import key_of
from domain.personal import NO_PRODUCT, ShopperEvent
from resolvers import personal as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.enums import ShopperEventType
from schema.kit.common import user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
ProductId = Annotated[strawberry.ID, Arg(description="The product.")]
Category = Annotated[str, Arg(description="The handle of the collection.")]


@strawberry.input(description="A shopper's action on a product or a category.")
class ShopperEventInput:
    """Becomes `domain.personal.ShopperEvent`."""

    type: ShopperEventType = Field(description="The kind of action.")
    product_id: strawberry.ID | None = Field(default=None, description="The product of the action.")
    category: str | None = Field(default=None, description="The handle of the collection of the action.")

    def record(self) -> ShopperEvent:
        """The event as the domain knows it; an id that names no product is `NO_PRODUCT`."""
        product_id = None if self.product_id is None else key_of(self.product_id, "Product") or NO_PRODUCT
        return ShopperEvent(self.type, product_id, self.category)


@strawberry.type(description="The outcome of recording what a shopper did or hides.")
class PersonalPayload:
    """A view over `resolvers.personal.PersonalOutcome`."""

    accepted: int = Field(description="The number of recorded events.")
    user_errors = user_errors(Arguments())


@strawberry.type
class PersonalMutation:
    """Mutations for shoppers and guests. A guest's device without a name gets one in a cookie."""

    @strawberry.mutation(
        description="Records what a shopper did, at most 50 events. The homepage lists first what the shopper likes.",
        graphql_type=PersonalPayload,
    )
    async def track_events(
        self, info: Info, events: Annotated[list[ShopperEventInput], Arg(description="What the shopper did.")]
    ) -> resolve.PersonalOutcome:
        """Refuses more than some hundred events per minute."""
        return await resolve.track_events(info.context, [event.record() for event in events])

    @strawberry.mutation(description="Hides a product from this shopper's homepage.", graphql_type=PersonalPayload)
    async def hide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide_product(info.context, key_of(product_id, "Product") or NO_PRODUCT, hidden=True)

    @strawberry.mutation(description="Shows a hidden product to the shopper again.", graphql_type=PersonalPayload)
    async def unhide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide_product(info.context, key_of(product_id, "Product") or NO_PRODUCT, hidden=False)

    @strawberry.mutation(
        description="Hides a category and its products from this shopper's homepage.", graphql_type=PersonalPayload
    )
    async def hide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide_category(info.context, category, hidden=True)

    @strawberry.mutation(description="Shows a hidden category to the shopper again.", graphql_type=PersonalPayload)
    async def unhide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide_category(info.context, category, hidden=False)
