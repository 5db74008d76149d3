"""The API is killed while five hundred people buy: nothing is lost, nothing is sold twice, and it all adds up."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bff.processes import run_record
from bff.processes.environment import child_environment
from tests.kit.factories.buyers import BUYER
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")

BUYERS = 500
KILL_AFTER = 60
_CREATE = """mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }"""
_SUBMIT = """mutation($cart: ID!, $token: String!, $payment: String!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $token, payment: { token: $payment }) {
    __typename ... on SubmitSuccess { order { id status } } ... on SubmitFailed { errors { code } } } }"""
_VARIANT = """query($handle: String!) { product(handle: $handle) {
  variants(first: 1) { nodes { id quantityAvailable } } } }"""
_TOKENS = ("tok_ok", "tok_ok", "tok_ok", "tok_decline", "tok_charge_then_timeout")


class Crowd:
    """Buyers that ask again with the same token until they are answered, as clients should."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.answered = 0
        self.enough = asyncio.Event()

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation, however long the shop is away; 90 seconds at most."""
        while True:
            try:
                answer = await self._client.post("/graphql", json={"query": query, "variables": variables})
                body = answer.json()
                if "errors" not in body:
                    data: dict[str, Any] = body["data"]
                    return data
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.3)

    async def buy(self, cart: str, number: int) -> str:
        """What became of one buyer's attempt: the order's status or the refusal."""
        token = _TOKENS[number % len(_TOKENS)]
        data = await self.ask(_SUBMIT, cart=cart, token=f"attempt-{number}", payment=token)
        self.answered += 1
        if self.answered >= KILL_AFTER:
            self.enough.set()
        result = data["cartSubmitForCompletion"]
        return str(result["order"]["status"] if "order" in result else result["errors"][0]["code"])

    async def cart(self, variant: str) -> str:
        """A cart with one unit."""
        data = await self.ask(_CREATE, input=BUYER | {"lines": [{"merchandiseId": variant, "quantity": 1}]})
        return str(data["cartCreate"]["cart"]["id"])


def api_process(shop: Shop) -> int:
    """The process id of the API."""
    running = run_record.read(shop.data_dir)
    assert running is not None
    return running.children["api"].pid


def check(shop: Shop) -> subprocess.CompletedProcess[str]:
    """What `storefront check` says about the running shop."""
    environment = child_environment({"STOREFRONT_DATA_DIR": str(shop.data_dir)})
    command = [sys.executable, "-P", "-m", "bff.cli", "check"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - another process has no event
        await asyncio.sleep(0.1)


@pytest.mark.timeout(400)
async def test_a_killed_api_loses_and_doubles_nothing(shop: Shop) -> None:
    """Half want one of twenty clocks, half want one of many mugs; every third card fails in some way."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=shop.url, timeout=60, limits=limits, trust_env=False) as client:
        crowd = Crowd(client)
        variants = [
            (await crowd.ask(_VARIANT, handle=handle))["product"]["variants"]["nodes"][0]
            for handle in ("numbered-tide-clock", "harbour-mug")
        ]
        clocks = variants[0]["quantityAvailable"]
        carts = await asyncio.gather(*(crowd.cart(variants[number % 2]["id"]) for number in range(BUYERS)))
        buyers = [asyncio.create_task(crowd.buy(cart, number)) for number, cart in enumerate(carts)]
        await crowd.enough.wait()
        killed = api_process(shop)
        os.kill(killed, signal.SIGKILL)
        outcomes = await asyncio.gather(*buyers)
        await _until(lambda: api_process(shop) != killed)
        left = (await crowd.ask(_VARIANT, handle="numbered-tide-clock"))["product"]["variants"]["nodes"][0]
    bought = Counter(outcome for number, outcome in enumerate(outcomes) if number % 2 == 0)
    assert set(outcomes) <= {"PAID", "PENDING_PAYMENT", "PAYMENT_DECLINED", "OUT_OF_STOCK"}
    assert "OUT_OF_STOCK" not in outcomes[1::2]
    assert bought["PAID"] + bought["PENDING_PAYMENT"] == clocks - left["quantityAvailable"]
    found = await asyncio.to_thread(check, shop)
    assert found.returncode == 0, found.stdout + found.stderr
