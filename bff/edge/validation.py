"""Validates documents as `graphql.validate` does, without its garbage.

Its visitors refer to themselves and to the document, which would live until Python's garbage collector comes by.
"""

from collections.abc import Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    Visitor,
    specified_rules,
    visit,
)
from graphql.validation import ASTValidationRule
from graphql.validation.validate import (
    FragmentNestingVisitor,
    ValidationAbortedError,
    query_document_keys_to_validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from bff.edge.execution import MAX_ERRORS

INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
_ABORTED = "Too many validation errors, error limit reached. Validation aborted."


def validation_errors(schema: GraphQLSchema, document: DocumentNode, *, introspection: bool) -> list[GraphQLError]:
    """What is wrong with a document; without `introspection` no error suggests a name of the schema."""
    errors: list[GraphQLError] = []

    def found(error: GraphQLError) -> None:
        errors.append(error)
        if len(errors) > MAX_ERRORS:
            raise ValidationAbortedError(_ABORTED)

    types = TypeInfo(schema)
    context = ValidationContext(schema, document, types, found, not introspection)
    visitors: list[Visitor] = [rule(context) for rule in _rules(introspection=introspection)]
    if fragments := _fragments(document):
        visitors.insert(0, FragmentNestingVisitor(fragments))
    together = ParallelVisitor(visitors)
    visitor = TypeInfoVisitor(types, together)
    try:
        visit(document, visitor, query_document_keys_to_validate)
    except ValidationAbortedError as aborted:
        errors[MAX_ERRORS:] = [GraphQLError(aborted.message)]
    except RecursionError:
        errors.append(GraphQLError("Validation aborted."))
    finally:
        for each in (*visitors, together, visitor):
            vars(each).clear()
    return errors


class NoIntrospection(ASTValidationRule):
    """Refuses questions about the schema, by whatever path they come; `__typename` is no such question."""

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        """One error for each field."""
        if (name := node.name.value) in ("__schema", "__type"):
            message = f"`{name}` must not be selected: this shop does not answer questions about its schema."
            self.report_error(GraphQLError(message, node, extensions={"code": INTROSPECTION_DISABLED}))


def _rules(*, introspection: bool) -> Sequence[type[ASTValidationRule]]:
    """The specification's rules and strawberry's for `Maybe`, which graphql-core's types cannot express."""
    if introspection:
        return (*specified_rules, MaybeNullValidationRule)
    # How deep a question about the schema may go does not matter where there may be none.
    others = (rule for rule in specified_rules if rule is not MaxIntrospectionDepthRule)
    return (*others, MaybeNullValidationRule, NoIntrospection)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
