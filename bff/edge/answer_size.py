"""Stops an answer that grows too large while it is made: the length of each list is not known before."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence, Sized
from typing import Any

from graphql import GraphQLError
from graphql.execution import Executor
from graphql.type import GraphQLResolveInfoHelpers

TOO_LARGE = "ANSWER_TOO_LARGE"
# A long text counts as more than one part.
CHARACTERS_PER_PART = 256


def _track(_values: Sequence[Any]) -> None:
    """No resolver starts work that outlives it."""


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*values)


_HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=_track)


class BoundedExecutor(Executor[Any]):
    """Counts the parts of an answer: fields, list items, and each further 256 characters of a text.

    Beyond `max_parts` nothing more is resolved: every field that is still open fails with ANSWER_TOO_LARGE.
    """

    def __init__(self, *arguments: Any, max_parts: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Bound to this executor, as the default is, they make a ring that keeps the document until Python looks for
        # garbage: 10 MB of mutations held 60 MB more.
        self.async_helpers = _HELPERS
        self._max_parts = max_parts
        self._parts = 0

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, position_context: Any
    ) -> Any:
        """The fields of one object."""
        self._count(len(grouped_field_set))
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
        """The items of one list."""
        if isinstance(items, Sized):
            self._count(len(items))
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    # Static in graphql-core, but called on the instance, whose count is needed.
    def complete_leaf_value(self, return_type: Any, result: Any) -> Any:  # type: ignore[override]
        """One value."""
        value = super().complete_leaf_value(return_type, result)
        if type(value) is str and len(value) >= CHARACTERS_PER_PART:
            self._count(len(value) // CHARACTERS_PER_PART)
        return value

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > self._max_parts:
            message = f"The answer has more than {self._max_parts} parts: ask for fewer or shorter lists."
            raise GraphQLError(message, extensions={"code": TOO_LARGE, "maxParts": self._max_parts})
