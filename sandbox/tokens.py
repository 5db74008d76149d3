"""What each test token makes the sandbox do."""

from dataclasses import dataclass
from typing import Literal

from sandbox.messages import Telling

Page = Literal["3ds", "redirect"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a charge with a token goes: captured without a `decline` reason, declined with one.

    `late`: decided and answered after a delay. `silent`: the first answer is never sent. `charges`: whether anything is
    recorded at all. `fails_once`: the first request of a key fails before anything is recorded. `waits`: whether the
    answer waits for a late decision; without, it is PROCESSING. `telling`: how its webhooks are sent. `page`: what the
    buyer must open first; the decision follows when the buyer accepts there. `captures_once`: the first capture of an
    authorized charge is the last one.
    """

    decline: str | None = None
    late: bool = False
    silent: bool = False
    charges: bool = True
    fails_once: bool = False
    waits: bool = True
    telling: Telling = "once"
    page: Page | None = None
    captures_once: bool = False


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
    "tok_dispute": Behaviour(telling="disputed"),
    "tok_dispute_lost": Behaviour(telling="disputed_lost"),
    "tok_3ds": Behaviour(page="3ds"),
    "tok_3ds_decline": Behaviour(page="3ds", decline="insufficient_funds"),
    "tok_3ds_late": Behaviour(page="3ds", late=True, waits=False),
    "tok_redirect": Behaviour(page="redirect"),
    "tok_redirect_decline": Behaviour(page="redirect", decline="card_declined"),
    "tok_one_capture": Behaviour(captures_once=True),
}
# Numbers of test cards, and the token that each becomes.
CARDS = {
    "4242424242424242": "tok_ok",
    "4000000000000002": "tok_decline",
    "4000000000009995": "tok_insufficient",
    "4000000000000259": "tok_dispute",
    "4000002500003155": "tok_3ds",
    "4000008260003178": "tok_3ds_decline",
}
_UNKNOWN = Behaviour(decline="unknown_token")


def behaviour_of(token: str) -> Behaviour:
    """The behaviour of a token; an unknown one declines.

    >>> behaviour_of("tok_insufficient").decline, behaviour_of("4242").decline
    ('insufficient_funds', 'unknown_token')
    """
    return TOKENS.get(token, _UNKNOWN)


def token_of(number: str) -> str:
    """The token of a card; that of an unknown one declines.

    >>> token_of("4242 4242 4242 4242"), token_of("4000002500003155"), token_of("1234567890123")
    ('tok_ok', 'tok_3ds', 'tok_unknown_card')
    """
    return CARDS.get(number.replace(" ", ""), "tok_unknown_card")
