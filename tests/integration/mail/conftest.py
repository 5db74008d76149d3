"""Fixtures of these tests."""

import pytest

from datasources.kit.database import Database
from datasources.kit.documents import Documents
from tests.kit.factories.catalog import Added
from tests.kit.mails import MailDesk
from tests.kit.order_desk import Desk


@pytest.fixture
def mail_desk(database: Database, documents: Documents) -> MailDesk:
    """A shop on each relational store."""
    return MailDesk(Desk(database), documents)


@pytest.fixture
async def mug(mail_desk: MailDesk) -> Added:
    """Ten blue and ten red ones."""
    return await mail_desk.desk.open()
