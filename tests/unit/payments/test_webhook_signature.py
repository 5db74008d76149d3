"""The shop believes an event only when the sandbox signed it within five minutes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from datasources.payments.sandbox import verify_webhook
from domain.kit.money import Money
from domain.payments.records import Charge, ChargeState
from sandbox.webhooks import signature

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
BODY = json.dumps(
    {
        "id": "evt_1",
        "type": "charge.captured",
        "created": AT,
        "charge": {"key": "order-1", "reference": "ch_1", "state": "CAPTURED", "reason": None},
    }
).encode()


def test_an_event_signed_now_is_read() -> None:
    event = verify_webhook("secret", BODY, signature("secret", BODY, AT), NOW)
    assert event is not None
    assert (event.id, event.kind, event.key) == ("evt_1", "charge.captured", "order-1")
    assert event.charge == Charge(ChargeState.CAPTURED, "ch_1")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_event_signed_more_than_five_minutes_away_is_refused(seconds: int) -> None:
    header = signature("secret", BODY, AT)
    assert verify_webhook("secret", BODY, header, NOW + timedelta(seconds=seconds)) is None
    assert verify_webhook("secret", BODY, header, NOW + timedelta(seconds=seconds // 301 * 299)) is not None


def test_an_event_signed_with_another_secret_is_refused() -> None:
    assert verify_webhook("secret", BODY, signature("other", BODY, AT), NOW) is None


def test_a_changed_body_is_refused() -> None:
    header = signature("secret", BODY, AT)
    assert verify_webhook("secret", BODY.replace(b"order-1", b"order-2"), header, NOW) is None


def test_the_time_is_part_of_what_is_signed() -> None:
    header = signature("secret", BODY, AT - 1000).replace(f"t={AT - 1000}", f"t={AT}")
    assert verify_webhook("secret", BODY, header, NOW) is None


def test_one_of_two_signatures_is_enough_while_a_secret_is_changed() -> None:
    old, new = signature("old", BODY, AT), signature("new", BODY, AT)
    header = f"{old},{new.partition(',')[2]}"
    assert verify_webhook("old", BODY, header, NOW) is not None
    assert verify_webhook("new", BODY, header, NOW) is not None


@pytest.mark.parametrize(
    "header",
    ["", "t=,v1=", "t=1", "v1=" + "0" * 64, "t=" + "9" * 5000, f"t={AT},t={AT},v1=x", "t=١,v1=é", "\0" * 20],
)
def test_a_malformed_header_is_refused(header: str) -> None:
    assert verify_webhook("secret", BODY, header, NOW) is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"[" * 100_000, b'{"id": 1}', b'{"charge": {}}'])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    assert verify_webhook("secret", body, signature("secret", body, AT), NOW) is None


@pytest.mark.parametrize(("back", "has_refunds", "is_back"), [(0, False, False), (300, True, False), (999, True, True)])
def test_an_event_says_what_was_paid_back_so_far(back: int, has_refunds: bool, is_back: bool) -> None:
    charge = {"key": "order-1", "reference": "ch_1", "state": "CAPTURED", "amount_minor": 999, "currency": "GBP"}
    body = json.dumps({"id": "evt_2", "type": "refund.completed", "charge": charge | {"refunded_minor": back}}).encode()
    event = verify_webhook("secret", body, signature("secret", body, AT), NOW)
    assert event is not None
    assert (event.has_refunds, event.refunded) == (has_refunds, is_back)
    assert (event.charge.amount, event.charge.refunded) == (Money(999, "GBP"), Money(back, "GBP"))
