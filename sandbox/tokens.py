"""What each test token makes the sandbox do."""

from dataclasses import dataclass

from sandbox.messages import Telling


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a charge with a token goes: captured without a `decline` reason, declined with one.

    `late`: decided and answered after a delay. `silent`: the first answer is never sent. `charges`: whether anything is
    recorded at all. `fails_once`: the first request of a key fails before anything is recorded. `waits`: whether the
    answer waits for a late decision; without, it is PROCESSING. `telling`: how its webhooks are sent.
    """

    decline: str | None = None
    late: bool = False
    silent: bool = False
    charges: bool = True
    fails_once: bool = False
    waits: bool = True
    telling: Telling = "once"


TOKENS = {
    "tok_ok": Behaviour(),
    "tok_decline": Behaviour(decline="card_declined"),
    "tok_insufficient": Behaviour(decline="insufficient_funds"),
    "tok_hang": Behaviour(silent=True, charges=False),
    "tok_charge_then_timeout": Behaviour(silent=True),
    "tok_late": Behaviour(late=True),
    "tok_late_decline": Behaviour(late=True, decline="card_declined"),
    "tok_error_once": Behaviour(fails_once=True),
    "tok_async": Behaviour(late=True, waits=False),
    "tok_async_decline": Behaviour(late=True, waits=False, decline="card_declined"),
    "tok_webhook_twice": Behaviour(telling="twice"),
    "tok_webhook_late": Behaviour(telling="late"),
    "tok_webhook_reordered": Behaviour(telling="reordered"),
}
_UNKNOWN = Behaviour(decline="unknown_token")


def behaviour_of(token: str) -> Behaviour:
    """The behaviour of a token; an unknown one declines.

    >>> behaviour_of("tok_insufficient").decline, behaviour_of("4242").decline
    ('insufficient_funds', 'unknown_token')
    """
    return TOKENS.get(token, _UNKNOWN)
