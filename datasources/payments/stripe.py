"""Stripe as the payment provider, with its official library (the `stripe` extra): one payment intent per key."""

import asyncio
import json
import time
from collections.abc import Awaitable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stripe

from domain.kit.money import Money, charge_step, currency_digits
from domain.payments import Charge, ChargeState, PaymentEvent

SIGNATURE_HEADER = "stripe-signature"
WEBHOOK_SECONDS = 300
# Stripe's search is up to a minute behind; until then the newest intents are searched one by one.
_RECENT_SECONDS = 600
_RECENT_PAGES = 5
_PAGE = 100
_MAX_REASON = 255
_UNKNOWN = Charge(ChargeState.UNKNOWN)
_NOT_CHARGEABLE = Charge(ChargeState.DECLINED, reason="amount_not_chargeable")
# Currencies for which Stripe's units differ from ISO 4217 (https://docs.stripe.com/currencies): decimal places there.
_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}
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

    async def charge(self, key: str, amount: Money, token: str) -> Charge:
        """Takes the amount once per `key`. UNKNOWN when the answer was lost or the bank has not decided."""
        units = _units(amount)
        if units is None:
            return _NOT_CHARGEABLE
        asked = self._client.v1.payment_intents.create_async(
            {
                "amount": units,
                "currency": amount.currency.lower(),
                "payment_method": token,
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                "metadata": {"charge_key": key},
            },
            {"idempotency_key": key},
        )
        try:
            return _charge(_plain(await self._within(asked)))
        except stripe.CardError as error:
            return _declined(error)
        except stripe.IdempotencyError:
            return _UNKNOWN
        except stripe.InvalidRequestError as error:
            return Charge(ChargeState.DECLINED, reason=_code(error))
        except _LOST:
            return _UNKNOWN

    async def status(self, key: str) -> Charge | None:
        """The charge with that key; None when Stripe has none, UNKNOWN when it does not answer."""
        try:
            intent = await self._find(key)
        except (*_LOST, LookupError):
            return _UNKNOWN
        return None if intent is None else _charge(intent)

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Refunds money once per `refund_key`: CAPTURED when done, DECLINED with the reason when it cannot be done."""
        units = _units(amount)
        if units is None:
            return _NOT_CHARGEABLE
        try:
            intent = await self._find(key)
            if intent is None:
                return Charge(ChargeState.DECLINED, reason="charge_not_found")
            return await self._refund(str(intent["id"]), key, refund_key, units)
        except stripe.IdempotencyError:
            return _UNKNOWN
        except stripe.InvalidRequestError as error:
            return Charge(ChargeState.DECLINED, reason=_code(error))
        except (*_LOST, LookupError):
            return _UNKNOWN

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """The event in a raw body that Stripe signed within the last five minutes; otherwise None."""
        if not self._webhook_secret:
            return None
        try:
            stripe.WebhookSignature.verify_header(
                body, headers.get(SIGNATURE_HEADER, ""), self._webhook_secret, WEBHOOK_SECONDS
            )
            return _event(json.loads(body))
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
            return _plain(await self._within(expanded))
        return await self._find_recent(key)

    async def _find_recent(self, key: str) -> dict[str, Any] | None:
        since = int(time.time()) - _RECENT_SECONDS
        page = await self._within(
            self._client.v1.payment_intents.list_async({"created": {"gte": since}, "limit": _PAGE})
        )
        for _ in range(_RECENT_PAGES):
            for intent in page.data:
                if _key(plain := _plain(intent)) == key:
                    return plain
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


def _units(amount: Money) -> int | None:
    """The amount in Stripe's units; None when Stripe does not charge it, such as three decimal places.

    >>> _units(Money(1299, "GBP")), _units(Money(4900, "ISK")), _units(Money(5120, "KWD")), _units(Money(5124, "KWD"))
    (1299, 490000, 5120, None)
    >>> _units(Money(1500, "MGA")), _units(Money(1550, "MGA"))
    (15, None)
    """
    if amount.minor % charge_step(amount.currency):
        return None
    return int(amount.decimal.scaleb(_DIGITS.get(amount.currency, currency_digits(amount.currency))))


def _money(content: Mapping[str, Any], name: str) -> Money | None:
    """An amount in Stripe's units; None where Stripe does not say it.

    >>> _money({"amount": 490000, "currency": "isk"}, "amount"), _money({"currency": "gbp"}, "amount")
    (Money(minor=4900, currency='ISK'), None)
    """
    units, currency = content.get(name), str(content.get("currency")).upper()
    if not isinstance(units, int) or currency == "NONE":
        return None
    digits = currency_digits(currency)
    return Money(int(Decimal(units).scaleb(digits - _DIGITS.get(currency, digits))), currency)


def _plain(intent: stripe.PaymentIntent) -> dict[str, Any]:
    content: dict[str, Any] = intent.to_dict()
    return content


def _charge(intent: Mapping[str, Any]) -> Charge:
    """The charge that a payment intent shows.

    An intent without a payment method counts as declined only with an error.
    """
    reference, status, error = str(intent["id"]), intent.get("status"), intent.get("last_payment_error")
    if status == "succeeded":
        latest = intent.get("latest_charge")
        back = _money(latest, "amount_refunded") if isinstance(latest, Mapping) else None
        return Charge(ChargeState.CAPTURED, reference, amount=_money(intent, "amount_received"), refunded=back)
    if status == "canceled":
        return Charge(ChargeState.DECLINED, reference, str(intent.get("cancellation_reason") or "canceled"))
    if status == "requires_payment_method" and isinstance(error, Mapping):
        return Charge(ChargeState.DECLINED, reference, _reason(error))
    return Charge(ChargeState.UNKNOWN, reference)


def _declined(error: stripe.CardError) -> Charge:
    told = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    intent = told.get("payment_intent")
    reference = str(intent["id"]) if isinstance(intent, dict) and "id" in intent else None
    return Charge(ChargeState.DECLINED, reference, _reason(told))


def _reason(error: Mapping[str, Any]) -> str:
    return str(error.get("decline_code") or error.get("code") or "card_declined")[:_MAX_REASON]


def _code(error: stripe.StripeError) -> str:
    return str(error.code or "invalid_request")[:_MAX_REASON]


def _event(content: Any) -> PaymentEvent | None:
    """The event in signed JSON. An event that does not concern a charge of the shop has no key."""
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        return None
    event_id, kind, about = content.get("id"), content.get("type"), content["data"].get("object")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= 255 or not isinstance(kind, str):
        return None
    key = _key(about)
    if key is None or not isinstance(about.get("id"), str):
        return PaymentEvent(event_id, kind, None, _UNKNOWN)
    if kind == "charge.refunded":
        reference = str(about.get("payment_intent") or about["id"])
        back = _money(about, "amount_refunded")
        charge = Charge(ChargeState.CAPTURED, reference, amount=_money(about, "amount"), refunded=back)
        return PaymentEvent(event_id, kind, key, charge, about.get("refunded") is True)
    return PaymentEvent(event_id, kind, key, _charge(about) if kind.startswith("payment_intent.") else _UNKNOWN)


def _key(about: Any) -> str | None:
    metadata = about.get("metadata") if isinstance(about, dict) else None
    key = metadata.get("charge_key") if isinstance(metadata, dict) else None
    return key if isinstance(key, str) else None
