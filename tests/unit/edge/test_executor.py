"""Long lists are completed in turns, with the answer that graphql-core gives in one go."""

import asyncio
import gc
from typing import Any

import pytest
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    execute,
    parse,
)

from bff.edge import RequestLimits
from bff.edge.answer_size import AnswerSize
from bff.edge.execution import execute_operation
from datasources.kit.turns import Turns, working
from tests.kit.turns import Clock, turns_during
from tests.unit.edge.shop import Client, codes


def _value(item: Any, _info: Any) -> Any:
    if item % 10 == 3:
        raise ValueError(f"no {item}")
    return item


async def _later(item: Any, _info: Any) -> Any:
    await asyncio.sleep(0)
    return _value(item, _info)


def _schema(item: GraphQLOutputType) -> GraphQLSchema:
    fields = {"all": GraphQLField(GraphQLList(item), resolve=lambda *_: list(range(40)))}
    return GraphQLSchema(GraphQLObjectType("Query", fields))


def _item(value: GraphQLOutputType, resolve: Any) -> GraphQLObjectType:
    return GraphQLObjectType("Item", {"value": GraphQLField(value, resolve=resolve)})


DOCUMENT = parse("{ all { value } again: all { value } }")
ITEMS: dict[str, GraphQLOutputType] = {
    "values": _item(GraphQLInt, lambda item, _info: item),
    "values later": _item(GraphQLInt, _later),
    "fields fail": _item(GraphQLInt, _value),
    "items fail": _item(GraphQLNonNull(GraphQLInt), _value),
    "items fail later": _item(GraphQLNonNull(GraphQLInt), _later),
    "the list fails": GraphQLNonNull(_item(GraphQLNonNull(GraphQLInt), _value)),
    "the list fails later": GraphQLNonNull(_item(GraphQLNonNull(GraphQLInt), _later)),
}


async def _in_turns(schema: GraphQLSchema, turns: Turns) -> Any:
    with working(turns):
        return await execute_operation(
            schema,
            DOCUMENT,
            operation_name=None,
            variables={},
            context=None,
            suggestions=False,
            size=AnswerSize(10_000),
        )


def _told(result: Any) -> tuple[Any, list[Any]]:
    errors = [(error.message, error.path) for error in result.errors or ()]
    return result.data, sorted(errors, key=str)


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
async def test_lists_in_turns_are_as_in_one_go(item: GraphQLOutputType, caplog: pytest.LogCaptureFixture) -> None:
    """Data and errors, with nothing left behind that was never awaited."""
    schema = _schema(item)
    plain = execute(schema, DOCUMENT)
    expected = plain if not asyncio.iscoroutine(plain) else await plain
    assert _told(await _in_turns(schema, Turns(3.0, Clock()))) == _told(expected)
    await asyncio.sleep(0)
    gc.collect()
    assert not caplog.records


async def test_others_get_turns_while_a_list_is_completed() -> None:
    """The same list, quick enough, takes one."""
    schema = _schema(ITEMS["values"])
    assert await turns_during(_in_turns(schema, Turns(3.0, Clock()))) > 20
    assert await turns_during(_in_turns(schema, Turns(3.0, lambda: 0.0))) == 1


@pytest.mark.parametrize("item", ["values", "values later"])
async def test_a_request_that_ends_early_leaves_no_task(item: str) -> None:
    """Whatever it was waiting for."""
    before = asyncio.all_tasks()
    task = asyncio.ensure_future(_in_turns(_schema(ITEMS[item]), Turns(3.0, Clock())))
    for _ in range(8):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(3):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_list_that_is_too_large_is_refused_before_its_first_item() -> None:
    """Its items have at least the fields that are selected, and those of the objects that they surely have."""
    resolved: list[int] = []
    inner = GraphQLObjectType("Inner", {"deep": GraphQLField(GraphQLInt, resolve=lambda *_: 1)})
    fields = {
        "value": GraphQLField(GraphQLInt, resolve=lambda item, _info: resolved.append(item)),
        "inner": GraphQLField(GraphQLNonNull(inner), resolve=lambda *_: {}),
    }
    schema = _schema(GraphQLNonNull(GraphQLObjectType("Item", fields)))
    document = parse("{ all { value inner { deep } } }")

    async def parts(most: int) -> Any:
        terms: dict[str, Any] = {"operation_name": None, "variables": {}, "context": None, "suggestions": False}
        return await execute_operation(schema, document, **terms, size=AnswerSize(most))

    whole = 1 + 40 + 3 * 40
    refused = await parts(whole - 1)
    assert isinstance(refused.errors[0], GraphQLError)
    assert (refused.errors[0].extensions or {})["code"] == "ANSWER_TOO_LARGE"
    assert resolved == []
    assert (await parts(whole)).errors is None


async def test_too_much_introspection_is_refused_before_the_work() -> None:
    """A hundred descriptions of every type."""
    aliases = " ".join(f"a{number}: description" for number in range(100))
    response = await Client(RequestLimits(max_parts=1_000)).post(f"{{ __schema {{ types {{ {aliases} }} }} }}")
    assert codes(response) == ["ANSWER_TOO_LARGE"]
