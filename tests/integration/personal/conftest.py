"""A shop of twelve products in three collections, which search knows too."""

from dataclasses import dataclass
from functools import partial

import pytest

from bff.worker import search_indexer, taste_keeper
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Account, Api, Record

CONSENT = "@inContext(visitorConsent: { analytics: true, preferences: true })"
DEVICE = {"X-Device-Id": "some-app-install"}


@dataclass(frozen=True, slots=True)
class Mugs:
    """The shop, the keys of its products in their order, and an account."""

    api: Api
    keys: tuple[int, ...]
    account: Account

    async def as_account(self, query: str) -> Record:
        """The whole answer for the account, whose client says nothing about consent."""
        return await self.api(query, token=self.account.token)

    async def as_guest(self, query: str) -> Record:
        """The whole answer for a device whose client says that everything is allowed."""
        return await self.api(allowed(query), headers=DEVICE)


def allowed(query: str) -> str:
    """The query of a client whose visitor allows everything."""
    kind, opening, rest = query.partition("{")
    return f"{kind.strip() or 'query'} {CONSENT} {opening}{rest}"


@pytest.fixture
async def mugs(api: Api) -> Mugs:
    """All products in `all`, the first four in `small` too, the next four in `large`; the rows are copied."""
    added = [await api.add_product(handle=f"mug-{number:02}", title=f"Mug {number:02}") for number in range(12)]
    keys = tuple(product.product_id for product in added)
    for handle, some in (("all", keys), ("small", keys[:4]), ("large", keys[4:8])):
        await api.transact(partial(add_collection, product_ids=some, handle=handle, title=f"{handle} mugs"))
    await search_indexer(api.stores).rebuild()
    await taste_keeper(api.stores).turn()
    return Mugs(api, keys, await api.add_account())
