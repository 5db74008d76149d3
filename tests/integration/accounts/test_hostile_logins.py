"""A client that logs in as fast as it can does not keep others from logging in."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from ipaddress import ip_network

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bff.app import routes_over
from bff.settings.variables import Settings
from bff.stores.wiring import open_stores
from services.accounts import passwords
from tests.integration.accounts.test_graphql import LOG_IN, PASSWORD, SIGN_UP

pytestmark = pytest.mark.slow

STAFF = "staff@example.com"
HOSTILE, ELSEWHERE = "2001:db8:bad::1", "198.51.100.9"
CONNECTIONS, LOGINS, ROUNDS = 40, 20, 4


class Device:
    """A client with an address and cookies of its own."""

    def __init__(self, transport: httpx.ASGITransport, address: str) -> None:
        headers = {"X-Forwarded-For": address, "Accept": "application/json"}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://shop.test", headers=headers, timeout=60)

    async def log_in(self, email: str, password: str, aliases: int = 1) -> list[str]:
        """What each login came to."""
        field = LOG_IN.partition("{")[2].rpartition("}")[0].strip()
        fields = " ".join(f"a{number}: {field}" for number in range(aliases))
        query = f"{LOG_IN.partition('{')[0]} {{ {fields} }}"
        variables = {"email": email, "password": password}
        answer = (await self.http.post("/graphql", json={"query": query, "variables": variables})).json()
        codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
        given = [login for login in (answer.get("data") or {}).values() if login is not None]
        return codes + ["in" if login["customerAccessToken"] else "wrong" for login in given]


@pytest.fixture
async def transport(shop_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.ASGITransport]:
    """A shop behind a proxy, with an account of its staff. It hashes sooner than it should."""
    hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: hasher)
    monkeypatch.setattr(passwords, "_NOBODY", hasher.hash("nobody knows"))
    settings = shop_settings.model_copy(update={"trusted_proxies": [ip_network("127.0.0.1/32")]})
    async with open_stores(settings) as stores:
        transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
        made = Device(transport, "198.51.100.1")
        await made.http.post("/graphql", json={"query": SIGN_UP, "variables": {"input": _account(STAFF)}})
        yield transport


def _account(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD}


@pytest.mark.parametrize("where", [ELSEWHERE, HOSTILE])
async def test_staff_log_in_beside_hostile_connections(transport: httpx.ASGITransport, where: str) -> None:
    """Twenty times of twenty: from another network, and from the attackers' on a device that they have used."""
    staff, seen, outcomes = Device(transport, where), Counter[str](), list[str]()
    if where == HOSTILE:
        assert await staff.log_in(STAFF, PASSWORD) == ["in"]
    attackers = [Device(transport, HOSTILE.removesuffix("1") + f"{number + 2:x}") for number in range(CONNECTIONS)]
    emails = [STAFF if number % 2 else f"{number}@example.com" for number in range(CONNECTIONS)]
    for _ in range(ROUNDS):
        attacks = [each.log_in(email, "wrong") for each, email in zip(attackers, emails, strict=True)]
        logins = [staff.log_in(STAFF, PASSWORD) for _ in range(LOGINS // ROUNDS)]
        answers = await asyncio.gather(*attacks, *logins)
        seen.update(code for codes in answers[:CONNECTIONS] for code in codes)
        outcomes += [code for codes in answers[CONNECTIONS:] for code in codes]
    assert outcomes == ["in"] * LOGINS
    assert set(seen) <= {"wrong", "LOGIN_LIMIT_EXCEEDED", "THROTTLED"}
    assert seen["LOGIN_LIMIT_EXCEEDED"] > 0


async def test_each_alias_is_a_try(transport: httpx.ASGITransport) -> None:
    """Four in a document, as many as one may cost."""
    device, outcomes = Device(transport, HOSTILE), list[str]()
    for _ in range(3):
        outcomes += await device.log_in(STAFF, "a wrong password", aliases=4)
    assert outcomes.count("wrong") == 10
    assert outcomes.count("LOGIN_LIMIT_EXCEEDED") == 2
