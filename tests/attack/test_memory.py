"""5,000 distinct documents of each kind leave the process within 100 MB of its start."""

import pytest

from bff.processes import run_record
from tests.attack.documents import KINDS
from tests.attack.memory import resident_megabytes, send_distinct
from tests.kit.fixtures.running_shop import Shop

DOCUMENTS = 5_000
MEGABYTES = 100


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", KINDS)
async def test_distinct_documents_leave_no_memory_behind(shop: Shop, kind: str) -> None:
    """One shop for all kinds, one after the other: its memory is compared with that of the first moment."""
    running = run_record.read(shop.data_dir)
    assert running is not None
    api = running.children["api"].pid
    before = _first.setdefault(api, resident_megabytes(api))
    await send_distinct(shop.url, KINDS[kind], range(DOCUMENTS))
    grown = resident_megabytes(api) - before
    assert grown < MEGABYTES, f"{kind}: {grown:.0f} MB"


_first: dict[int, float] = {}
