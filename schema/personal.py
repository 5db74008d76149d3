"""What a shopper does and hides, for a homepage of their own."""

from typing import Annotated

import strawberry

from domain.kit.ids import key_of
from domain.personal import NO_PRODUCT, Event
from resolvers import personal as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.enums import ShopperEventType
from schema.kit.common import user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
ProductId = Annotated[strawberry.ID, Arg(description="The product.")]
Category = Annotated[str, Arg(description="The handle of the collection.")]


@strawberry.input(description="Something that a shopper did with a product or a category.")
class ShopperEventInput:
    """Becomes `domain.personal.Event`."""

    type: ShopperEventType = Field(description="What it was.")
    product_id: strawberry.ID | None = Field(default=None, description="The product that it was about.")
    category: str | None = Field(default=None, description="The handle of the collection that it was about.")

    def record(self) -> Event:
        """The event as the domain knows it; an id that names no product is `NO_PRODUCT`."""
        product_id = None if self.product_id is None else key_of(self.product_id, "Product") or NO_PRODUCT
        return Event(self.type, product_id, self.category)


@strawberry.type(description="What noting something about a shopper came to.")
class PersonalPayload:
    """A view over `resolvers.personal.PersonalOutcome`."""

    accepted: int = Field(description="How many things were noted.")
    user_errors = user_errors(Arguments())


@strawberry.type
class PersonalMutation:
    """For shoppers and guests. A guest whose device has no name is given one in a cookie."""

    @strawberry.mutation(
        description="Notes what a shopper did, 50 events at most; the homepage shows first what they like.",
        graphql_type=PersonalPayload,
    )
    async def track_events(
        self, info: Info, events: Annotated[list[ShopperEventInput], Arg(description="What the shopper did.")]
    ) -> resolve.PersonalOutcome:
        """Refuses more than some hundred events a minute."""
        return await resolve.track_events(info.context, [event.record() for event in events])

    @strawberry.mutation(description="Keeps a product from this shopper's homepage.", graphql_type=PersonalPayload)
    async def hide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """From the next request on."""
        return await resolve.hide_product(info.context, key_of(product_id, "Product") or NO_PRODUCT, hidden=True)

    @strawberry.mutation(description="Shows a product that the shopper has hidden again.", graphql_type=PersonalPayload)
    async def unhide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """From the next request on."""
        return await resolve.hide_product(info.context, key_of(product_id, "Product") or NO_PRODUCT, hidden=False)

    @strawberry.mutation(
        description="Keeps a category and its products from this shopper's homepage.", graphql_type=PersonalPayload
    )
    async def hide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """From the next request on."""
        return await resolve.hide_category(info.context, category, hidden=True)

    @strawberry.mutation(
        description="Shows a category that the shopper has hidden again.", graphql_type=PersonalPayload
    )
    async def unhide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """From the next request on."""
        return await resolve.hide_category(info.context, category, hidden=False)
