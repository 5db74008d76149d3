"""Accounts: who is signed in, and their orders."""

from dataclasses import dataclass
from typing import Annotated

from strawberry import Parent

from domain.accounts import ANONYMOUS, AccessToken, Caller, Customer, LogIn, SignUp
from domain.kit.ids import key_of
from domain.kit.limits import SIGN_UPS_OF_NETWORK
from domain.kit.paging import Page, page_request
from domain.kit.refusals import AccessDenied, Refusal, RefusalCode, Refused
from domain.mail import MailPlace
from domain.orders.records import Order
from domain.personal.records import device_of
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse
from resolvers.kit.cookies import LOGIN_COOKIE


@dataclass(frozen=True, slots=True)
class SignUpOutcome:
    """A new account, or why sign-up was refused."""

    customer: Customer | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class LogInOutcome:
    """A token, or why login was refused."""

    token: AccessToken | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class LogOutOutcome:
    """The token that logging out ended, or why it is still valid."""

    deleted_access_token: str | None = None
    user_errors: tuple[Refusal, ...] = ()


async def customer(
    info: Info,
    customer_access_token: Annotated[
        str | None, Arg(description="An access token; by default that of the Authorization header.")
    ] = None,
) -> Customer | None:
    """The signed-in shopper; None for everybody else."""
    context = info.context
    if customer_access_token is not None:
        context = _as_bearer(context, customer_access_token)
    try:
        viewer = await context.signed_in()
    except AccessDenied:
        return None
    return None if viewer.customer_id is None else await info.context.loaders.customer.load(viewer.customer_id)


async def orders_of(
    root: Parent[Customer],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Order]:
    """A page of the shopper's orders, oldest first."""
    asked = page_request(first, after, last, before)
    return await info.context.reads.orders.page_of_customer(root.id, asked, bool(reverse))


def display_name(root: Parent[Customer]) -> str:
    """First and last name, else the e-mail address."""
    return " ".join(name for name in (root.first_name, root.last_name) if name) or root.email


async def sign_up(context: Context, command: SignUp) -> SignUpOutcome:
    """Creates an account."""
    await context.spend(SIGN_UPS_OF_NETWORK)
    try:
        return SignUpOutcome(await context.services.accounts.sign_up(command, place_of(context)))
    except Refused as refused:
        return SignUpOutcome(None, refused.refusals)


async def log_in(context: Context, command: LogIn) -> LogInOutcome:
    """Issues a token, and a proof for the device. What the device has hidden is hidden from the account too."""
    try:
        caller = Caller(context.address, context.login_proof)
        token = await context.services.accounts.log_in(command, caller)
        context.keep_on_device(LOGIN_COOKIE, context.services.known_devices.proof(command.email))
        await adopt(context, token)
        return LogInOutcome(token)
    except Refused as refused:
        return LogInOutcome(None, refused.refusals)


async def activate(context: Context, gid: str, token: str, password: str) -> LogInOutcome:
    """Sets the first password of an imported account."""
    return await activate_account(context, key_of(gid, "Customer") or 0, token, password)


async def activate_account(context: Context, customer_id: int, token: str, password: str) -> LogInOutcome:
    """The same by the key of the account."""
    try:
        made = await context.services.activation.activate(customer_id, token, password)
        await adopt(context, made)
        return LogInOutcome(made)
    except Refused as refused:
        return LogInOutcome(None, refused.refusals)
    finally:
        context.written()


async def activated(root: Parent[LogInOutcome], info: Info) -> Customer | None:
    """The account that a new token speaks for."""
    viewer = None if root.token is None else info.context.services.tokens.viewer(root.token.token)
    if viewer is None or viewer.customer_id is None:
        return None
    return await info.context.loaders.customer.load(viewer.customer_id)


def place_of(context: Context) -> MailPlace:
    """For the language of mails."""
    return MailPlace(context.territory.code, context.language or "")


async def adopt(context: Context, token: AccessToken) -> None:
    """What the device has hidden is hidden from the account too."""
    viewer, device = context.services.tokens.viewer(token.token, None), device_of(context.viewer)
    if viewer is not None and viewer.customer_id is not None and device is not None:
        await context.services.dislikes.adopt(device, viewer.customer_id)


async def log_out(context: Context, token: str) -> LogOutOutcome:
    """Ends every token of the account that this one speaks for."""
    try:
        viewer = await _as_bearer(context, token).signed_in()
        await context.services.accounts.log_out(viewer)
    except AccessDenied:
        gone = Refusal(RefusalCode.INVALID, "The access token does not exist or has expired.", ("token",))
        return LogOutOutcome(None, (gone,))
    context.written()
    return LogOutOutcome(token)


def _as_bearer(context: Context, token: str) -> Context:
    """The same request for the bearer of a token given as an argument; an invalid token makes the viewer anonymous."""
    viewer = context.services.tokens.viewer(token, context.viewer.device_id)
    return Context(context.shop, context.territory, context.country, context.language, viewer or ANONYMOUS)
