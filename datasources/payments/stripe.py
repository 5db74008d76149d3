"""Stripe as the payment provider, with its official library (the `stripe` extra): one payment intent per key."""

import asyncio
import json
import time
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stripe
from stripe.params import PaymentIntentCaptureParams, PaymentIntentCreateParams

from datasources.payments.stripe_answers import UNKNOWN, charge_of, code_of, declined, event_of, key_of, plain, units_of
from datasources.payments.stripe_types import params_of
from domain.kit.money import Money
from domain.payments.keys import only_authorizes
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentEvent

SIGNATURE_HEADER = "stripe-signature"
WEBHOOK_SECONDS = 300
# Stripe's search is up to a minute behind; until then the newest intents are searched one by one.
_RECENT_SECONDS = 600
_RECENT_PAGES = 5
_PAGE = 100
_NOT_CHARGEABLE = Charge(ChargeState.DECLINED, reason="amount_not_chargeable")
_INCOMPLETE = Charge(ChargeState.DECLINED, reason="details_missing")
_LOST = (stripe.StripeError, aiohttp.ClientError, TimeoutError)
_REFUNDS = {
    "succeeded": ChargeState.CAPTURED,
    "failed": ChargeState.DECLINED,
    "canceled": ChargeState.DECLINED,
}
Answer = TypeVar("Answer")


class StripePayments:
    """Charges payment methods (`pm_...`). `deadline` in seconds holds for each call to Stripe.

    Without a `webhook_secret` every webhook is refused. `url` replaces Stripe's own address.
    """

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, deadline: float, url: str | None = None) -> None:
        timeout = aiohttp.ClientTimeout(total=deadline)
        self._http = stripe.AIOHTTPClient(timeout=timeout, proxy=_proxy(url or stripe.DEFAULT_API_BASE))
        # The shop itself repeats a lost request, under the same key.
        self._client = stripe.StripeClient(
            key, http_client=self._http, max_network_retries=0, base_addresses={"api": url} if url else None
        )
        self._webhook_secret = webhook_secret
        self._deadline = deadline

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """Takes the amount once per `key`. UNKNOWN when the answer was lost or the bank has not decided.

        `token` is a payment method (`pm_...`), a confirmation token (`ctoken_...`) or a type (`type_...`). Without a
        `return_url` Stripe refuses the methods that need a page of their own.
        """
        units, method = units_of(amount), params_of(token, payer)
        if units is None:
            return _NOT_CHARGEABLE
        if method is None:
            return _INCOMPLETE
        params: PaymentIntentCreateParams = {
            "amount": units,
            "currency": amount.currency.lower(),
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "always" if return_url else "never"},
            "metadata": {"charge_key": key},
        }
        params.update(method)  # type: ignore[typeddict-item]
        if return_url:
            params["return_url"] = return_url
        if only_authorizes(key):
            params["capture_method"] = "manual"
            if "payment_method_data" not in method:  # a card
                # Where the bank can, each parcel takes its part.
                params["payment_method_options"] = {"card": {"request_multicapture": "if_available"}}
        try:
            asked = self._client.v1.payment_intents.create_async(params, {"idempotency_key": key})
            return charge_of(plain(await self._within(asked)))
        except stripe.CardError as error:
            return declined(error)
        except stripe.IdempotencyError:
            return UNKNOWN
        except stripe.InvalidRequestError as error:
            return Charge(ChargeState.DECLINED, reason=code_of(error))
        except _LOST:
            return UNKNOWN

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Takes a part of authorized money once per `capture_key`. A final capture sets the rest free."""
        units = units_of(amount)
        if units is None:
            return _NOT_CHARGEABLE
        try:
            intent = await self._find(key)
            if intent is None:
                return Charge(ChargeState.DECLINED, reason="charge_not_found")
            params: PaymentIntentCaptureParams = {"amount_to_capture": units}
            if not is_final:
                # Refused by Stripe for a charge that cannot be captured several times.
                params["final_capture"] = False
            asked = self._client.v1.payment_intents.capture_async(
                str(intent["id"]), params, {"idempotency_key": capture_key}
            )
            return charge_of(plain(await self._within(asked)))
        except stripe.IdempotencyError:
            return UNKNOWN
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return Charge(ChargeState.DECLINED, reason=code_of(error))
        except (*_LOST, LookupError):
            return UNKNOWN

    async def abandon(self, key: str) -> Charge:
        """Cancels the intent of a key. UNKNOWN when Stripe has none: it may still arrive."""
        try:
            intent = await self._find(key)
            if intent is None:
                return UNKNOWN
            asked = self._client.v1.payment_intents.cancel_async(
                str(intent["id"]), {"cancellation_reason": "abandoned"}
            )
            return charge_of(plain(await self._within(asked)))
        except stripe.InvalidRequestError:
            # It has ended by itself, or has taken the money.
            charge = await self.status(key)
            return UNKNOWN if charge is None or charge.state is ChargeState.ACTION_REQUIRED else charge
        except (*_LOST, LookupError):
            return UNKNOWN

    async def status(self, key: str) -> Charge | None:
        """The charge with that key; None when Stripe has none, UNKNOWN when it does not answer."""
        try:
            intent = await self._find(key)
        except (*_LOST, LookupError):
            return UNKNOWN
        return None if intent is None else charge_of(intent)

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Refunds money once per `refund_key`: CAPTURED when done, DECLINED with the reason when it cannot be done."""
        units = units_of(amount)
        if units is None:
            return _NOT_CHARGEABLE
        try:
            intent = await self._find(key)
            if intent is None:
                return Charge(ChargeState.DECLINED, reason="charge_not_found")
            return await self._refund(str(intent["id"]), key, refund_key, units)
        except stripe.IdempotencyError:
            return UNKNOWN
        except stripe.InvalidRequestError as error:
            return Charge(ChargeState.DECLINED, reason=code_of(error))
        except (*_LOST, LookupError):
            return UNKNOWN

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """The event in a raw body that Stripe signed within the last five minutes; otherwise None."""
        if not self._webhook_secret:
            return None
        try:
            stripe.WebhookSignature.verify_header(
                body, headers.get(SIGNATURE_HEADER, ""), self._webhook_secret, WEBHOOK_SECONDS
            )
            return event_of(json.loads(body))
        except (stripe.SignatureVerificationError, ValueError, RecursionError):
            return None

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _refund(self, intent_id: str, key: str, refund_key: str, units: int) -> Charge:
        made = await self._within(
            self._client.v1.refunds.create_async(
                {
                    "payment_intent": intent_id,
                    "amount": units,
                    "metadata": {"charge_key": key, "refund_key": refund_key},
                },
                {"idempotency_key": refund_key},
            )
        )
        # For a repeated key, Stripe returns its first answer word for word. The current state needs another request.
        known = made.status in _REFUNDS
        refund = made if known else await self._within(self._client.v1.refunds.retrieve_async(made.id))
        state = _REFUNDS.get(str(refund.status), ChargeState.UNKNOWN)
        return Charge(state, refund.id, refund.failure_reason if state is ChargeState.DECLINED else None)

    async def _find(self, key: str) -> dict[str, Any] | None:
        """The intent of a key in its current state.

        Raises LookupError when there are too many to be sure that none matches.
        """
        intents = self._client.v1.payment_intents
        quoted = key.replace("\\", "\\\\").replace("'", "\\'")
        found = await self._within(intents.search_async({"query": f"metadata['charge_key']:'{quoted}'", "limit": 1}))
        if found.data:
            expanded = intents.retrieve_async(found.data[0].id, {"expand": ["latest_charge"]})
            return plain(await self._within(expanded))
        recent = await self._find_recent(key)
        if recent is not None and recent.get("status") == "requires_capture":
            # Only the charge says whether it can be captured several times.
            recent = plain(await self._within(intents.retrieve_async(recent["id"], {"expand": ["latest_charge"]})))
        return recent

    async def _find_recent(self, key: str) -> dict[str, Any] | None:
        since = int(time.time()) - _RECENT_SECONDS
        page = await self._within(
            self._client.v1.payment_intents.list_async({"created": {"gte": since}, "limit": _PAGE})
        )
        for _ in range(_RECENT_PAGES):
            for intent in page.data:
                if key_of(known := plain(intent)) == key:
                    return known
            if not page.has_more:
                return None
            page = await self._within(
                self._client.v1.payment_intents.list_async(
                    {"created": {"gte": since}, "limit": _PAGE, "starting_after": page.data[-1].id}
                )
            )
        raise LookupError(key)

    async def _within(self, asked: Awaitable[Answer]) -> Answer:
        async with asyncio.timeout(self._deadline):
            return await asked


def _proxy(url: str) -> str | None:
    """The proxy that the environment sets for this address (HTTPS_PROXY, NO_PROXY)."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
