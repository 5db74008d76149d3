"""How buyers like to get and to pay for things. The shop keeps it for checkout pages and acts on none of it."""

from enum import Enum

import strawberry

from domain.cart import CartPreferences as Preferences
from schema.enums import CountryCode

Field = strawberry.field


@strawberry.enum(description="How a purchase can be delivered.")
class PreferenceDeliveryMethodType(Enum):
    """Storefront names."""

    PICKUP_POINT = strawberry.enum_value("PICKUP_POINT", description="Pickup at a partner.")
    PICK_UP = strawberry.enum_value("PICK_UP", description="Pickup at the shop.")
    SHIPPING = strawberry.enum_value("SHIPPING", description="Shipping.")


@strawberry.input(description="The buyer's location.")
class CartDeliveryCoordinatesPreferenceInput:
    """A point on the map."""

    country_code: CountryCode = Field(description="Country.")
    latitude: float = Field(description="Degrees north.")
    longitude: float = Field(description="Degrees east.")


@strawberry.input(description="The buyer's delivery preferences.")
class CartDeliveryPreferenceInput:
    """Part of `CartPreferencesInput`."""

    coordinates: CartDeliveryCoordinatesPreferenceInput | None = Field(default=None, description="Where.")
    delivery_method: list[PreferenceDeliveryMethodType] | None = Field(default=None, description="How.")
    pickup_handle: list[str] | None = Field(default=None, description="Pickup locations.")


@strawberry.input(description="The buyer's preferences, for checkout pages.")
class CartPreferencesInput:
    """Becomes `domain.cart.CartPreferences`."""

    delivery: CartDeliveryPreferenceInput | None = Field(default=None, description="Deliveries.")
    wallet: list[str] | None = Field(default=None, description="Payment methods.")

    def preferences(self) -> Preferences:
        """The preferences as the domain knows them."""
        delivery = self.delivery or CartDeliveryPreferenceInput()
        where = delivery.coordinates
        return Preferences(
            tuple(str(method.value) for method in delivery.delivery_method or ()),
            tuple(delivery.pickup_handle or ()),
            None if where is None else (where.country_code.value, where.latitude, where.longitude),
            tuple(self.wallet or ()),
        )


@strawberry.type(description="The buyer's location.")
class CartDeliveryCoordinatesPreference:
    """A view over the location of `domain.cart.CartPreferences`."""

    country_code = Field(resolver=lambda root: root[0], description="Country.", graphql_type=CountryCode)
    latitude = Field(resolver=lambda root: root[1], description="Degrees north.", graphql_type=float)
    longitude = Field(resolver=lambda root: root[2], description="Degrees east.", graphql_type=float)


@strawberry.type(description="The buyer's delivery preferences.")
class CartDeliveryPreference:
    """A view over `domain.cart.CartPreferences`."""

    coordinates = Field(
        resolver=lambda root: root.location,
        description="Where.",
        graphql_type=CartDeliveryCoordinatesPreference | None,
    )
    delivery_method = Field(
        resolver=lambda root: root.delivery_methods,
        description="How.",
        graphql_type=list[PreferenceDeliveryMethodType],
    )
    pickup_handle = Field(
        resolver=lambda root: root.pickup_handles, description="Pickup locations.", graphql_type=list[str]
    )


@strawberry.type(description="The buyer's preferences, for checkout pages.")
class CartPreferences:
    """A view over `domain.cart.CartPreferences`."""

    delivery = Field(resolver=lambda root: root, description="Deliveries.", graphql_type=CartDeliveryPreference | None)
    wallet = Field(resolver=lambda root: root.wallets, description="Payment methods.", graphql_type=list[str] | None)
