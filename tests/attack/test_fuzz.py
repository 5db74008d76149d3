"""Whatever a client sends, the shop answers as GraphQL: no crash, and no word about its inside."""

import gc

import pytest

from bff.edge.execution import core_schema
from bff.settings.variables import Settings
from schema.build import schema
from tests.attack.fuzzing.client import Fuzzer
from tests.attack.fuzzing.shop import fill
from tests.kit.fixtures.graphql import asking

# graphql-core cancels fields that have not begun beside one that failed, and so awaits none of theirs.
_UNBEGUN = "ignore:coroutine .* was never awaited:RuntimeWarning"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600), pytest.mark.filterwarnings(_UNBEGUN)]
SEED = 15
REQUESTS, MANY = 300, 10_000
# What ends most requests must not be that they were malformed, or that somebody asked too often.
FEWEST_ANSWERED = 0.3


async def test_forged_requests_are_answered(shop_settings: Settings, pytestconfig: pytest.Config) -> None:
    """300 of them, and 10,000 in `make attack`, by guests, shoppers and staff, with forged ids, cursors and values."""
    requests = MANY if pytestconfig.getoption("attack") else REQUESTS
    settings = shop_settings.model_copy(update={"limits": {"cost-of-account": 10_000.0}})
    async with asking(settings) as api:
        loot, tokens = await fill(api)
        fuzzer = Fuzzer(core_schema(schema), api.client, SEED, loot)
        faults = await fuzzer.run(requests, tokens)
        gc.collect()
    assert not faults, "\n\n".join(
        f"{each.what}\n{each.headers}\n{each.body.decode(errors='replace')}" for each in faults[:20]
    )
    assert fuzzer.codes["none"] > FEWEST_ANSWERED * requests, fuzzer.codes
