"""The outcomes of changing accounts."""

import strawberry

from resolvers.accounts import sign_in as resolve
from schema.accounts.types import Customer, CustomerAccessToken
from schema.kit.paths import Arguments
from schema.kit.user_errors import CustomerUserError, user_errors
from schema.territories import MailingAddress

Field = strawberry.field
_OWNER = {"token": "customerAccessToken"}
_RESET = Arguments(within="input", names={"token": "input.resetToken"})
_RESET_URL = Arguments(names={"token": "resetUrl"})
_ACTIVATION_URL = Arguments(names={"token": "activationUrl"})
_EMAIL = Arguments(names={"email": "email"})
_VERIFICATION = Arguments(names={"token": "token"})
_PROFILE = Arguments("customer", _OWNER)
_ADDRESS = Arguments("address", {**_OWNER, "id": "id", "address": "address"})
_BY_ID = Arguments("", {**_OWNER, "id": "id"})
_DEFAULT = Arguments("", {**_OWNER, "id": "addressId"})
_TOKEN = Arguments("", _OWNER)


def _customer() -> object:
    return Field(resolver=resolve.activated, description="The account.", graphql_type=Customer | None)


def _token(description: str = "A new token.") -> object:
    return Field(resolver=lambda root: root.token, description=description, graphql_type=CustomerAccessToken | None)


@strawberry.type(description="The outcome of forgetting a password: the same with and without an account.")
class CustomerRecoverPayload:
    """A view over `resolvers.accounts.recovery.DoneOutcome`."""

    customer_user_errors = user_errors(_EMAIL, kind=CustomerUserError)
    user_errors = user_errors(_EMAIL)


@strawberry.type(description="The outcome of setting a forgotten password.")
class CustomerResetPayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer = _customer()
    customer_access_token = _token()
    customer_user_errors = user_errors(_RESET, kind=CustomerUserError)
    user_errors = user_errors(_RESET)


@strawberry.type(description="The outcome of setting a forgotten password.")
class CustomerResetByUrlPayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer = _customer()
    customer_access_token = _token()
    customer_user_errors = user_errors(_RESET_URL, kind=CustomerUserError)
    user_errors = user_errors(_RESET_URL)


@strawberry.type(description="The outcome of activating an account.")
class CustomerActivateByUrlPayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer = _customer()
    customer_access_token = _token()
    customer_user_errors = user_errors(_ACTIVATION_URL, kind=CustomerUserError)
    user_errors = user_errors(_ACTIVATION_URL)


@strawberry.type(description="The outcome of proving an e-mail address.")
class CustomerVerifyEmailPayload:
    """A view over `resolvers.accounts.recovery.DoneOutcome`."""

    customer_user_errors = user_errors(_VERIFICATION, kind=CustomerUserError)
    user_errors = user_errors(_VERIFICATION)


@strawberry.type(description="The outcome of changing an account.")
class CustomerUpdatePayload:
    """A view over `resolvers.accounts.profile.ProfileOutcome`."""

    customer: Customer | None = Field(description="The account.")
    customer_access_token = _token("A new token if the password has changed, which ends all others.")
    customer_user_errors = user_errors(_PROFILE, kind=CustomerUserError)
    user_errors = user_errors(_PROFILE)


@strawberry.type(description="The outcome of renewing a token.")
class CustomerAccessTokenRenewPayload:
    """A view over `resolvers.accounts.sign_in.LogInOutcome`."""

    customer_access_token = _token()
    user_errors = user_errors(_TOKEN)


@strawberry.type(description="The outcome of adding an address.")
class CustomerAddressCreatePayload:
    """A view over `resolvers.accounts.addresses.AddressOutcome`."""

    customer_address: MailingAddress | None = Field(description="The address.")
    customer_user_errors = user_errors(_ADDRESS, kind=CustomerUserError)
    user_errors = user_errors(_ADDRESS)


@strawberry.type(description="The outcome of changing an address.")
class CustomerAddressUpdatePayload:
    """A view over `resolvers.accounts.addresses.AddressOutcome`."""

    customer_address: MailingAddress | None = Field(description="The address.")
    customer_user_errors = user_errors(_ADDRESS, kind=CustomerUserError)
    user_errors = user_errors(_ADDRESS)


@strawberry.type(description="The outcome of removing an address.")
class CustomerAddressDeletePayload:
    """A view over `resolvers.accounts.addresses.AddressOutcome`."""

    deleted_customer_address_id: str | None = Field(description="The id of the address.")
    customer_user_errors = user_errors(_BY_ID, kind=CustomerUserError)
    user_errors = user_errors(_BY_ID)


@strawberry.type(description="The outcome of choosing the default address.")
class CustomerDefaultAddressUpdatePayload:
    """A view over `resolvers.accounts.profile.ProfileOutcome`."""

    customer: Customer | None = Field(description="The account.")
    customer_user_errors = user_errors(_DEFAULT, kind=CustomerUserError)
    user_errors = user_errors(_DEFAULT)
