"""Fixtures of these tests."""

from dataclasses import replace

import pytest

from datasources.kit.database import Database
from domain.payments.records import PaymentMethod
from services.payments.webhooks import WebhookService
from tests.kit import order_desk
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import TERRITORIES, Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk on each relational store."""
    return Desk(database)


@pytest.fixture
async def mug(desk: Desk) -> Added:
    """Ten blue and ten red ones."""
    return await desk.open()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A territory whose only method takes the money with the parcels."""
    card = PaymentMethod("card", "Card", "till", authorizes=True)
    first = replace(TERRITORIES.all[0], payment_methods=(card,))
    monkeypatch.setattr(order_desk, "TERRITORIES", replace(TERRITORIES, all=(first, *TERRITORIES.all[1:])))


@pytest.fixture
def hooks(desk: Desk, database: Database) -> WebhookService:
    """What takes the events of the till."""
    return WebhookService(database, desk.till.name, desk.orders)
