"""The sandbox's pages for buyers, its tokens for cards, and the end of a charge that waits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from datasources.payments.sandbox import verify_webhook
from domain.kit.money import Money
from domain.payments.disputes import DisputeReport, DisputeState
from sandbox.app import create_app
from sandbox.ledger import Ledger
from sandbox.messages import ChargeRequest
from sandbox.store import connect
from sandbox.tokens import behaviour_of
from sandbox.webhooks import signature

BACK = "https://shop.example/back?order=1"
CHARGE = {"key": "order-1", "amount_minor": 1_299, "currency": "GBP", "token": "tok_3ds", "return_url": BACK}
KEY = {"Authorization": "Bearer key"}


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A sandbox in this process."""
    app = create_app(tmp_path, "key", webhook_secret="signing", public_url="http://sandbox.test")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox.test") as client:
        yield client


async def charge(sandbox: httpx.AsyncClient, **changes: object) -> dict[str, object]:
    """A new charge."""
    answer = await sandbox.post("/charges", json=CHARGE | changes, headers=KEY)
    found: dict[str, object] = answer.json()
    return found


async def state(sandbox: httpx.AsyncClient, key: str = "order-1") -> tuple[str, str | None]:
    """State and reason of a charge."""
    found = (await sandbox.get(f"/charges/{key}", headers=KEY)).json()
    return found["state"], found["reason"]


@pytest.mark.parametrize(
    ("token", "decision", "after"),
    [
        ("tok_3ds", "accept", ("CAPTURED", None)),
        ("tok_3ds", "refuse", ("DECLINED", "authentication_failed")),
        ("tok_3ds", "leave", ("ACTION_REQUIRED", None)),
        ("tok_3ds_decline", "accept", ("DECLINED", "insufficient_funds")),
        ("tok_redirect", "accept", ("CAPTURED", None)),
        ("tok_redirect_decline", "accept", ("DECLINED", "card_declined")),
    ],
)
async def test_the_buyer_decides_on_the_page_and_comes_back_with_a_signed_state(
    sandbox: httpx.AsyncClient, token: str, decision: str, after: tuple[str, str | None]
) -> None:
    """The page asks before; pressing another button afterwards changes nothing."""
    made = await charge(sandbox, token=token)
    assert (made["state"], await state(sandbox)) == ("ACTION_REQUIRED", ("ACTION_REQUIRED", None))
    page = str(made["redirect_url"])
    shown = await sandbox.get(page)
    assert "12.99 GBP" in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    back = await sandbox.post(page, data={"decision": decision})
    told = parse_qs(urlsplit(back.headers["location"]).query)
    assert (back.status_code, told["order"], told["state"]) == (303, ["1"], [after[0]])
    at = int(told["signed"][0].partition(",")[0].removeprefix("t="))
    content = urlencode({"charge": "order-1", "state": after[0]})
    assert told["signed"] == [signature("signing", content.encode(), at)]
    assert await state(sandbox) == after
    if after[0] != "ACTION_REQUIRED":
        await sandbox.post(page, data={"decision": "refuse" if decision == "accept" else "accept"})
        assert await state(sandbox) == after
        assert 'value="accept"' not in (await sandbox.get(page)).text


async def test_without_a_way_back_a_charge_that_needs_its_buyer_is_declined(sandbox: httpx.AsyncClient) -> None:
    await charge(sandbox, return_url=None)
    assert await state(sandbox) == ("DECLINED", "authentication_required")


@pytest.mark.parametrize("back", ["javascript:alert(1)", "/elsewhere", "https://shop.example/ <x>", "ftp://x"])
async def test_a_way_back_is_an_address_of_the_web(sandbox: httpx.AsyncClient, back: str) -> None:
    answer = await sandbox.post("/charges", json=CHARGE | {"return_url": back}, headers=KEY)
    assert answer.status_code == 422


async def test_a_charge_that_was_cancelled_takes_no_money(sandbox: httpx.AsyncClient) -> None:
    """Neither one whose page is open, nor one whose request arrives after its end; a captured one stays."""
    page = str((await charge(sandbox))["redirect_url"])
    for _ in range(2):
        ended = (await sandbox.post("/charges/order-1/cancel", headers=KEY)).json()
        assert (ended["state"], ended["reason"]) == ("DECLINED", "canceled")
    await sandbox.post(page, data={"decision": "accept"})
    await sandbox.post("/charges/order-2/cancel", headers=KEY)
    late = await sandbox.post("/charges", json=CHARGE | {"key": "order-2", "token": "tok_ok"}, headers=KEY)
    assert late.status_code == 409
    assert [await state(sandbox, key) for key in ("order-1", "order-2")] == [("DECLINED", "canceled")] * 2
    await charge(sandbox, key="order-3", token="tok_ok")
    assert (await sandbox.post("/charges/order-3/cancel", headers=KEY)).json()["state"] == "CAPTURED"
    await charge(sandbox, key="order-4", token="tok_async")
    assert (await sandbox.post("/charges/order-4/cancel", headers=KEY)).status_code == 409
    assert (await sandbox.post("/charges/order-4/cancel")).status_code == 401


@pytest.mark.parametrize(
    ("number", "token"),
    [
        ("4242 4242 4242 4242", "tok_ok"),
        ("4000000000000002", "tok_decline"),
        ("4000002500003155", "tok_3ds"),
        ("4000008260003178", "tok_3ds_decline"),
        ("5555555555554444", "tok_unknown_card"),
    ],
)
async def test_browsers_of_any_shop_change_a_card_into_a_token(
    sandbox: httpx.AsyncClient, number: str, token: str
) -> None:
    """So the shop never sees the card."""
    answer = await sandbox.post("/tokens", json={"number": number}, headers={"Origin": "https://shop.example"})
    assert (answer.json(), answer.headers["access-control-allow-origin"]) == ({"token": token}, "*")
    assert (await sandbox.options("/tokens")).status_code == 204
    assert (await sandbox.post("/tokens", json={"number": "x"})).status_code == 422


async def test_a_page_that_nobody_has_is_not_found(sandbox: httpx.AsyncClient) -> None:
    assert (await sandbox.get("/pages/unknown")).status_code == 404
    assert (await sandbox.post("/pages/unknown", data={"decision": "accept"})).status_code == 404
    page = str((await charge(sandbox))["redirect_url"])
    assert (await sandbox.post(page, data={"decision": "both"})).status_code == 422


async def test_a_disputed_charge_is_reported_after_its_capture(tmp_path: Path) -> None:
    """The shop reads the report; the one of the end follows."""
    ledger = Ledger(connect(tmp_path), late_seconds=0.0, keep_events=True)
    request = ChargeRequest("order-1", 1_299, "GBP", "tok_dispute_lost")
    ledger.charge(request, behaviour_of("tok_dispute_lost"))
    events = []
    for _, body, _ in ledger.due_events(10):
        events.append(verify_webhook("signing", body, signature("signing", body, 0), datetime.fromtimestamp(0, UTC)))
    disputes = {event.kind: event.dispute for event in events if event is not None}
    opened, closed = disputes["dispute.opened"], disputes["dispute.closed"]
    assert disputes["charge.captured"] is None
    assert opened is not None
    assert opened == DisputeReport(opened.id, DisputeState.NEEDS_RESPONSE, "fraudulent", Money(1_299, "GBP"))
    assert closed == DisputeReport(opened.id, DisputeState.LOST, "fraudulent", Money(1_299, "GBP"))
