"""Fixtures of these tests."""

from typing import Any

import pytest

from bff.edge.execution import execute_operation
from bff.stores.wiring import Stores
from datasources.homepage.marks import HomepageMarks
from tests.kit.homepage_building import Counting


@pytest.fixture
def composer(stores: Stores) -> Counting:
    """A composer that counts."""
    return Counting(stores)


@pytest.fixture
def marks(stores: Stores) -> HomepageMarks:
    """The marks of the shop."""
    return HomepageMarks(stores.redis, stores.settings.prefix)


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were executed, in order."""
    texts = list[str]()

    async def noted(schema: Any, document: Any, **options: Any) -> Any:
        texts.append(document.loc.source.body)
        return await execute_operation(schema, document, **options)

    monkeypatch.setattr("bff.edge.endpoint.execute_operation", noted)
    return texts
