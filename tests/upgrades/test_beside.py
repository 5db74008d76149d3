"""A rolling deploy and a rollback: the previous release and this version serve one shop together."""

from pathlib import Path

import pytest

from tests.kit.fixtures.stores import present
from tests.upgrades.beside import beside


@pytest.mark.timeout(300)  # eight processes start, on two cores at worst
async def test_both_versions_serve_one_shop(tmp_path: Path) -> None:
    """Carts of one are bought in the other, one handles events of the other, and both find no inconsistency."""
    for name in ("mongo", "valkey"):
        present(name)
    try:
        async with beside(tmp_path) as pair:
            await pair.round()
            assert await pair.contradictions() == []
    except LookupError as error:
        pytest.skip(f"the history of this clone has no previous release: {error}")
