"""graphql-core's executor, with a bound on the size of the answer, and turns for others while a long list is completed.

graphql-core completes a whole list in one go, however long. Here a list goes on in the next turn of the event loop when
the stretch of this one is over (`datasources/kit/turns.py`). A field that has to wait is one that graphql-core knows
already: one with an awaitable value.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence, Sized
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, is_leaf_type, is_non_null_type, is_object_type
from graphql.execution import Executor
from graphql.type import GraphQLResolveInfoHelpers

from bff.edge.answer_size import AnswerSize
from datasources.kit.turns import Work, current_work

# An answer of so many parts never takes long.
_SMALL = 50


class _List(NamedTuple):
    """A list that is being completed: `values` so far, those at `open` are awaitable; `rest` has the other items."""

    values: list[Any]
    open: list[int]
    rest: Iterator[Any]
    terms: tuple[Any, Any, Any]
    path: Any
    context: Any


def _track(_values: Sequence[Any]) -> None:
    """No resolver starts work that outlives it."""


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*values)


_HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=_track)


class BoundedExecutor(Executor[Any]):
    """Executes an operation in turns, within the size of an answer."""

    def __init__(self, *arguments: Any, size: AnswerSize, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Bound to this executor, as the default is, they make a ring that keeps the document until Python looks for
        # garbage: 10 MB of mutations held 60 MB more.
        self.async_helpers = _HELPERS
        self._size = size
        self._work = current_work()
        self._least: dict[tuple[GraphQLObjectType, int], int] = {}

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, position_context: Any
    ) -> Any:
        """The fields of one object."""
        self._size.count(len(grouped_field_set))
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)

    def complete_iterable_value(
        self,
        item_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        items: Iterable[Any],
        position_context: Any,
    ) -> Any:
        """The items of one list. A list whose items alone are too many fails before the first one is resolved."""
        is_sure = is_non_null_type(item_type)
        kind = item_type.of_type if is_sure else item_type
        if isinstance(items, Sized):
            self._size.count(len(items))
            if is_sure and is_object_type(kind):
                self._size.require(len(items) * self._least_parts(kind, field_details_list))
        if self._work is None or is_leaf_type(kind):
            return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)
        terms = (item_type, field_details_list, info)
        listed = _List([], [], iter(items), terms, path, position_context)
        try:
            is_done = self._complete_items(listed, self._work)
        except Exception:
            self._settle(listed)
            raise
        if is_done:
            return self._complete_rest(listed, self._work, is_done) if listed.open else listed.values
        # Begun at once: loaders look whether any part of the request waits, and a coroutine does not wait yet.
        return asyncio.ensure_future(self._complete_rest(listed, self._work, is_done))

    async def with_abort_signal(self, awaitable: Awaitable[Any]) -> Any:
        """A value that a resolver waits for.

        A batch of a loader ends many waits in one turn of the event loop; the parts of the answer that follow from them
        take turns, too. graphql-core's own signals abort nothing here.
        """
        value = await awaitable
        if self._work is not None and self._size.parts > _SMALL and self._work.is_over():
            await self._work.turn()
        return value

    # Static in graphql-core, but called on the instance, whose count is needed.
    def complete_leaf_value(self, return_type: Any, result: Any) -> Any:  # type: ignore[override]
        """One value."""
        value = super().complete_leaf_value(return_type, result)
        if type(value) is str:
            self._size.count_text(value)
        return value

    def _complete_items(self, listed: _List, work: Work) -> bool:
        """Completes items until the stretch is over; whether these were the last."""
        for item in listed.rest:
            place = len(listed.values)
            path = listed.path.add_key(place, None)
            if self.is_awaitable(item):
                value = self.complete_awaitable_list_item_value(item, *listed.terms, path, listed.context)
                listed.values.append(value)
                listed.open.append(place)
            elif self.complete_list_item_value(item, listed.values, *listed.terms, path, listed.context):
                listed.open.append(place)
            if work.is_over():
                return False
        return True

    async def _complete_rest(self, listed: _List, work: Work, is_done: bool) -> list[Any]:
        started = 0
        try:
            while not is_done:
                for place in listed.open[started:]:
                    listed.values[place] = asyncio.ensure_future(listed.values[place])
                started = len(listed.open)
                await work.turn()
                is_done = self._complete_items(listed, work)
            if len(listed.open) == 1:
                listed.values[listed.open[0]] = await listed.values[listed.open[0]]
            elif listed.open:
                values = await self.gather_async_work([listed.values[place] for place in listed.open])
                for place, value in zip(listed.open, values, strict=True):
                    listed.values[place] = value
        except asyncio.CancelledError:
            for place in listed.open[:started]:
                listed.values[place].cancel()
            raise
        except Exception:
            self._settle(listed)
            raise
        return listed.values

    def _settle(self, listed: _List) -> None:
        """Items beside the one that failed may fail as well; nobody waits for them any more."""
        for item in listed.rest:
            if self.is_awaitable(item):
                listed.values.append(item)
                listed.open.append(len(listed.values) - 1)
        self.track_async_work([listed.values[place] for place in listed.open])

    def _least_parts(self, kind: GraphQLObjectType, field_details_list: Any) -> int:
        """The fewest parts of an object of a list: its fields, and those of the objects that it surely has."""
        key = kind, id(field_details_list)
        if key not in self._least:
            fields = self.collect_subfields(kind, field_details_list).grouped_field_set
            self._least[key] = len(fields) + sum(self._least_parts_within(kind, each) for each in fields.values())
        return self._least[key]

    def _least_parts_within(self, kind: GraphQLObjectType, field_details_list: Any) -> int:
        field = self.schema.get_field(kind, field_details_list[0].node.name.value)
        if field is None or not is_non_null_type(field.type) or not is_object_type(field.type.of_type):
            return 0
        return self._least_parts(field.type.of_type, field_details_list)
