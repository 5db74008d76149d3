"""Executes through graphql-core: the only file that uses the internals of strawberry's schema object.

Why: `docs/decisions/0003-execute-through-graphql-core.md`.
"""

from typing import Any, TypeAlias

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    ExperimentalIncrementalExecutionResults,
    GraphQLSchema,
    experimental_execute_incrementally,
)

from bff.edge.answer_size import AnswerSize
from bff.edge.deferring import DeferringExecutor
from bff.edge.executor import BoundedExecutor

# Errors about a document or its variables that one answer lists.
MAX_ERRORS = 20
Executed: TypeAlias = ExecutionResult | ExperimentalIncrementalExecutionResults


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema that strawberry built.

    Private in strawberry. `strawberry.Schema.execute` would add a middleware around every field of every answer as soon
    as a schema declares a directive such as `@inContext`.
    """
    return schema._schema


async def execute_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    *,
    operation_name: str | None,
    variables: dict[str, Any],
    context: object,
    suggestions: bool,
    size: AnswerSize,
    defers: bool = False,
) -> Executed:
    """Runs one operation of a validated document. Resolvers' exceptions are in the result's errors.

    `size` counts what the answer has. With `defers` fragments with `@defer` may come later, each part when it is
    iterated; without, they come with the rest.
    """
    # `graphql.execute` refuses every schema that declares `@defer`.
    result = experimental_execute_incrementally(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation_name,
        max_coercion_errors=MAX_ERRORS,
        hide_suggestions=not suggestions,
        executor_class=DeferringExecutor if defers else BoundedExecutor,
        size=size,
    )
    if isinstance(result, Executed):
        return result
    return await result
