"""The payment sandbox as it runs: a process of its own, called over HTTP, killed without warning."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from domain.kit.money import Money
from domain.payments.records import Charge, ChargeState
from tests.kit.backends.process import free_port
from tests.kit.running_sandbox import KEY, PRICE, RunningSandbox, charge_and_leave, paying

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = RunningSandbox(tmp_path_factory.mktemp("sandbox") / "books")
    yield running
    running.process.stop()


@pytest.mark.parametrize(
    ("token", "state", "reason"),
    [
        ("tok_ok", ChargeState.CAPTURED, None),
        ("tok_decline", ChargeState.DECLINED, "card_declined"),
        ("tok_insufficient", ChargeState.DECLINED, "insufficient_funds"),
        ("tok_late", ChargeState.CAPTURED, None),
        ("tok_late_decline", ChargeState.DECLINED, "card_declined"),
        ("tok_of_nobody", ChargeState.DECLINED, "unknown_token"),
    ],
)
async def test_a_token_decides_the_charge_and_the_status_says_the_same(
    sandbox: RunningSandbox, token: str, state: ChargeState, reason: str | None
) -> None:
    async with paying(sandbox, deadline=60) as payments:
        charge = await payments.charge(f"decided-{token}", PRICE, token)
        assert (charge.state, charge.reason) == (state, reason)
        assert charge.reference
        assert await payments.status(f"decided-{token}") == charge


async def test_a_hanging_charge_is_unknown_and_nothing_is_charged(sandbox: RunningSandbox) -> None:
    async with paying(sandbox, deadline=0.3) as hasty, paying(sandbox) as payments:
        assert await hasty.charge("hanging", PRICE, "tok_hang") == Charge(ChargeState.UNKNOWN)
        assert await payments.status("hanging") is None


async def test_a_charge_whose_answer_is_lost_is_found_by_status_and_by_asking_again(
    sandbox: RunningSandbox,
) -> None:
    async with paying(sandbox, deadline=1) as hasty, paying(sandbox) as payments:
        assert (await hasty.charge("lost", PRICE, "tok_charge_then_timeout")).state is ChargeState.UNKNOWN
        found = await payments.status("lost")
        assert found is not None
        assert found.state is ChargeState.CAPTURED
        assert await payments.charge("lost", PRICE, "tok_charge_then_timeout") == found


async def test_a_late_charge_is_unknown_until_it_is_decided_though_the_client_left(sandbox: RunningSandbox) -> None:
    await charge_and_leave(sandbox, "left", "tok_late")
    async with paying(sandbox) as payments:
        seen = [await payments.status("left")]
        while seen[-1] == Charge(ChargeState.UNKNOWN):
            await asyncio.sleep(0.05)
            seen.append(await payments.status("left"))
    assert seen[0] == Charge(ChargeState.UNKNOWN)
    assert seen[-1] is not None
    assert seen[-1].state is ChargeState.CAPTURED


async def test_an_error_charges_nothing_and_the_retry_captures(sandbox: RunningSandbox) -> None:
    async with paying(sandbox) as payments:
        assert (await payments.charge("faulty", PRICE, "tok_error_once")).state is ChargeState.UNKNOWN
        assert await payments.status("faulty") is None
        assert (await payments.charge("faulty", PRICE, "tok_error_once")).state is ChargeState.CAPTURED


async def test_fifty_charges_of_one_key_at_once_are_one_charge(sandbox: RunningSandbox) -> None:
    async with paying(sandbox) as payments:
        charges = await asyncio.gather(*(payments.charge("fifty", PRICE, "tok_ok") for _ in range(50)))
    assert len(set(charges)) == 1
    assert charges[0].state is ChargeState.CAPTURED
    assert [row for row in sandbox.charges() if row[0] == "fifty"] == [("fifty", "CAPTURED", 1299)]


async def test_a_key_with_other_content_is_a_conflict_and_changes_nothing(sandbox: RunningSandbox) -> None:
    async with paying(sandbox) as payments:
        first = await payments.charge("reused", PRICE, "tok_ok")
        assert (await payments.charge("reused", Money(1300, "GBP"), "tok_ok")).state is ChargeState.UNKNOWN
        assert (await payments.charge("reused", PRICE, "tok_decline")).state is ChargeState.UNKNOWN
        assert await payments.status("reused") == first
    status, answer = await post(sandbox, "/charges", charge_body(key="reused", token="tok_decline"))
    assert (status, answer["error"]["code"]) == (409, "key_reused")


async def test_kill_9_keeps_every_charge_that_was_answered(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "books")
    async with paying(sandbox) as payments:
        keys = [f"order-{number}" for number in range(200)]
        charges = [asyncio.create_task(payments.charge(key, PRICE, "tok_ok")) for key in keys]
        await asyncio.wait(charges[:20])
        sandbox.process.kill()
        answered = dict(zip(keys, await asyncio.gather(*charges), strict=True))
    sandbox.start()
    async with paying(sandbox) as payments:
        captured = {key: charge for key, charge in answered.items() if charge.state is ChargeState.CAPTURED}
        assert len(captured) >= 20
        assert {key: await payments.status(key) for key in captured} == captured
    sandbox.process.stop()


async def test_kill_9_while_a_charge_is_being_decided_does_not_lose_it(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "books")
    await charge_and_leave(sandbox, "late", "tok_late_decline")
    sandbox.process.kill()
    sandbox.start()
    async with paying(sandbox) as payments:
        charge = await payments.charge("late", PRICE, "tok_late_decline")
        assert (charge.state, charge.reason) == (ChargeState.DECLINED, "card_declined")
    sandbox.process.stop()


async def test_a_refund_is_given_once_per_key_and_never_exceeds_the_charge(sandbox: RunningSandbox) -> None:
    async with paying(sandbox) as payments:
        await payments.charge("refunded", PRICE, "tok_ok")
        refunds = await asyncio.gather(
            *(payments.refund("refunded", "refund-1", Money(1000, "GBP")) for _ in range(20))
        )
        assert len(set(refunds)) == 1
        assert refunds[0].state is ChargeState.CAPTURED
        too_much = await payments.refund("refunded", "refund-2", Money(300, "GBP"))
        assert too_much == Charge(ChargeState.DECLINED, reason="refund_exceeds_charge")
        rest = await payments.refund("refunded", "refund-3", Money(299, "GBP"))
        assert rest.state is ChargeState.CAPTURED


async def test_a_refund_needs_a_captured_charge_of_its_currency(sandbox: RunningSandbox) -> None:
    async with paying(sandbox) as payments:
        await payments.charge("not-refunded", PRICE, "tok_decline")
        await payments.charge("pounds", PRICE, "tok_ok")
        assert (await payments.refund("not-refunded", "r-1", PRICE)).reason == "charge_not_captured"
        assert (await payments.refund("never-seen", "r-2", PRICE)).reason == "charge_not_found"
        assert (await payments.refund("pounds", "r-3", Money(1, "EUR"))).reason == "currency_mismatch"


async def test_authorized_money_is_taken_once_or_set_free(sandbox: RunningSandbox) -> None:
    """A repeated capture takes nothing more, and what is free cannot be taken."""
    async with paying(sandbox, deadline=60) as payments:
        assert (await payments.charge("auth-1", PRICE, "tok_ok")).state is ChargeState.AUTHORIZED
        assert (await payments.refund("auth-1", "too-early", PRICE)).reason == "charge_not_captured"
        taken = [(await payments.capture("auth-1", "capture-1", PRICE)).state for _ in range(2)]
        assert taken == [ChargeState.CAPTURED] * 2
        assert (await payments.abandon("auth-1")).state is ChargeState.CAPTURED
        assert (await payments.refund("auth-1", "refund-of-auth-1", PRICE)).state is ChargeState.CAPTURED
        await payments.charge("auth-2", PRICE, "tok_ok")
        more = Money(PRICE.minor + 1, PRICE.currency)
        assert (await payments.capture("auth-2", "more", more)).reason == "amount_too_large"
        assert (await payments.capture("auth-2", "other", Money(1, "EUR"))).reason == "currency_mismatch"
        assert (await payments.abandon("auth-2")).reason == "canceled"
        assert (await payments.capture("auth-2", "capture-2", PRICE)).reason == "charge_not_authorized"
        assert (await payments.capture("auth-3", "capture-3", PRICE)).reason == "charge_not_found"


async def test_authorized_money_is_taken_in_parts(sandbox: RunningSandbox) -> None:
    """Each once per key; refunds pay back no more than was taken, and the rest is set free."""
    part, rest = Money(300, PRICE.currency), Money(PRICE.minor - 300, PRICE.currency)
    async with paying(sandbox, deadline=60) as payments:
        assert (await payments.charge("auth-4", PRICE, "tok_ok")).splits
        for _ in range(2):
            charge = await payments.capture("auth-4", "part", part, is_final=False)
            assert (charge.state, charge.amount, charge.captured) == (ChargeState.AUTHORIZED, PRICE, part)
        assert (await payments.refund("auth-4", "too-much", rest)).reason == "refund_exceeds_charge"
        assert (await payments.refund("auth-4", "back-4", part)).state is ChargeState.CAPTURED
        assert (await payments.capture("auth-4", "more-4", PRICE)).reason == "amount_too_large"
        ended = await payments.abandon("auth-4")
        assert (ended.state, ended.amount, ended.refunded) == (ChargeState.CAPTURED, part, part)
        assert (await payments.capture("auth-4", "late", rest)).reason == "charge_not_authorized"


async def test_a_bank_that_allows_one_capture_refuses_parts(sandbox: RunningSandbox) -> None:
    """A final capture of a part is allowed, and sets the rest free."""
    part = Money(300, PRICE.currency)
    async with paying(sandbox, deadline=60) as payments:
        assert not (await payments.charge("auth-5", PRICE, "tok_one_capture")).splits
        refused = await payments.capture("auth-5", "part-5", part, is_final=False)
        assert refused.reason == "multicapture_unavailable"
        assert (await payments.capture("auth-5", "final-5", part)).amount == part


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}])
async def test_nothing_is_told_without_the_key(sandbox: RunningSandbox, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url, headers=headers) as client:
        answers = [
            await client.post("/charges", content=charge_body(key="keyless")),
            await client.get("/charges/keyless"),
            await client.post("/charges/keyless/refunds", content=b"{}"),
        ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert "keyless" not in [key for key, _, _ in sandbox.charges()]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"1", b"{", b"\xff", b"[" * 10_000, b"{}"),
        *(b'{"key": "\\ud800", "amount_minor": 1, "currency": "GBP", "token": "tok_ok"}',),
    ],
)
async def test_a_body_that_is_no_charge_is_a_typed_refusal(sandbox: RunningSandbox, body: bytes) -> None:
    status, answer = await post(sandbox, "/charges", body)
    assert (status, answer["error"]["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": -1},
        {"amount_minor": 1.5},
        {"amount_minor": "100"},
        {"amount_minor": 10**16},
        {"currency": "gbp"},
        {"token": ""},
        {"token": "t" * 256},
        {"key": "a/b"},
        {"key": "k" * 129},
        {"more": 1},
    ],
)
async def test_a_field_out_of_bounds_is_refused(sandbox: RunningSandbox, change: dict[str, object]) -> None:
    status, answer = await post(sandbox, "/charges", charge_body(**change))
    assert (status, answer["error"]["code"]) == (422, "invalid_request")


async def test_a_body_of_more_than_16_kib_is_refused(sandbox: RunningSandbox) -> None:
    status, answer = await post(sandbox, "/charges", b" " * (16 * 1024 + 1))
    assert (status, answer["error"]["code"]) == (413, "body_too_large")


async def test_health_needs_no_key(sandbox: RunningSandbox) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{sandbox.url}/healthz")).status_code == 200


def test_it_ends_when_asked_though_a_client_hangs(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "books")
    with httpx.Client(timeout=0.3) as client, pytest.raises(httpx.ReadTimeout):
        client.post(
            f"{sandbox.url}/charges",
            content=charge_body(token="tok_hang"),
            headers={"Authorization": f"Bearer {KEY}"},
        )
    assert sandbox.process.stop(20) in (0, -15)


async def test_it_does_not_start_without_a_key(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "STOREFRONT_SANDBOX_KEY"}
    command = [sys.executable, "-m", "sandbox", "--port", str(free_port()), "--data", str(tmp_path)]
    for given in (environment, {**environment, "STOREFRONT_SANDBOX_KEY": ""}):
        process = await asyncio.create_subprocess_exec(*command, env=given, stderr=asyncio.subprocess.DEVNULL)
        assert await process.wait() == 2


def charge_body(**change: object) -> bytes:
    """A charge request with some fields changed."""
    return json.dumps({"key": "k", "amount_minor": 1299, "currency": "GBP", "token": "tok_ok", **change}).encode()


async def post(sandbox: RunningSandbox, path: str, body: bytes) -> tuple[int, dict[str, dict[str, str]]]:
    """Status and JSON of the answer to a raw body."""
    async with httpx.AsyncClient(base_url=sandbox.url, headers={"Authorization": f"Bearer {KEY}"}) as client:
        answer = await client.post(path, content=body)
    content: dict[str, dict[str, str]] = answer.json()
    return answer.status_code, content
