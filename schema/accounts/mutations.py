"""Signing up, logging in and out."""

from typing import Annotated

import strawberry

from domain.accounts import LogIn, SignUp
from resolvers.accounts import sign_in as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.accounts.types import (
    Customer,
    CustomerAccessTokenCreatePayload,
    CustomerAccessTokenDeletePayload,
    CustomerActivatePayload,
    CustomerCreatePayload,
)

Field = strawberry.field


@strawberry.input(description="A new account.")
class CustomerCreateInput:
    """Becomes `domain.accounts.SignUp`."""

    email: str = Field(description="E-mail address.")
    password: str = Field(description="8 to 128 characters.")
    first_name: str | None = Field(default=None, description="First name.")
    last_name: str | None = Field(default=None, description="Last name.")
    phone: str | None = Field(default=None, description="Phone number.")
    accepts_marketing: bool | None = Field(default=None, description="Whether the shopper accepts marketing e-mails.")

    def command(self) -> SignUp:
        """The account as the domain knows it."""
        return SignUp(
            self.email, self.password, self.first_name, self.last_name, self.phone, bool(self.accepts_marketing)
        )


@strawberry.input(description="E-mail address and password.")
class CustomerAccessTokenCreateInput:
    """Becomes `domain.accounts.LogIn`."""

    email: str = Field(description="E-mail address.")
    password: str = Field(description="The password.")


@strawberry.input(description="What activates an account.")
class CustomerActivateInput:
    """The token of the link, and the new password."""

    activation_token: str = Field(description="From the link that the shop has sent; it works once, for seven days.")
    password: str = Field(description="8 to 128 characters.")


@strawberry.type
class AccountsQuery:
    """The query for the signed-in shopper."""

    customer = Field(
        resolver=resolve.customer,
        description="The signed-in shopper; null for everybody else.",
        graphql_type=Customer | None,
    )


@strawberry.type
class AccountsMutation:
    """Signing up, logging in and out."""

    @strawberry.mutation(description="Creates an account.", graphql_type=CustomerCreatePayload | None)
    async def customer_create(
        self, info: Info, input: Annotated[CustomerCreateInput, Arg(description="The account.")]
    ) -> resolve.SignUpOutcome:
        """Needs no authentication."""
        return await resolve.sign_up(info.context, input.command())

    @strawberry.mutation(
        description="Sets the first password of an account that the shop made from earlier orders, and logs in.",
        graphql_type=CustomerActivatePayload | None,
    )
    async def customer_activate(
        self,
        info: Info,
        id: Annotated[strawberry.ID, Arg(description="The account.")],
        input: Annotated[CustomerActivateInput, Arg(description="The proof, and the password.")],
    ) -> resolve.LogInOutcome:
        """The proof is the authority."""
        return await resolve.activate(info.context, id, input.activation_token, input.password)

    @strawberry.mutation(description="Logs in.", graphql_type=CustomerAccessTokenCreatePayload | None)
    async def customer_access_token_create(
        self, info: Info, input: Annotated[CustomerAccessTokenCreateInput, Arg(description="The login.")]
    ) -> resolve.LogInOutcome:
        """The answer never reveals whether the e-mail address has an account."""
        return await resolve.log_in(info.context, LogIn(input.email, input.password))

    @strawberry.mutation(
        description="Logs out: ends every token of the account.",
        graphql_type=CustomerAccessTokenDeletePayload | None,
    )
    async def customer_access_token_delete(
        self, info: Info, customer_access_token: Annotated[str, Arg(description="A token of the account.")]
    ) -> resolve.LogOutOutcome:
        """This also ends a stolen token."""
        return await resolve.log_out(info.context, customer_access_token)
