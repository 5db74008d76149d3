"""Queries that are refused, as tests of several domains need them."""

from tests.kit.fixtures.graphql_api import Api, Record


async def refused(api: Api, query: str, variables: Record) -> str:
    """The reason of an answer that refuses its input."""
    answer = await api(query, variables)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    reason: str = error["extensions"]["reason"]
    return reason
