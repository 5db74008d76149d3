"""Both search engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from datasources.search.engines import search_engine
from domain.search import SearchEngine
from tests.kit import backends
from tests.kit.factories.search import LAMP, MUG, SHIRT
from tests.kit.fixtures.stores import present, unique_name


@pytest.fixture(params=["tantivy", "meilisearch"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    """An engine with a prepared index of its own and nothing in it."""
    if request.param == "tantivy":
        url, key = f"tantivy://{tmp_path}", ""
    else:
        url, key = present("meilisearch").url(), backends.meilisearch.key
    engine = search_engine(url, key, f"{unique_name()}:", 5.0)
    await engine.prepare()
    yield engine
    await engine.clear()
    await engine.close()


@pytest.fixture
async def engine(empty: SearchEngine) -> SearchEngine:
    """The same with three products."""
    await empty.index([MUG, LAMP, SHIRT])
    return empty
