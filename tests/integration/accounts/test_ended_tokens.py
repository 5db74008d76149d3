"""Tokens that a logout has ended: no mutation acts for their account, neither by the header nor by an argument."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_required_argument,
    is_required_input_field,
)

from bff.edge.execution import core_schema
from schema.build import schema
from tests.kit.askers import everything, log_out
from tests.kit.fixtures.graphql_api import Api

_CORE = core_schema(schema)
_MUTATIONS = _CORE.mutation_type
assert _MUTATIONS is not None
# These prove who their account is by a password or a token of their own; what the header says is nothing to them.
_ITSELF = {name for name, field in _MUTATIONS.fields.items() if "customerAccessToken" in field.args}
_ITSELF |= {"customerAccessTokenCreate", "customerActivate", "customerActivateByUrl", "customerCreate"}
_ITSELF |= {"customerRecover", "customerReset", "customerResetByUrl", "customerVerifyEmail"}
_SCALARS: dict[str, Any] = {"ID": '"gid://storefront/Product/1"', "Int": "1", "Float": "1.0", "Boolean": "true"}
_SCALARS |= {"DateTime": '"2027-01-01T00:00:00Z"', "Decimal": '"1"', "URL": '"https://a.example"'}
BUYERS = {
    "cartCreate": """mutation($token: String!) { cartCreate(input: { buyerIdentity: { customerAccessToken: $token } })
      { cart { id } userErrors { code field } } }""",
    "cartBuyerIdentityUpdate": """mutation($token: String!, $cart: ID!) { cartBuyerIdentityUpdate(cartId: $cart,
      buyerIdentity: { customerAccessToken: $token }) { cart { buyerIdentity { customer { id } } }
      userErrors { code field } } }""",
}


def _literal(kind: Any) -> str:
    """A value of a type, good as far as its type says."""
    match kind:
        case GraphQLNonNull():
            return _literal(kind.of_type)
        case GraphQLList():
            return f"[{_literal(kind.of_type)}]"
        case GraphQLInputObjectType():
            fields = kind.fields.items()
            required = [(name, each) for name, each in fields if is_required_input_field(each)]
            if kind.is_one_of:
                required = list(fields)[:1]
            return "{" + ", ".join(f"{name}: {_literal(each.type)}" for name, each in required) + "}"
        case GraphQLEnumType():
            return str(next(iter(kind.values)))
        case GraphQLScalarType():
            return str(_SCALARS.get(kind.name, '"x"'))
    raise AssertionError(kind)


def _document(name: str) -> str:
    """A mutation with the least arguments, so that new ones are here by themselves."""
    assert _MUTATIONS is not None
    arguments = [
        f"{argument}: {_literal(each.type)}"
        for argument, each in _MUTATIONS.fields[name].args.items()
        if is_required_argument(each)
    ]
    given = f"({', '.join(arguments)})" if arguments else ""
    return f"mutation {{ {name}{given} {{ __typename }} }}"


@pytest.mark.slow
async def test_no_mutation_acts_for_an_ended_token(api: Api) -> None:
    """Whatever its arguments are; nothing changes, and nothing is kept for the account."""
    assert _MUTATIONS is not None
    shopper = await api.add_account()
    await log_out(api, shopper.token)
    before = await everything(api)
    for name in sorted(_MUTATIONS.fields.keys() - _ITSELF):
        answer = await api(_document(name), token=shopper.token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"], (name, answer)
        assert answer["data"][name] is None, name
    assert await everything(api) == before


@pytest.mark.parametrize("name", BUYERS)
async def test_an_ended_token_in_an_argument_is_no_token(api: Api, name: str) -> None:
    """The cart stays a guest's."""
    shopper = await api.add_account()
    await log_out(api, shopper.token)
    cart = (await api.data("mutation { cartCreate { cart { id } } }"))["cartCreate"]["cart"]
    variables = {"token": shopper.token} | ({"cart": cart["id"]} if "$cart" in BUYERS[name] else {})
    outcome = (await api.data(BUYERS[name], variables))[name]
    assert [error["code"] for error in outcome["userErrors"]] == ["INVALID"]
    assert outcome["userErrors"][0]["field"][-1] == "customerAccessToken"
    assert (outcome["cart"] or {}).get("buyerIdentity") in (None, {"customer": None})


async def test_an_ended_token_ends_nothing(api: Api) -> None:
    """A second logout by it would end the tokens of later logins."""
    shopper = await api.add_account()
    await log_out(api, shopper.token)
    again = """mutation($token: String!) {
      customerAccessTokenDelete(customerAccessToken: $token) { userErrors { code } } }"""
    outcome = (await api.data(again, {"token": shopper.token}))["customerAccessTokenDelete"]
    assert [error["code"] for error in outcome["userErrors"]] == ["INVALID"]
