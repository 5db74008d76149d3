"""Links from mails: a forgotten password, a first password, a proved e-mail address."""

from dataclasses import dataclass

from domain.kit.ids import key_of
from domain.kit.limits import RECOVERIES_OF_ACCOUNT, RECOVERIES_OF_NETWORK
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused
from domain.kit.urls import account_link
from resolvers.accounts.sign_in import LogInOutcome, activate_account, adopt, place_of
from resolvers.context import Context

_NO_LINK = f"{INPUT} must be the link from the mail."


@dataclass(frozen=True, slots=True)
class DoneOutcome:
    """Nothing but the reasons for a refusal: the bearer of the request has not proved who they are."""

    user_errors: tuple[Refusal, ...] = ()


async def recover(context: Context, email: str) -> DoneOutcome:
    """The same answer and the same work for every address, whether it has an account or not."""
    await context.spend(RECOVERIES_OF_NETWORK)
    await context.spend(RECOVERIES_OF_ACCOUNT, subject=context.services.known_devices.account_of(email[:255]))
    try:
        await context.services.owners.recovery.recover(email, place_of(context))
    except Refused as refused:
        return DoneOutcome(refused.refusals)
    return DoneOutcome()


async def reset(context: Context, gid: str, token: str, password: str) -> LogInOutcome:
    """Sets the password and logs in."""
    return await _reset(context, key_of(gid, "Customer") or 0, token, password)


async def reset_by_url(context: Context, url: str, password: str) -> LogInOutcome:
    """The same with the link itself, wherever it leads: its token is the proof."""
    found = account_link(url, "reset")
    return _no_link() if found is None else await _reset(context, *found, password)


async def activate_by_url(context: Context, url: str, password: str) -> LogInOutcome:
    """Sets the first password of an imported account."""
    found = account_link(url, "activate")
    return _no_link() if found is None else await activate_account(context, *found, password)


async def verify(context: Context, token: str) -> DoneOutcome:
    """Marks an e-mail address as proved."""
    try:
        await context.services.owners.verification.verify(token, place_of(context))
    except Refused as refused:
        return DoneOutcome(refused.refusals)
    finally:
        context.written()
    return DoneOutcome()


async def _reset(context: Context, customer_id: int, token: str, password: str) -> LogInOutcome:
    try:
        made = await context.services.owners.recovery.reset(customer_id, token, password, place_of(context))
        await adopt(context, made)
        return LogInOutcome(made)
    except Refused as refused:
        return LogInOutcome(None, refused.refusals)
    finally:
        context.written()


def _no_link() -> LogInOutcome:
    return LogInOutcome(None, (Refusal(RefusalCode.INVALID, _NO_LINK, ("token",)),))
