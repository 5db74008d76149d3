"""Accounts as their owners see them."""

from datetime import datetime

import strawberry

from resolvers.accounts import addresses as resolve_addresses
from resolvers.accounts import sign_in as resolve
from resolvers.wishlist.reads import wishlists_of
from schema.kit.common import id_field
from schema.kit.paths import Arguments
from schema.kit.user_errors import CustomerUserError, user_errors
from schema.orders.types import OrderConnection
from schema.territories import MailingAddress, MailingAddressConnection
from schema.wishlist.types import WishlistConnection

Field = strawberry.field


@strawberry.type(description="A shopper's account.")
class Customer:
    """A view over `domain.accounts.Customer`."""

    id = id_field("Customer")
    email: str | None = Field(description="E-mail address.")
    first_name: str | None = Field(description="First name.")
    last_name: str | None = Field(description="Last name.")
    display_name = Field(
        resolver=resolve.display_name,
        description="The name, or the e-mail address if there is no name.",
        graphql_type=str,
    )
    phone: str | None = Field(description="Phone number.")
    accepts_marketing: bool = Field(description="Whether the shopper accepts marketing e-mails.")
    created_at: datetime = Field(description="When it was created.")
    email_verified = Field(
        resolver=lambda root: root.is_email_verified,
        description="Whether the shopper has proved to read the mail of the address. Of this shop alone, not of "
        "Shopify's API.",
        graphql_type=bool,
    )
    addresses = Field(
        resolver=resolve_addresses.addresses,
        description="The shopper's addresses, oldest first.",
        graphql_type=MailingAddressConnection,
    )
    default_address = Field(
        resolver=resolve_addresses.default_address,
        description="The address that the shopper has chosen; at first the oldest one.",
        graphql_type=MailingAddress | None,
    )
    orders = Field(
        resolver=resolve.orders_of, description="The shopper's orders, oldest first.", graphql_type=OrderConnection
    )
    wishlists = Field(
        resolver=wishlists_of, description="The shopper's wishlists, oldest first.", graphql_type=WishlistConnection
    )


@strawberry.type(description="A signed access token and its expiry.")
class CustomerAccessToken:
    """A view over `domain.accounts.AccessToken`."""

    access_token = Field(
        resolver=lambda root: root.token,
        description="The token. Send it as `Authorization: Bearer <token>`.",
        graphql_type=str,
    )
    expires_at: datetime = Field(description="When it expires.")


_INPUT = Arguments(within="input")
_ACTIVATION = Arguments(within="input", names={"token": "input.activationToken"})
_TOKEN = Arguments(names={"token": "customerAccessToken"})


@strawberry.type(description="The outcome of signing up.")
class CustomerCreatePayload:
    """A view over `resolvers.accounts.sign_in.SignUpOutcome`."""

    customer: Customer | None = Field(description="The new account.")
    customer_user_errors = user_errors(_INPUT, kind=CustomerUserError)
    user_errors = user_errors(_INPUT)


@strawberry.type(description="The outcome of logging in.")
class CustomerAccessTokenCreatePayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer_access_token = Field(
        resolver=lambda root: root.token, description="The token.", graphql_type=CustomerAccessToken | None
    )
    customer_user_errors = user_errors(_INPUT, kind=CustomerUserError)
    user_errors = user_errors(_INPUT)


@strawberry.type(description="The outcome of activating an account.")
class CustomerActivatePayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer = Field(resolver=resolve.activated, description="The account.", graphql_type=Customer | None)
    customer_access_token = Field(
        resolver=lambda root: root.token, description="A new token.", graphql_type=CustomerAccessToken | None
    )
    customer_user_errors = user_errors(_ACTIVATION, kind=CustomerUserError)
    user_errors = user_errors(_ACTIVATION)


@strawberry.type(description="The outcome of logging out.")
class CustomerAccessTokenDeletePayload:
    """A view over `resolvers.accounts.sign_in.LogOutOutcome`."""

    deleted_access_token: str | None = Field(description="The token that ended.")
    user_errors = user_errors(_TOKEN)
