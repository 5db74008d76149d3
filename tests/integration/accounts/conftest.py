"""Fixtures of these tests."""

from datetime import UTC, datetime, timedelta

import pytest

from datasources.content.menus import Menus
from datasources.content.writes import ContentStore
from domain.content import Menu
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api


@pytest.fixture
async def mug(api: Api) -> Added:
    """Data to change, besides homepages with drafts, versions and a schedule, and a menu."""
    pages, text = api.stores.homepage_documents, (TextSection("a", "Hello", ""),)
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main", ()))
    menus = Menus(api.stores.documents)
    assert await menus.replace(await menus.stored("main", Platform.IOS), Menu("main", "main", "Main", ()), "test")
    ios, android = HomepageKey("GB", Platform.IOS), HomepageKey("GB", Platform.ANDROID)
    for version in (0, 1):
        assert await pages.publish(ios, version, "main", text)
    for key in (HomepageKey("GB", Platform.WEB), android):
        assert await pages.save_draft(key, 0, "main", text, "test")
    assert await pages.schedule(android, 1, datetime.now(UTC) + timedelta(days=1), "test")
    return await api.add_product()
