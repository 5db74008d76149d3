"""What a shopper does and hides, for a personal homepage."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.kit.ids import global_id, key_of
from domain.personal.records import MAX_HIDDEN, NO_PRODUCT, ShopperEvent, Thing
from resolvers import personal as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.products import Collection, Product
from schema.enums import ShopperEventType
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
ProductId = Annotated[strawberry.ID, Arg(description="The product.")]
Category = Annotated[str, Arg(description="The handle of the collection.")]


@strawberry.input(description="A shopper's action on a product or a category.")
class ShopperEventInput:
    """Becomes `domain.personal.records.ShopperEvent`."""

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
    user_errors = user_errors(
        Arguments(names={"product_ids.*.product_id": "productIds.*", "categories.*.category": "categories.*"})
    )


@strawberry.type(description="A product or a category that the shopper has hidden.")
class HiddenItem:
    """A view over `domain.personal.records.Dislike`."""

    product_id = Field(
        resolver=lambda root: root.thing.product_id and global_id("Product", root.thing.product_id),
        description="The id of the product; null for a category.",
        graphql_type=strawberry.ID | None,
    )
    category = Field(
        resolver=lambda root: root.thing.category,
        description="The handle of the collection; null for a product.",
        graphql_type=str | None,
    )
    product = Field(
        resolver=resolve.hidden_product,
        description="The product; null if the shop no longer shows it.",
        graphql_type=Product | None,
    )
    collection = Field(
        resolver=resolve.hidden_collection,
        description="The collection; null if it no longer exists.",
        graphql_type=Collection | None,
    )
    hidden_at: datetime = Field(description="When the shopper hid it.")


@strawberry.type
class PersonalQuery:
    """The query for what a shopper has hidden."""

    hidden_items = Field(
        resolver=resolve.hidden_items,
        description=f"What this shopper has hidden, at most {MAX_HIDDEN} products and categories, the newest first. "
        "The mutation `unhide` shows them again.",
        graphql_type=list[HiddenItem] | None,
    )


@strawberry.type
class PersonalMutation:
    """Mutations for shoppers and guests. A guest's device without a name gets one in a cookie."""

    @strawberry.mutation(
        description="Records what a shopper did, at most 50 events. The homepage lists first what the shopper likes. "
        "`NOT_INTERESTED` hides its product, or else its category. Without the visitor's consent to `analytics` and "
        "`preferences`, the shop records only what an account hides; `accepted` says how many events it recorded.",
        graphql_type=PersonalPayload | None,
    )
    async def track_events(
        self, info: Info, events: Annotated[list[ShopperEventInput], Arg(description="What the shopper did.")]
    ) -> resolve.PersonalOutcome:
        """Refuses more than some hundred events per minute."""
        return await resolve.track_events(info.context, [event.record() for event in events])

    @strawberry.mutation(
        description="Hides a product from this shopper: from their homepage, lists, search and recommendations.",
        graphql_type=PersonalPayload | None,
    )
    async def hide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide(info.context, _product(product_id))

    @strawberry.mutation(
        description="Shows a hidden product to the shopper again.", graphql_type=PersonalPayload | None
    )
    async def unhide_product(self, info: Info, product_id: ProductId) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.unhide(info.context, [_product(product_id)])

    @strawberry.mutation(
        description="Hides a category and its products from this shopper: from their homepage, lists, search and "
        "recommendations.",
        graphql_type=PersonalPayload | None,
    )
    async def hide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.hide(info.context, Thing(category=category))

    @strawberry.mutation(
        description="Shows a hidden category to the shopper again.", graphql_type=PersonalPayload | None
    )
    async def unhide_category(self, info: Info, category: Category) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        return await resolve.unhide(info.context, [Thing(category=category)])

    @strawberry.mutation(
        description="Shows hidden products and categories, as listed by `hiddenItems`, to the shopper again.",
        graphql_type=PersonalPayload | None,
    )
    async def unhide(
        self,
        info: Info,
        product_ids: Annotated[list[strawberry.ID] | None, Arg(description="Products to show again.")] = None,
        categories: Annotated[
            list[str] | None, Arg(description="Handles of collections to show again, with their products.")
        ] = None,
    ) -> resolve.PersonalOutcome:
        """Takes effect with the next request."""
        named = [Thing(category=handle) for handle in categories or ()]
        return await resolve.unhide_all(info.context, list(map(_product, product_ids or ())), named)


def _product(product_id: strawberry.ID) -> Thing:
    return Thing(key_of(product_id, "Product") or NO_PRODUCT)
