"""Who may change what through GraphQL; outsiders learn nothing about the carts and orders of others."""

from collections.abc import Mapping

import pytest

from bff.edge.execution import core_schema
from schema.build import schema
from tests.kit.askers import REFUSED, everything
from tests.kit.authority import MUTATIONS, PUBLIC, QUERIES, Outcomes, Row, outcome_of
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api
from tests.kit.guarded_mutations import STAFF, document
from tests.kit.viewers import SECRET, Viewers, viewers_of


@pytest.mark.slow
@pytest.mark.parametrize("name", STAFF)
async def test_who_lacks_the_authority_changes_nothing(api: Api, mug: Added, name: str) -> None:
    """The answer is an error without a word about the input, good or bad, and every row and document stays."""
    operations = (await document(api, name, mug), f"mutation {{ {name}{STAFF[name].nonsense} }}")
    for asker, code in REFUSED.items():
        asking = await asker(api, STAFF[name].permission)
        before = await everything(api)
        for operation in operations:
            answer = await asking.ask(api, operation)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code], asker.__name__
            assert (answer["data"] or {}).get(name) is None, asker.__name__
        assert await everything(api) == before, asker.__name__


@pytest.mark.slow
@pytest.mark.parametrize("name", STAFF)
async def test_staff_with_the_permission_alone_changes_things(api: Api, mug: Added, name: str) -> None:
    """One permission is enough for its mutation."""
    staff = await api.add_account(STAFF[name].permission)
    good = await document(api, name, mug)
    before = await everything(api)
    assert (await api.data(good, token=staff.token))[name] == {"userErrors": []}
    assert (await everything(api) != before) == STAFF[name].changes


async def _outcomes(viewers: Viewers, root: str, rows: Mapping[str, Row]) -> dict[str, Outcomes]:
    seen = {}
    for name, row in rows.items():
        answers = [await viewers.ask(root, name, row, viewer) for viewer in Outcomes._fields]
        seen[name] = Outcomes(*(outcome_of(answer) for answer in answers))
        for viewer, answer in zip(Outcomes._fields, answers, strict=True):
            if viewer in ("guest", "holder", "other", "ended", "clerk"):
                assert SECRET not in str(answer), (name, viewer, answer)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize(("root", "rows"), [("query", QUERIES), ("mutation", PUBLIC)], ids=["queries", "mutations"])
async def test_each_root_field_answers_each_viewer_as_its_row_says(
    api: Api, mug: Added, root: str, rows: Mapping[str, Row]
) -> None:
    """Guests, holders of a secret, owners, other shoppers, ended tokens, and staff with and without the permission."""
    viewers = await viewers_of(api, mug)
    seen = await _outcomes(viewers, root, rows)
    assert [f"{name}: {seen[name]}" for name, row in rows.items() if seen[name] != row.outcomes] == []


def test_every_root_field_has_a_row() -> None:
    """In `tests/kit/authority.py`: whoever adds a field says who may use it."""
    core = core_schema(schema)
    assert core.query_type is not None
    assert core.mutation_type is not None
    assert core.subscription_type is None
    assert set(core.query_type.fields) == set(QUERIES)
    assert set(core.mutation_type.fields) == set(MUTATIONS)


def test_a_field_without_a_row_is_found() -> None:
    """Rows of staff come from the mutations that the tests above try; no field is in two lists."""
    assert not PUBLIC.keys() & STAFF.keys()
    assert {name for name, row in MUTATIONS.items() if row.permission is not None} == set(STAFF)
