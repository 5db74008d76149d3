"""Fixtures of these tests."""

import pytest

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
