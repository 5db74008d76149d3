"""Visitors of homepages of every territory and platform: guests, devices and accounts, at some requests at a time."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

CONSENT = "visitorConsent: { analytics: true, preferences: true }"
QUERY = (
    f"query($platform: Platform!, $country: CountryCode!) @inContext(country: $country, {CONSENT})"
    """ {
  homepage(platform: $platform) { territory platform version isStale personalized menu { title url }
    sections { __typename id title ... on HomepageShelf { handle products { id title availableForSale
      price { amount currencyCode } image { url } } } ... on HomepageText { html } } } }"""
)
TRACK = (
    f"mutation @inContext({CONSENT}) "
    + '{ trackEvents(events: [{ type: ADD_TO_CART, category: "lamps" }]) { accepted } }'
)
_ACTIVE = 0.05
COUNTRIES = ("GB", "US", "FR", "DE", "JP")
PLATFORMS = ("WEB", "IOS", "ANDROID")


@dataclass
class Answers:
    """What visitors got: how often which code, how long it took (seconds) by phase, and how many pages were stale."""

    count: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    stale: Counter[str] = field(default_factory=Counter)
    personal: int = 0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    fresh_at: float = 0.0


class Visitors:
    """Sends requests to the API processes in turn; `phase` names the current fault of Redis."""

    def __init__(self, clients: Sequence[httpx.AsyncClient], tokens: Sequence[str], seed: int = 0) -> None:
        self._clients = clients
        self._tokens = tokens
        self._chance = random.Random(seed)
        self.answers = Answers()
        self.phase = "calm"
        self._leaving = False

    async def come(self, at_once: int, pause: float) -> None:
        """Visitors one after the other, some at a time, until `leave`."""
        await asyncio.gather(*(self._visit(pause) for _ in range(at_once)))

    def leave(self) -> None:
        """Ends `come` after the requests at hand."""
        self._leaving = True

    async def _visit(self, pause: float) -> None:
        while not self._leaving:
            await self.ask()
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))

    async def ask(self) -> None:
        """One visitor, who sometimes does something with what they see; that is lost while Redis is away."""
        chance = self._chance
        if chance.random() < _ACTIVE:
            device = {"X-Device-Id": f"app-install-{chance.randrange(50)}", **self._network()}
            await chance.choice(self._clients).post("/graphql", json={"query": TRACK}, headers=device)
        variables = {"platform": chance.choice(PLATFORMS), "country": chance.choice(COUNTRIES)}
        headers = chance.choice([{}, {}, {"X-Device-Id": f"app-install-{chance.randrange(50)}"}, self._account()])
        headers = {**headers, **self._network()}
        phase, began = self.phase, time.monotonic()
        sent = {"query": QUERY, "variables": variables}
        answer = (await chance.choice(self._clients).post("/graphql", json=sent, headers=headers)).json()
        self._note(answer, phase, time.monotonic() - began)

    def _network(self) -> dict[str, str]:
        """One of many, as a proxy passes it on."""
        return {"X-Forwarded-For": f"10.0.{self._chance.randrange(256)}.{self._chance.randrange(256)}"}

    def _account(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._chance.choice(self._tokens)}"}

    def _note(self, answer: dict[str, object], phase: str, seconds: float) -> None:
        answers = self.answers
        answers.count += 1
        answers.latencies.setdefault(phase, []).append(seconds)
        for error in answer.get("errors", ()):  # type: ignore[attr-defined]  # JSON
            answers.codes[f"{phase}: {error['extensions']['code']}"] += 1
        data = answer.get("data")
        page = data.get("homepage") if isinstance(data, dict) else None
        if page is not None:
            answers.stale[phase] += page["isStale"]
            answers.personal += page["personalized"]
            if not page["isStale"]:
                answers.fresh_at = time.monotonic()
