"""Fixtures of these tests."""

from collections.abc import AsyncIterator

import pytest

from datasources.payments.stripe import StripePayments
from tests.kit.stripe import EMPTY, INTENTS, SECRET
from tests.kit.stripe_server import FakeStripe, serving


@pytest.fixture
async def fake() -> AsyncIterator[FakeStripe]:
    """Stripe, which has no payment intents yet."""
    async with serving(FakeStripe()) as fake:
        fake.answer(f"GET {INTENTS}/search", EMPTY | {"object": "search_result"})
        fake.answer(f"GET {INTENTS}", EMPTY)
        yield fake


@pytest.fixture
async def payments(fake: FakeStripe) -> AsyncIterator[StripePayments]:
    """The shop's side."""
    payments = StripePayments("sk_test_key", SECRET, 2.0, fake.url)
    yield payments
    await payments.close()
