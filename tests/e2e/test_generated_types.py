"""Types that graphql-codegen makes of the schema, in TypeScript at its strictest."""

import pytest

from tests.e2e.storefronts import run

# In the process that has installed the clients.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]


@pytest.mark.timeout(240)
async def test_generated_types_are_clean() -> None:
    """The client preset takes the documents of ten storefronts; a storefront that uses its types compiles.

    The compiler also says so if one of its four mistakes is none.
    """
    await run("node_modules/.bin/graphql-codegen", "--config", "codegen.json")
    assert await run("node_modules/.bin/tsc", "--project", "typed") == b""
