"""What operators see of each answer."""

import pytest

from bff.edge import RequestLimits
from tests.unit.edge.shop import Client

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("query", "kind", "outcome"),
    [
        ("{ country }", "query", "ok"),
        ('mutation { rename(title: "Jug") { id } }', "mutation", "ok"),
        ("{ country crash }", "query", "partial"),
        ("{ crashOfAll }", "query", "error"),
        ("{ nonsense }", "unknown", "rejected"),
        ("subscription { ticks }", "subscription", "rejected"),
    ],
)
async def test_each_answer_is_told_with_its_kind_and_outcome(
    client: Client, query: str, kind: str, outcome: str
) -> None:
    """Once."""
    await client.post(query)
    assert client.finished == [(kind, outcome)]


async def test_a_request_that_took_too_long_is_an_error() -> None:
    """The kind of its operation is known by then."""
    client = Client(RequestLimits(seconds=0.05))
    await client.post("{ slow product { title } }")
    assert client.finished == [("query", "error")]
