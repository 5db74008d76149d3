"""Accounts as their owners change them. The access token in the arguments is the authority."""

from dataclasses import dataclass

from domain.accounts import AccessToken, Customer, ProfileChanges
from domain.kit.limits import CHANGES_OF_ACCOUNT
from domain.kit.refusals import Refusal, Refused
from resolvers.accounts.sign_in import LogInOutcome, place_of
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """The account as it is now, with the token that replaces the one that the change has ended; or why not."""

    customer: Customer | None = None
    token: AccessToken | None = None
    user_errors: tuple[Refusal, ...] = ()


async def update(context: Context, token: str, changes: ProfileChanges) -> ProfileOutcome:
    """Changes the account."""
    await spend_of_account(context, token)
    try:
        made = await context.services.owners.profile.update(token, changes, place_of(context))
        context.written()
        return ProfileOutcome(await customer_of(context, token), made)
    except Refused as refused:
        return ProfileOutcome(user_errors=refused.refusals)


async def renew(context: Context, token: str) -> LogInOutcome:
    """Issues a token that ends later."""
    try:
        return LogInOutcome(await context.services.owners.profile.renew(token))
    except Refused as refused:
        return LogInOutcome(None, refused.refusals)


async def customer_of(context: Context, token: str) -> Customer | None:
    """The account of a token that a service has just accepted."""
    viewer = context.services.tokens.viewer(token)
    if viewer is None or viewer.customer_id is None:
        return None
    return await context.loaders.customer.load(viewer.customer_id)


async def spend_of_account(context: Context, token: str) -> None:
    """Draws on the budget of changes of the account that a signed token names."""
    viewer = context.services.tokens.viewer(token)
    if viewer is not None and viewer.customer_id is not None:
        await context.spend(CHANGES_OF_ACCOUNT, subject=str(viewer.customer_id))
