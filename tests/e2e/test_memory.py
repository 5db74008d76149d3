"""Clients that send ever new documents do not fill the memory of the API."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bff.processes import run_record
from tests.attack.documents import KINDS
from tests.attack.memory import resident_megabytes, send_distinct
from tests.kit.fixtures.running_shop import Shop

pytestmark = pytest.mark.xdist_group("shop")

# Of each kind. Without bounds they take more than a megabyte each.
DOCUMENTS = 60
MEGABYTES = 100


async def test_documents_that_nobody_sends_again_leave_no_memory_behind(shop: Shop) -> None:
    """The short form of `make attack`: distinct documents of each kind, 14 kB each; the budget holds for all caches."""
    running = run_record.read(shop.data_dir)
    assert running is not None
    api = running.children["api"].pid
    before = resident_megabytes(api)
    for document in KINDS.values():
        await send_distinct(shop.url, document, range(DOCUMENTS))
    assert resident_megabytes(api) - before < MEGABYTES
    families = text_string_to_metric_families((await shop.client.get("/metrics")).text)
    samples = next(family.samples for family in families if family.name == "storefront_cache_bytes")
    assert {sample.labels["cache"] for sample in samples} >= {"documents", "homepages", "homepage_answers"}
    assert sum(sample.value for sample in samples) <= 64 * 1024 * 1024
