"""graphql-core's executor of `@defer`, within the bounds of every execution."""

from collections.abc import Sequence
from typing import Any

from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from bff.edge.executor import BoundedExecutor
from datasources.kit.turns import Work

# In place of the deferred fragments around an object: everything below it comes with it.
_WITH_THE_REST: Any = object()


class DeferringExecutor(BoundedExecutor, IncrementalExecutor):
    """Leaves fragments for later, as many as one answer may have; all count in its size.

    A fragment counts for each object of which it brings fields.
    """

    def execute_collected_root_fields(
        self, root_type: Any, root_value: Any, grouped_field_set: Any, serially: bool, new_defer_usages: Sequence[Any]
    ) -> Any:
        """The outermost fields."""
        terms = root_type, root_value, grouped_field_set, serially
        later = self.build_root_execution_plan(grouped_field_set).new_grouped_field_sets if new_defer_usages else ()
        if self._size.defer(max(len(new_defer_usages), len(later))):
            return super().execute_collected_root_fields(*terms, new_defer_usages)
        return self.execute_root_grouped_field_set(*terms, _WITH_THE_REST)

    def execute_collected_subfields(
        self,
        parent_type: Any,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        new_defer_usages: Sequence[Any],
        delivery_group_map: Any,
    ) -> Any:
        """The fields of one object."""
        terms = parent_type, source_value, path, grouped_field_set
        if delivery_group_map is _WITH_THE_REST:
            return self.execute_fields(*terms, _WITH_THE_REST)
        if new_defer_usages or delivery_group_map is not None:
            later = self.build_sub_execution_plan(grouped_field_set).new_grouped_field_sets
            if not self._size.defer(max(len(new_defer_usages), len(later))):
                return self.execute_fields(*terms, _WITH_THE_REST)
        return super().execute_collected_subfields(*terms, new_defer_usages, delivery_group_map)

    def get_new_delivery_group_map(self, new_defer_usages: Sequence[Any], delivery_group_map: Any, path: Any) -> Any:
        """The deferred fragments around one object. graphql-core copies them for every object."""
        if not new_defer_usages:
            return [], delivery_group_map
        return super().get_new_delivery_group_map(new_defer_usages, delivery_group_map, path)

    def execute_execution_group(self, *terms: Any) -> Any:
        """The fields of one object that come later."""
        if self._work is None or not self._work.is_over():
            return super().execute_execution_group(*terms)
        return self._in_turn(self._work, terms)

    async def _in_turn(self, work: Work, terms: Any) -> Any:
        await work.turn()
        result = super().execute_execution_group(*terms)
        return await result if self.is_awaitable(result) else result
