"""Bad inputs of every mutation, made from the schema: one argument, or one part of it, is bad and the rest is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
)

from tests.kit.error_paths import USER_ERRORS

Target = tuple[str, ...]
Fields = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]

# Optional fields without which an input says nothing. Of rivals only one may be given.
NEEDED = {
    "CartAddressInput": ("deliveryAddress",),
    "CartDeliveryAddressInput": ("countryCode",),
    "DiscountCodeBasicInput": ("code", "customerGets"),
    "DiscountCodeFreeShippingInput": ("code",),
    "DiscountCustomerGetsValueInput": ("percentage",),
    "HomepageSectionInput": ("html",),
    "RefundInput": ("amount",),
    "ShopperEventInput": ("category",),
}
RIVALS = {
    "DiscountCustomerGetsValueInput": {"discountAmount"},
    "HomepageSectionInput": {
        *("banners", "menu", "shelf", "products", "trending", "topCategories", "recommendations", "flashSale"),
    },
    "RefundInput": {"refundLineItems"},
}
LONG = 260
BAD_TEXTS = ("", " ", "x" * 300, "x" * 70_000, "a\x00b", "javascript:alert(1)")
BAD: dict[str, tuple[Any, ...]] = {
    "Boolean": (True, False),
    "DateTime": ("0001-01-01T00:00:00+14:00", "2001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    "Decimal": ("-1", "0", "0.001", "9999999999999999"),
    "Float": (-1.0, 0.0, 1e300),
    "Int": (-1, 0, 2**31 - 1),
}
GOOD: dict[str, Any] = {
    "Boolean": True,
    "Color": "#000000",
    "DateTime": "2100-01-01T00:00:00Z",
    "Decimal": "0.01",
    "Float": 0.1,
    "HTML": "Hello",
    "Int": 1,
    "String": "text",
    "URL": "/sale",
}

_OF_ERRORS = ("code", "field", "recordField", "message")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Makes variables. `good` are values by `Type.field` or `mutation.argument`, else by the name of the field."""

    good: Mapping[str, Any]

    def all(self, name: str, mutation: GraphQLField) -> Iterator[dict[str, Any]]:
        """Variables for one mutation, each set with one bad value; at last those with none."""
        for target, value in self._bad(name, mutation.args, ()):
            yield self._made(name, mutation.args, target, value)
        yield self._made(name, mutation.args, (), None)

    def _bad(self, owner: str, fields: Fields, outer: Target, within: Target = ()) -> Iterator[tuple[Target, Any]]:
        for name, field in fields.items():
            target, inner = (*outer, name), _nullable(field.type)
            if isinstance(inner, GraphQLList):
                good = self._value(owner, name, inner.of_type, None, None)
                yield from ((target, bad) for bad in ([], [good, good], [good] * LONG))
                inner = _nullable(inner.of_type)
            if not isinstance(inner, GraphQLInputObjectType):
                yield from ((target, bad) for bad in self._bad_values(owner, name, inner))
            elif within.count(inner.name) < 2:
                yield from self._bad(inner.name, inner.fields, target, (*within, inner.name))

    def _bad_values(self, owner: str, name: str, kind: Any) -> tuple[Any, ...]:
        if isinstance(kind, GraphQLEnumType):
            return tuple(list(kind.values)[:3])
        if kind.name == "ID":
            return ("", "nothing", "gid://storefront/Nothing/1", f"{self._good(owner, name, kind)}999999", "x" * 300)
        return BAD.get(kind.name, BAD_TEXTS)

    def _made(self, owner: str, fields: Fields, target: Target, bad: Any) -> dict[str, Any]:
        """Values of required fields, and of fields that lead to the target."""
        chosen = [name for name, field in fields.items() if _is_required(field)]
        rivals = RIVALS.get(owner, set())
        chosen += [name for name in NEEDED.get(owner, ()) if not (target and target[0] in rivals)]
        made = {name: self._value(owner, name, fields[name].type, None, None) for name in chosen}
        if target:
            made[target[0]] = self._value(owner, target[0], fields[target[0]].type, target[1:], bad)
        return made

    def _value(self, owner: str, name: str, kind: Any, target: Target | None, bad: Any) -> Any:
        """A value; `target` is what remains of the way to the bad one, None off that way."""
        inner = _nullable(kind)
        if isinstance(inner, GraphQLList):
            if target == () and isinstance(bad, list):
                return bad
            return [self._value(owner, name, inner.of_type, target, bad)]
        if target == ():
            return bad
        if isinstance(inner, GraphQLInputObjectType):
            return self._made(inner.name, inner.fields, target or (), bad)
        return self._good(owner, name, inner)

    def _good(self, owner: str, name: str, kind: Any) -> Any:
        for key in (f"{owner}.{name}", name):
            if key in self.good:
                return self.good[key]
        return next(iter(kind.values)) if isinstance(kind, GraphQLEnumType) else GOOD.get(kind.name, "text")


def document(name: str, mutation: GraphQLField) -> str:
    """The mutation with all its arguments as variables; every user error of its answer is selected."""
    variables = ", ".join(f"${argument}: {given.type}" for argument, given in mutation.args.items())
    arguments = ", ".join(f"{argument}: ${argument}" for argument in mutation.args)
    return f"mutation({variables}) {{ {name}({arguments}) {_selected(mutation.type)} }}"


def _selected(kind: Any) -> str:
    named = get_named_type(kind)
    if isinstance(named, GraphQLUnionType):
        return f"{{ __typename {' '.join(f'... on {each.name} {_selected(each)}' for each in named.types)} }}"
    assert isinstance(named, GraphQLObjectType)
    if named.name in USER_ERRORS:
        return f"{{ {' '.join(name for name in _OF_ERRORS if name in named.fields)} }}"
    shown = {name: get_named_type(field.type) for name, field in named.fields.items()}
    wanted = [name for name, each in shown.items() if each.name in USER_ERRORS or isinstance(each, GraphQLUnionType)]
    # Two members of a union have errors of the same type; a field of the same name is answered once.
    return f"{{ __typename {' '.join(f'{name} {_selected(named.fields[name].type)}' for name in wanted)} }}"


def _is_required(field: GraphQLArgument | GraphQLInputField) -> bool:
    return isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined


def _nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind
