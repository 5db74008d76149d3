"""Operations on the homepage, drawn at random: every way in which a client can select the same fields."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

MAX_DEPTH = 5
MAX_FRAGMENTS = 5


@dataclass
class Drawn:
    """Fragments of one document, written as they are met, and what decides in its variables."""

    schema: GraphQLSchema
    draw: Any
    fragments: list[str] = field(default_factory=list)

    def operation(self) -> tuple[str, dict[str, Any]]:
        """A document with its variables."""
        homepage = get_named_type(self.schema.query_type.fields["homepage"].type)  # type: ignore[union-attr]
        roots = [
            f"{alias}homepage(platform: WEB){self._directives()} {self._selection(homepage, 1)}"
            for alias in self.draw(st.sampled_from([[""], ["", "again: "], ["first: ", "second: "]]))
        ]
        if self.draw(st.booleans()):
            roots.insert(self.draw(st.integers(0, len(roots))), "__typename")
        text = f"query($yes: Boolean!, $no: Boolean = false) {{ {' '.join(roots)} }}"
        used = self.draw(st.booleans())
        return " ".join([text, *self.fragments]), {"yes": used}

    def _selection(self, type_: Any, depth: int) -> str:
        parts = [self._part(type_, depth) for _ in range(self.draw(st.integers(1, 4)))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: Any, depth: int) -> str:
        kind = self.draw(st.sampled_from(["field", "field", "field", "inline", "fragment", "typename"]))
        if kind == "typename":
            return f"{self._alias('__typename')}__typename{self._directives()}"
        if kind == "field" or depth >= MAX_DEPTH or len(self.fragments) >= MAX_FRAGMENTS:
            return self._field(type_, depth)
        condition = self._condition(type_)
        if kind == "inline":
            on = f" on {condition.name}" if condition is not type_ or self.draw(st.booleans()) else ""
            return f"...{on}{self._deferral()}{self._directives()} {self._selection(condition, depth + 1)}"
        body = self._selection(condition, depth + 1)
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {condition.name} {body}")
        return f"...{name}{self._deferral()}{self._directives()}"

    def _condition(self, type_: Any) -> Any:
        possible: list[Any] = [type_]
        if isinstance(type_, GraphQLInterfaceType):
            possible += self.schema.get_possible_types(type_)
        elif isinstance(type_, GraphQLObjectType):
            possible += type_.interfaces
        return self.draw(st.sampled_from(possible))

    def _field(self, type_: Any, depth: int) -> str:
        fields = {name: each for name, each in type_.fields.items() if depth < MAX_DEPTH or _is_leaf(each)}
        name = self.draw(st.sampled_from(sorted(fields))) if fields else "__typename"
        selected = f"{self._alias(name)}{name}{self._directives()}"
        if name == "__typename" or _is_leaf(fields[name]):
            return selected
        return f"{selected} {self._selection(get_named_type(fields[name].type), depth + 1)}"

    def _alias(self, name: str) -> str:
        """Named after the field, so that two of one name are the same field."""
        return str(self.draw(st.sampled_from(["", "", f"x_{name}: ", f"y_{name}: "])))

    def _directives(self) -> str:
        some = ["", "", "", " @skip(if: $no)", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: true)"]
        return str(self.draw(st.sampled_from(some)))

    def _deferral(self) -> str:
        return str(self.draw(st.sampled_from(["", "", " @defer", " @defer(if: $yes)", " @defer(if: $no)"])))


def _is_leaf(field_: Any) -> bool:
    return is_leaf_type(get_named_type(field_.type))


@st.composite
def operations(draw: Any, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """A document that selects only homepages, and its variables."""
    return Drawn(schema, draw).operation()
