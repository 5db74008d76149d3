"""What each visitor may cost: requests draw on a budget of their network, or of their account when they are signed in.

Nothing here waits for a store: see `datasources/kit/allowances.py`.
"""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.requests import Request

from bff.edge.errors import RequestRefused, error_record
from bff.edge.heads import heads
from bff.edge.visitors import Visitors
from bff.edge.visits import cookie_of
from datasources.kit.allowances import Allowance, Allowances
from domain.kit.limits import COST_OF_ACCOUNT, COST_OF_NETWORK, DOCUMENTS_OF_NETWORK
from resolvers.kit.cookies import LOGIN_COOKIE, Cookies
from services.accounts.known_devices import KnownDevices
from services.accounts.tokens import Tokens

# A request with this header, of any value, gets the cost of its answer; Shopify's tools send it.
COST_HEADER = "shopify-graphql-cost-debug"
_COST_HEADER = COST_HEADER.encode()
READY_COST = 1
# Of a request that this process has not seen: it is parsed and checked before its own cost is known.
BYTES_PER_COST = 64
NO_STORE = {"Cache-Control": "no-store"}
Cost: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Purse:
    """Pays for one request. `payer` takes turns as one; None for many who share a budget.

    `wants_cost`: the client wants to see what it paid.
    """

    allowances: Allowances
    allowance: Allowance
    address: str
    payer: Hashable = None
    wants_cost: bool = False
    paid: int = 0
    unused: int = 0

    def pay(self, cost: int) -> None:
        """Draws on the budget. Raises `RequestRefused` THROTTLED, and draws nothing, when too little is left."""
        if wait := self.allowance.take(cost, self.allowances.clock()):
            raise self._throttled(cost, max(0.1, round(wait, 1)))
        self.paid += cost

    def settle(self, unused: int) -> None:
        """Gives back what was paid and not used. Negative: takes more, even if too little is left."""
        self.unused += unused
        if unused:
            self.allowance.use(-unused, self.allowances.clock())

    def may_register(self) -> bool:
        """Whether the client's network may register another document; counts it."""
        return not self.allowances.take(DOCUMENTS_OF_NETWORK, self.address, 1)

    def cost(self) -> Cost:
        """What the request was to cost, what it did cost, and the state of the budget, in Shopify's words."""
        return self._cost(self.paid, self.paid - self.unused)

    def _cost(self, requested: int, actual: int | None) -> Cost:
        self.allowance.refill(self.allowances.clock())
        rule = self.allowance.rule
        status = {
            "maximumAvailable": rule.capacity,
            "currentlyAvailable": max(0, math.floor(self.allowance.left)),
            "restoreRate": rule.per_second,
        }
        return {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}}

    def _throttled(self, cost: int, wait: float) -> RequestRefused:
        message = f"The budget of this {self.allowance.rule.subject} is used up; try again later."
        return RequestRefused(
            429,
            [error_record(message, "THROTTLED", retryAfter=wait)],
            well_formed=True,
            headers={**NO_STORE, "Retry-After": str(math.ceil(wait))},
            extensions=self._cost(self.paid + cost, None),
        )


class Unlimited:
    """Pays whatever a request costs."""

    payer: Hashable = None
    wants_cost = False

    def pay(self, cost: int) -> None:
        """Draws on nothing."""

    def settle(self, unused: int) -> None:
        """Gives back nothing."""

    def may_register(self) -> bool:
        """Always."""
        return True

    def cost(self) -> Cost:
        """Nothing to say."""
        return {}


PurseOf: TypeAlias = Callable[[Request], "Purse | Unlimited"]
_UNLIMITED = Unlimited()


def unlimited(_request: Request) -> Unlimited:
    """Where nobody pays."""
    return _UNLIMITED


class Budgets:
    """Finds who pays for a request."""

    def __init__(
        self,
        allowances: Allowances,
        visitors: Visitors,
        tokens: Tokens,
        devices: KnownDevices,
        cookies: Cookies | None = None,
    ) -> None:
        self._cookies = cookies or Cookies()
        self._devices = devices
        self._allowances = allowances
        self._visitors = visitors
        self._tokens = tokens

    def purse(self, request: Request) -> Purse:
        """The account of a good token, or of an earlier login on this device; else the client's network."""
        address = self._visitors.address(request)
        sent = heads(request.scope)
        rule, subject = COST_OF_NETWORK, address
        if b"cookie" in sent:
            proof = cookie_of(request, self._cookies, LOGIN_COOKIE)
            if (known := self._devices.read(proof)) is not None:
                rule, subject = COST_OF_ACCOUNT, known.account
        if b"authorization" in sent:
            scheme, _, token = sent[b"authorization"].decode("latin-1").partition(" ")
            if scheme.lower() == "bearer" and (viewer := self._tokens.viewer(token.strip())) is not None:
                rule, subject = COST_OF_ACCOUNT, str(viewer.customer_id)
        allowance = self._allowances.of(rule, subject)
        is_shared = allowance.rule.capacity > rule.capacity
        return Purse(self._allowances, allowance, address, None if is_shared else allowance, _COST_HEADER in sent)
