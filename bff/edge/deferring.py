"""graphql-core's executor of `@defer`, within the bounds of every execution."""

from collections.abc import Sequence
from typing import Any

from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from bff.edge.answer_size import PARTS_PER_FRAGMENT
from bff.edge.executor import BoundedExecutor
from datasources.kit.turns import Work


class DeferringExecutor(BoundedExecutor, IncrementalExecutor):
    """Leaves deferred fragments for later; all of them count in the size of the one answer."""

    def get_new_delivery_group_map(self, new_defer_usages: Sequence[Any], delivery_group_map: Any, path: Any) -> Any:
        """The deferred fragments of one object, and those around it, which graphql-core copies for every object."""
        if not new_defer_usages:
            return [], delivery_group_map
        self._size.count(PARTS_PER_FRAGMENT * len(new_defer_usages))
        return super().get_new_delivery_group_map(new_defer_usages, delivery_group_map, path)

    def execute_execution_group(self, *terms: Any) -> Any:
        """One deferred fragment. graphql-core begins those of a list in one go, however many there are."""
        if self._work is None or not self._work.is_over():
            return super().execute_execution_group(*terms)
        return self._in_turn(self._work, terms)

    async def _in_turn(self, work: Work, terms: Any) -> Any:
        await work.turn()
        result = super().execute_execution_group(*terms)
        return await result if self.is_awaitable(result) else result
