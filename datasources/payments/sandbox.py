"""The payment sandbox as the shop's payment provider. A result that is not certain is UNKNOWN, never an exception."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from datasources.kit import tls
from datasources.kit.http_client import HttpClient, NoAnswer
from domain.kit.money import Money
from domain.kit.urls import is_web_url
from domain.payments.disputes import DisputeReport, DisputeState
from domain.payments.keys import only_authorizes
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentAction, PaymentEvent

WEBHOOK_WINDOW = timedelta(minutes=5)
SIGNATURE_HEADER = "sandbox-signature"
_MAX_REASON = 255
_MAX_HEADER = 1024
_UNKNOWN = Charge(ChargeState.UNKNOWN)
_STATES = {state.value: state for state in ChargeState if state is not ChargeState.UNKNOWN}
_TIMESTAMP = re.compile(r"t=([0-9]{1,12})")
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")
_ID = re.compile(r"[!-~]{1,255}")
# Refusals that make it certain that no money has moved or will move.
_REFUSED_CAPTURES = {
    *("charge_not_found", "charge_not_authorized", "currency_mismatch", "amount_too_large", "multicapture_unavailable"),
}
_REFUSED_REFUNDS = {"charge_not_found", "charge_not_captured", "currency_mismatch", "refund_exceeds_charge"}


class SandboxPayments:
    """Charges over HTTP. `deadline` in seconds holds for each whole call, including the wait for a connection.

    Without a `webhook_secret` every webhook is refused.
    """

    name = "sandbox"

    def __init__(self, url: str, key: str, deadline: float, webhook_secret: str = "") -> None:
        self._deadline = deadline
        self._webhook_secret = webhook_secret
        address = tls.address(url)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._client = HttpClient(address.url, headers, context=address.context)

    async def charge(
        self,
        key: str,
        amount: Money,
        token: str,
        return_url: str = "",
        payer: Payer = NO_PAYER,  # noqa: ARG002  # the sandbox knows no buyers
    ) -> Charge:
        """Takes the amount once per `key`. UNKNOWN when the answer was lost: the amount may have been taken."""
        body: dict[str, object] = {"key": key, "amount_minor": amount.minor, "currency": amount.currency}
        body |= {"token": token} | ({"return_url": return_url} if return_url else {})
        body |= {"capture": False} if only_authorizes(key) else {}
        status, answer = await self._ask("POST", "/charges", body)
        if status == 200:
            return _charge(answer, key)
        if status == 402:
            return Charge(ChargeState.DECLINED, _reference(answer.get("charge")), _code(answer))
        if status == 422 and _code(answer) == "invalid_request":
            return Charge(ChargeState.DECLINED, reason="invalid_request")
        return _UNKNOWN

    async def status(self, key: str) -> Charge | None:
        """The charge with that key; None when the sandbox reports that it has none, UNKNOWN when it does not answer."""
        status, answer = await self._ask("GET", f"/charges/{quote(key, safe='')}")
        if status == 404 and _code(answer) == "charge_not_found":
            return None
        return _charge(answer, key) if status == 200 else _UNKNOWN

    async def abandon(self, key: str) -> Charge:
        """Cancels a charge, even one that has not arrived; UNKNOWN when it is on its way to a decision."""
        status, answer = await self._ask("POST", f"/charges/{quote(key, safe='')}/cancel", {})
        return _charge(answer, key) if status == 200 else _UNKNOWN

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Takes a part of authorized money, once per `capture_key`."""
        body: dict[str, object] = {"key": capture_key, "amount_minor": amount.minor, "currency": amount.currency}
        body |= {"final": is_final}
        status, answer = await self._ask("POST", f"/charges/{quote(key, safe='')}/capture", body)
        if status == 200:
            return _charge(answer, key)
        if status in (404, 409) and _code(answer) in _REFUSED_CAPTURES:
            return Charge(ChargeState.DECLINED, reason=_code(answer))
        return _UNKNOWN

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Refunds money once per `refund_key`: CAPTURED when done, DECLINED with the reason when it cannot be done."""
        body = {"key": refund_key, "amount_minor": amount.minor, "currency": amount.currency}
        status, answer = await self._ask("POST", f"/charges/{quote(key, safe='')}/refunds", body)
        if status == 200 and answer.get("key") == refund_key and (reference := _reference(answer)):
            return Charge(ChargeState.CAPTURED, reference)
        if status in (404, 409) and _code(answer) in _REFUSED_REFUNDS:
            return Charge(ChargeState.DECLINED, reason=_code(answer))
        return _UNKNOWN

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """See `verify_webhook` below."""
        if not self._webhook_secret:
            return None
        return verify_webhook(self._webhook_secret, body, headers.get(SIGNATURE_HEADER, ""), datetime.now(UTC))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def _ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of the answer; status 0 without an answer."""
        content = b"" if body is None else json.dumps(body).encode()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.request(method, path, content)
        except (NoAnswer, TimeoutError):
            return 0, {}
        return answer.status, _object(answer.body)


def verify_webhook(secret: str, body: bytes, header: str, now: datetime) -> PaymentEvent | None:
    """The event in a raw body; None unless it was signed with `secret` within five minutes of `now`."""
    parts = [part.strip() for part in header[:_MAX_HEADER].split(",")]
    times = [found[1] for part in parts if (found := _TIMESTAMP.fullmatch(part))]
    if len(times) != 1 or abs(now.timestamp() - int(times[0])) > WEBHOOK_WINDOW.total_seconds():
        return None
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    given = [found[1] for part in parts if (found := _SIGNATURE.fullmatch(part))]
    if not any(hmac.compare_digest(expected, signature) for signature in given):
        return None
    return _event(_object(body))


def _event(content: Mapping[str, Any]) -> PaymentEvent | None:
    charge = content.get("charge")
    if not isinstance(charge, dict):
        return None
    match content.get("id"), content.get("type"), charge.get("key"):
        case str(event_id), str(kind), str(key) if _ID.fullmatch(event_id) and _ID.fullmatch(key):
            told = _dispute(content.get("dispute"))
            return PaymentEvent(event_id, kind[:_MAX_REASON], key, _charge(charge, key), _is_refunded(charge), told)
    return None


def _dispute(told: object) -> DisputeReport | None:
    if not isinstance(told, dict) or told.get("state") not in DisputeState.__members__:
        return None
    reference, amount = _reference(told), _money(told, "amount_minor")
    if reference is None or amount is None:
        return None
    return DisputeReport(reference, DisputeState(told["state"]), str(told.get("reason"))[:_MAX_REASON], amount)


def _is_refunded(charge: Mapping[str, Any]) -> bool:
    taken, back = charge.get("captured_minor", charge.get("amount_minor")), charge.get("refunded_minor")
    is_closed = charge.get("state") == "CAPTURED"
    return is_closed and isinstance(taken, int) and isinstance(back, int) and 0 < taken <= back


def _charge(answer: Mapping[str, Any], key: str) -> Charge:
    """The charge in an answer; UNKNOWN when it has another key or is not decided."""
    state = _STATES.get(str(answer.get("state")))
    reference = _reference(answer)
    if state is None or reference is None or answer.get("key") != key:
        return _UNKNOWN
    reason = answer.get("reason")
    whole, captured, back = (_money(answer, name) for name in ("amount_minor", "captured_minor", "refunded_minor"))
    amount = captured or whole if state is ChargeState.CAPTURED else whole
    page = answer.get("redirect_url")
    action = PaymentAction(redirect_url=page) if isinstance(page, str) and is_web_url(page) else None
    if (action is None) is (state is ChargeState.ACTION_REQUIRED):
        return _UNKNOWN
    return Charge(
        *(state, reference, str(reason)[:_MAX_REASON] if reason else None, amount, back, action),
        captured=captured,
        splits=answer.get("multicapture") is True,
    )


def _money(answer: Mapping[str, Any], name: str) -> Money | None:
    minor, currency = answer.get(name), answer.get("currency")
    return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None


def _reference(charge: object) -> str | None:
    reference = charge.get("reference") if isinstance(charge, dict) else None
    return reference if isinstance(reference, str) and 0 < len(reference) <= 128 else None


def _code(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return str(error.get("code"))[:_MAX_REASON] if isinstance(error, dict) else "unknown"


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; empty when it is not an object."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
