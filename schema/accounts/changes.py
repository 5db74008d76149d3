"""Changes of accounts by their owners, and links from mails."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.accounts import ProfileChanges
from resolvers.accounts import addresses as resolve_addresses
from resolvers.accounts import profile as resolve_profile
from resolvers.accounts import recovery as resolve
from resolvers.accounts.sign_in import LogInOutcome
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.accounts.payloads import (
    CustomerAccessTokenRenewPayload,
    CustomerActivateByUrlPayload,
    CustomerAddressCreatePayload,
    CustomerAddressDeletePayload,
    CustomerAddressUpdatePayload,
    CustomerDefaultAddressUpdatePayload,
    CustomerRecoverPayload,
    CustomerResetByUrlPayload,
    CustomerResetPayload,
    CustomerUpdatePayload,
    CustomerVerifyEmailPayload,
)
from schema.kit.scalars import URL
from schema.territories import MailingAddressInput

Field = strawberry.field
Token = Annotated[str, Arg(description="An access token of the account.")]
Password = Annotated[str, Arg(description="8 to 128 characters.")]
AddressId = Annotated[strawberry.ID, Arg(description="An address of the account.")]


@strawberry.input(description="What sets a forgotten password.")
class CustomerResetInput:
    """The token of the link, and the new password."""

    reset_token: str = Field(description="From the link that the shop has sent; it works once, for an hour.")
    password: str = Field(description="8 to 128 characters.")


@strawberry.input(description="Changes of an account. Omitted fields stay as they are.")
class CustomerUpdateInput:
    """Becomes `domain.accounts.ProfileChanges`."""

    first_name: str | None = Field(default=UNSET, description="First name; null for none.")
    last_name: str | None = Field(default=UNSET, description="Last name; null for none.")
    phone: str | None = Field(default=UNSET, description="Phone number; null for none.")
    accepts_marketing: bool | None = Field(default=None, description="Whether the shopper accepts marketing e-mails.")
    email: str | None = Field(
        default=None,
        description="A new e-mail address, which counts once the link that goes there was followed. Needs a login of "
        "the last 15 minutes.",
    )
    password: str | None = Field(
        default=None, description="A new password, which ends all tokens. Needs a login of the last 15 minutes."
    )

    def command(self) -> ProfileChanges:
        """The changes as the domain knows them."""
        given = {"first_name": self.first_name, "last_name": self.last_name, "phone": self.phone}
        texts = {name: text for name, text in given.items() if text is not UNSET}
        return ProfileChanges(texts, self.accepts_marketing, self.email, self.password)


@strawberry.type
class RecoveryMutation:
    """Links from mails. Their tokens are the authority."""

    @strawberry.mutation(
        description="Sends a link to set another password to the address of an account, if there is one; the answer is "
        "the same without. An account made from earlier orders gets the link that activates it.",
        graphql_type=CustomerRecoverPayload | None,
    )
    async def customer_recover(
        self, info: Info, email: Annotated[str, Arg(description="The e-mail address.")]
    ) -> resolve.DoneOutcome:
        """A worker looks for the account."""
        return await resolve.recover(info.context, email)

    @strawberry.mutation(
        description="Sets another password by a link from the shop, ends all sessions and logs in.",
        graphql_type=CustomerResetPayload | None,
    )
    async def customer_reset(
        self,
        info: Info,
        id: Annotated[strawberry.ID, Arg(description="The account.")],
        input: Annotated[CustomerResetInput, Arg(description="The proof, and the password.")],
    ) -> LogInOutcome:
        """The link names both the account and the token."""
        return await resolve.reset(info.context, id, input.reset_token, input.password)

    @strawberry.mutation(
        description="Sets another password by a link from the shop, ends all sessions and logs in.",
        graphql_type=CustomerResetByUrlPayload | None,
    )
    async def customer_reset_by_url(
        self, info: Info, reset_url: Annotated[URL, Arg(description="The link.")], password: Password
    ) -> LogInOutcome:
        """The link as it is."""
        return await resolve.reset_by_url(info.context, reset_url, password)

    @strawberry.mutation(
        description="Sets the first password of an account that the shop made from earlier orders, and logs in.",
        graphql_type=CustomerActivateByUrlPayload | None,
    )
    async def customer_activate_by_url(
        self, info: Info, activation_url: Annotated[URL, Arg(description="The link.")], password: Password
    ) -> LogInOutcome:
        """The link as it is."""
        return await resolve.activate_by_url(info.context, activation_url, password)

    @strawberry.mutation(
        description="Proves an e-mail address by a link from the shop: after sign-up, or before the address replaces "
        "another one, which ends all sessions. Of this shop alone, not of Shopify's API.",
        graphql_type=CustomerVerifyEmailPayload | None,
    )
    async def customer_verify_email(
        self, info: Info, token: Annotated[str, Arg(description="From the link; it works once, for three days.")]
    ) -> resolve.DoneOutcome:
        """Shopify confirms addresses on pages of its own and has no mutation for it; the name follows `customerReset`.

        The answer says nothing about the account: whoever reads a mail has not logged in.
        """
        return await resolve.verify(info.context, token)


@strawberry.type
class ProfileMutation:
    """Changes by owners. The access token in the arguments is the authority."""

    @strawberry.mutation(
        description="Changes an account. A new password ends all its tokens and answers with the next one.",
        graphql_type=CustomerUpdatePayload | None,
    )
    async def customer_update(
        self,
        info: Info,
        customer: Annotated[CustomerUpdateInput, Arg(description="The changes.")],
        customer_access_token: Token,
    ) -> resolve_profile.ProfileOutcome:
        """Applies all or none."""
        return await resolve_profile.update(info.context, customer_access_token, customer.command())

    @strawberry.mutation(
        description="Issues a token that ends later, for up to 30 days after the login. Other tokens stay.",
        graphql_type=CustomerAccessTokenRenewPayload | None,
    )
    async def customer_access_token_renew(self, info: Info, customer_access_token: Token) -> LogInOutcome:
        """An expired token cannot be renewed."""
        return await resolve_profile.renew(info.context, customer_access_token)

    @strawberry.mutation(
        description="Adds an address, of at most 100; the first one becomes the default.",
        graphql_type=CustomerAddressCreatePayload | None,
    )
    async def customer_address_create(
        self,
        info: Info,
        address: Annotated[MailingAddressInput, Arg(description="The address.")],
        customer_access_token: Token,
    ) -> resolve_addresses.AddressOutcome:
        """For the account of the token."""
        return await resolve_addresses.create(info.context, customer_access_token, address.address)

    @strawberry.mutation(
        description="Changes an address. Omitted fields stay as they are.",
        graphql_type=CustomerAddressUpdatePayload | None,
    )
    async def customer_address_update(
        self,
        info: Info,
        address: Annotated[MailingAddressInput, Arg(description="The changes.")],
        customer_access_token: Token,
        id: AddressId,
    ) -> resolve_addresses.AddressOutcome:
        """An address of somebody else is as one that does not exist."""
        return await resolve_addresses.update(info.context, customer_access_token, id, address.changes)

    @strawberry.mutation(
        description="Removes an address. Without the default there is none until the shopper chooses one.",
        graphql_type=CustomerAddressDeletePayload | None,
    )
    async def customer_address_delete(
        self, info: Info, customer_access_token: Token, id: AddressId
    ) -> resolve_addresses.AddressOutcome:
        """As for changes."""
        return await resolve_addresses.delete(info.context, customer_access_token, id)

    @strawberry.mutation(
        description="Makes an address the default one.", graphql_type=CustomerDefaultAddressUpdatePayload | None
    )
    async def customer_default_address_update(
        self, info: Info, address_id: AddressId, customer_access_token: Token
    ) -> resolve_profile.ProfileOutcome:
        """As for changes."""
        return await resolve_addresses.choose_default(info.context, customer_access_token, address_id)
