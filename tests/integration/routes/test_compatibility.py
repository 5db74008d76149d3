"""The demo shop answers what the Storefront API has: each name counts when an answer has a value for it."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bff.app import routes_over
from bff.edge.limits import RequestLimits
from bff.settings.territories import demo_territories
from bff.stores.demo import seed
from bff.stores.wiring import open_stores
from tests.contracts.absent import ANSWERING_NONE
from tests.contracts.compatibility import compared
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.graphql import paying_settings
from tests.kit.fixtures.shop import empty_shop
from tests.kit.fixtures.stores import unique_name
from tests.kit.running_sandbox import RunningSandbox
from tests.kit.storefront_asker import Asker
from tests.kit.storefront_life import browse, buy
from workers.search import Indexer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
async def asker(
    all_databases: dict[str, Databases], tmp_path_factory: pytest.TempPathFactory, payment_sandbox: RunningSandbox
) -> AsyncIterator[Asker]:
    """The whole demo shop, searchable, in which everybody can pay."""
    directory: Path = tmp_path_factory.mktemp("compatible")
    async with empty_shop(all_databases, unique_name(), directory) as settings:
        changes = {
            "territories": demo_territories(),
            "max_cost": 10**9,
            "max_depth": 60,
            "body_bytes": 2**22,
            "id_prefix": "storefront",
        }
        changes |= {"limits": {}, "token_secret": SecretStr("a secret of the compatible shop, to sign with")}
        async with open_stores(settings.model_copy(update=changes | paying_settings(payment_sandbox))) as stores:
            await seed(stores, lambda *_: None)
            await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).rebuild()
            with pytest.MonkeyPatch.context() as patch:
                # Documents that select everything are larger than any client may send.
                patch.setattr("bff.edge.parsing.MAX_CHARACTERS", 2**22)
                patch.setattr("bff.app.RequestLimits", partial(RequestLimits, max_tokens=10**6))
                transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
                async with httpx.AsyncClient(transport=transport, base_url="http://shop.test", timeout=60) as client:
                    asker = Asker(client)
                    await browse(asker)
                    await buy(asker, stores)
                    yield asker
            await stores.documents.db.client.drop_database(settings.mongo_database)


def test_enough_of_the_storefront_api_is_answered(asker: Asker) -> None:
    """At least 245 types, and 880 fields and input fields, if at most 60 of those without a value count."""
    found = compared()
    silent = found.known_fields - asker.answered
    assert silent == set(ANSWERING_NONE)
    assert len(found.known_types & asker.answered) >= 245
    assert len(found.known_fields & asker.answered) + min(len(silent), 60) >= 880
