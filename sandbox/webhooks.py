"""Delivers events at least once: signed, with backoff, given up after `MAX_TRIES`."""

import asyncio
import hashlib
import hmac
import random
import time

import aiohttp

from sandbox.books import Books
from sandbox.ledger import Ledger
from sandbox.messages import Problem

SIGNATURE_HEADER = "Sandbox-Signature"
MAX_TRIES = 12
_BATCH = 100
_POLL_SECONDS = 0.2
_DEADLINE_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 60.0


def signature(secret: str, body: bytes, at: int) -> str:
    """The signature header of a body sent `at` seconds since 1970: HMAC-SHA256 over time, dot, raw body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Courier:
    """Sends what is due to one address, at most `_BATCH` at a time."""

    def __init__(self, books: Books, url: str, secret: str) -> None:
        self._books = books
        self._url = url
        self._secret = secret

    async def run(self) -> None:
        """Delivers until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_DEADLINE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            while True:
                try:
                    sent = await self._round(session)
                except Problem:
                    sent = 0  # the store failed; the events are still there
                if sent < _BATCH:
                    await asyncio.sleep(_POLL_SECONDS)

    async def _round(self, session: aiohttp.ClientSession) -> int:
        """Sends one batch; returns how many events were due."""
        await self._books.run(Ledger.decide_due)
        events = await self._books.run(lambda ledger: ledger.due_events(_BATCH))
        await asyncio.gather(*(self._deliver(session, *event) for event in events))
        return len(events)

    async def _deliver(self, session: aiohttp.ClientSession, event_id: str, body: bytes, tries: int) -> None:
        if await self._received(session, body) or tries + 1 >= MAX_TRIES:
            await self._books.run(lambda ledger: ledger.delivered(event_id))
        else:
            wait = min(_LONGEST_WAIT_SECONDS, 0.25 * 2**tries) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
            await self._books.run(lambda ledger: ledger.postpone(event_id, wait))

    async def _received(self, session: aiohttp.ClientSession, body: bytes) -> bool:
        signed = signature(self._secret, body, int(time.time()))
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signed}
        try:
            async with session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return False
