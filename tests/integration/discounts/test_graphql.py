"""Discounts made, changed, switched and read by staff through GraphQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datasources import tables
from datasources.discounts import usages
from datasources.kit.database import Tx
from domain.accounts import Permission
from domain.discounts.usages import discount_usage
from domain.kit.ids import global_id
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.orders import add_order
from tests.kit.fixtures.graphql_api import Api, Record

TERMS = """
  __typename title status startsAt endsAt usageLimit usageLimitPerCustomer appliesOncePerCustomer asyncUsageCount
  codes(first: 2) { nodes { code } pageInfo { hasNextPage } }
  minimumRequirement { greaterThanOrEqualToSubtotal { amount currencyCode } }
"""
SEEN = f"""
fragment Seen on DiscountCodeNode {{
  id
  codeDiscount {{
    ... on DiscountCodeBasic {{
      {TERMS}
      customerGets {{ value {{
        ... on DiscountPercentage {{ percentage }} ... on DiscountAmount {{ amount {{ amount currencyCode }} }}
      }} }}
    }}
    ... on DiscountCodeFreeShipping {{ {TERMS} }}
  }}
}}
"""
ANSWER = f"{{ codeDiscountNode {{ ...Seen }} userErrors {{ code field }} }} }} {SEEN}"
CREATE = f"mutation($given: DiscountCodeBasicInput!) {{ discountCodeBasicCreate(basicCodeDiscount: $given) {ANSWER}"
UPDATE = f"""mutation($id: ID!, $given: DiscountCodeBasicInput!) {{
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $given) {ANSWER}"""
CREATE_FREE = f"""mutation($given: DiscountCodeFreeShippingInput!) {{
  discountCodeFreeShippingCreate(freeShippingCodeDiscount: $given) {ANSWER}"""
UPDATE_FREE = f"""mutation($id: ID!, $given: DiscountCodeFreeShippingInput!) {{
  discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: $given) {ANSWER}"""
ACTIVATE = f"mutation($id: ID!) {{ discountCodeActivate(id: $id) {ANSWER}"
DEACTIVATE = f"mutation($id: ID!) {{ discountCodeDeactivate(id: $id) {ANSWER}"
PAGE = "query { codeDiscountNodes(first: 250) { nodes { id codeDiscount { __typename %s } } } }"
TEN = {"code": "ten", "customerGets": {"value": {"percentage": 0.1}}}


class Marketing:
    """Somebody of the staff who may deal with discounts."""

    def __init__(self, api: Api, token: str) -> None:
        self.api = api
        self.token = token

    async def ask(self, operation: str, **variables: Any) -> Any:
        """The only field of the answer."""
        (answer,) = (await self.api.data(operation, variables, self.token)).values()
        return answer

    async def node(self, operation: str, **variables: Any) -> Record:
        """The discount of an answer without refusals."""
        answer = await self.ask(operation, **variables)
        assert answer["userErrors"] == []
        node: Record = answer["codeDiscountNode"]
        return node

    async def refusal(self, operation: str, **variables: Any) -> tuple[str, str]:
        """Code and field of the only refusal; no discount is answered."""
        answer = await self.ask(operation, **variables)
        assert answer["codeDiscountNode"] is None
        (error,) = answer["userErrors"]
        return error["code"], ".".join(error["field"])


@pytest.fixture
async def marketing(api: Api) -> Marketing:
    """Signed in."""
    return Marketing(api, (await api.add_account(Permission.DISCOUNTS)).token)


async def test_a_percentage(marketing: Marketing) -> None:
    """Its code is kept in upper case and is its title by default; it has no limits by default."""
    node = await marketing.node(CREATE, given=TEN)
    discount = node["codeDiscount"]
    assert datetime.now(UTC) - datetime.fromisoformat(discount.pop("startsAt")) < timedelta(minutes=5)
    assert discount == {
        "__typename": "DiscountCodeBasic",
        "title": "TEN",
        "status": "ACTIVE",
        "endsAt": None,
        "usageLimit": None,
        "usageLimitPerCustomer": None,
        "appliesOncePerCustomer": False,
        "asyncUsageCount": 0,
        "codes": {"nodes": [{"code": "TEN"}], "pageInfo": {"hasNextPage": False}},
        "minimumRequirement": None,
        "customerGets": {"value": {"percentage": 0.1}},
    }


async def test_an_amount_with_everything(marketing: Marketing) -> None:
    """A window, a minimum and both limits, in the currency of the default territory."""
    given = {
        "title": "A fiver",
        "code": " Fiver ",
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2999-01-01T00:00:00Z",
        "usageLimit": 500,
        "usageLimitPerCustomer": 2,
        "minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": "25.00"}},
        "customerGets": {"value": {"discountAmount": {"amount": "5"}}},
    }
    discount = (await marketing.node(CREATE, given=given))["codeDiscount"]
    money = {"currencyCode": "GBP"}
    assert discount == {
        "__typename": "DiscountCodeBasic",
        "title": "A fiver",
        "status": "ACTIVE",
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2999-01-01T00:00:00Z",
        "usageLimit": 500,
        "usageLimitPerCustomer": 2,
        "appliesOncePerCustomer": False,
        "asyncUsageCount": 0,
        "codes": {"nodes": [{"code": "FIVER"}], "pageInfo": {"hasNextPage": False}},
        "minimumRequirement": {"greaterThanOrEqualToSubtotal": money | {"amount": "25.0"}},
        "customerGets": {"value": {"amount": money | {"amount": "5.0"}}},
    }


async def test_what_is_left_out_stays_and_null_takes_away(marketing: Marketing) -> None:
    """A percentage may become an amount; free shipping has no value to give."""
    given = TEN | {"usageLimit": 9, "appliesOncePerCustomer": True, "endsAt": "2999-01-01T00:00:00Z"}
    minimum = {"minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": "30"}}}
    node = await marketing.node(CREATE, given=given | minimum)
    changed = (await marketing.node(UPDATE, id=node["id"], given={"title": "Tenth"}))["codeDiscount"]
    assert changed == node["codeDiscount"] | {"title": "Tenth"}
    assert (changed["usageLimitPerCustomer"], changed["appliesOncePerCustomer"]) == (1, True)
    value = {"customerGets": {"value": {"discountAmount": {"amount": "1.50"}}}}
    nothing = {"endsAt": None, "usageLimit": None, "minimumRequirement": None, "appliesOncePerCustomer": False}
    changed = (await marketing.node(UPDATE, id=node["id"], given=value | nothing))["codeDiscount"]
    assert changed["customerGets"]["value"] == {"amount": {"amount": "1.5", "currencyCode": "GBP"}}
    taken = ("endsAt", "usageLimit", "usageLimitPerCustomer", "minimumRequirement")
    assert [changed[name] for name in taken] == [None] * 4


async def test_free_shipping(marketing: Marketing) -> None:
    """It is made and changed by mutations of its own."""
    minimum = {"minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": "30.00"}}}
    node = await marketing.node(CREATE_FREE, given={"code": "ship"} | minimum)
    assert node["codeDiscount"]["__typename"] == "DiscountCodeFreeShipping"
    assert node["codeDiscount"]["minimumRequirement"]["greaterThanOrEqualToSubtotal"]["amount"] == "30.0"
    changed = await marketing.node(UPDATE_FREE, id=node["id"], given={"usageLimit": 3})
    assert changed["codeDiscount"]["usageLimit"] == 3
    ten = await marketing.node(CREATE, given=TEN)
    assert await marketing.refusal(UPDATE, id=node["id"], given={"title": "x"}) == ("NOT_FOUND", "id")
    assert await marketing.refusal(UPDATE_FREE, id=ten["id"], given={"title": "x"}) == ("NOT_FOUND", "id")


async def test_a_discount_is_switched_off_and_on(marketing: Marketing) -> None:
    """Its times stay: when it is on, it says if it has not started or has ended."""
    for starts, ends, state in (
        ("2020-01-01T00:00:00Z", None, "ACTIVE"),
        ("2998-01-01T00:00:00Z", None, "SCHEDULED"),
        ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "EXPIRED"),
    ):
        given = TEN | {"code": state, "startsAt": starts, "endsAt": ends}
        node = await marketing.node(CREATE, given=given)
        turns = [await marketing.node(turn, id=node["id"]) for turn in (DEACTIVATE, DEACTIVATE, ACTIVATE)]
        states = [each["codeDiscount"]["status"] for each in (node, *turns)]
        assert states == [state, "DEACTIVATED", "DEACTIVATED", state]
    assert await marketing.refusal(ACTIVATE, id="nothing") == ("NOT_FOUND", "id")
    assert await marketing.refusal(DEACTIVATE, id=global_id("DiscountCodeNode", 999)) == ("NOT_FOUND", "id")


def _value(**value: Any) -> Record:
    return {"customerGets": {"value": value}}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"code": " "}, "BLANK", "code"),
        ({"code": "x" * 256}, "TOO_LONG", "code"),
        ({"code": "ß" * 128}, "TOO_LONG", "code"),
        ({"code": "a\tb"}, "INVALID", "code"),
        ({"title": ""}, "BLANK", "title"),
        ({"title": "x" * 256}, "TOO_LONG", "title"),
        (_value(percentage=0), "INVALID", "customerGets.value.percentage"),
        (_value(percentage=1.0001), "INVALID", "customerGets.value.percentage"),
        (_value(percentage=0.00001), "INVALID", "customerGets.value.percentage"),
        (_value(percentage=1e300), "INVALID", "customerGets.value.percentage"),
        (_value(percentage=0.1, discountAmount={"amount": "1"}), "INVALID", "customerGets.value"),
        (_value(discountAmount={"amount": "0"}), "INVALID", "customerGets.value.discountAmount.amount"),
        (_value(discountAmount={"amount": "-1"}), "INVALID", "customerGets.value.discountAmount.amount"),
        (_value(discountAmount={"amount": "0.001"}), "INVALID", "customerGets.value.discountAmount.amount"),
        (_value(), "BLANK", "customerGets.value"),
        ({"endsAt": "2019-01-01T00:00:00Z"}, "INVALID", "endsAt"),
        ({"startsAt": "0001-01-01T00:00:00+14:00"}, "INVALID", "startsAt"),
        ({"endsAt": "9999-12-31T23:59:59-12:00"}, "INVALID", "endsAt"),
        ({"usageLimit": 0}, "INVALID", "usageLimit"),
        ({"usageLimitPerCustomer": -1}, "INVALID", "usageLimitPerCustomer"),
        ({"usageLimitPerCustomer": 2, "appliesOncePerCustomer": True}, "INVALID", "appliesOncePerCustomer"),
        ({"usageLimitPerCustomer": 1, "appliesOncePerCustomer": False}, "INVALID", "appliesOncePerCustomer"),
        (
            {"minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": "-1"}}},
            "INVALID",
            "minimumRequirement.subtotal.greaterThanOrEqualToSubtotal",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(marketing: Marketing, given: Record, code: str, field: str) -> None:
    """The error names the wrong part of the input, and nothing is written."""
    given = TEN | {"startsAt": "2020-01-01T00:00:00Z"} | given
    assert await marketing.refusal(CREATE, given=given) == (code, f"basicCodeDiscount.{field}")
    assert await marketing.api.rows(tables.discounts) == []


async def test_a_new_discount_needs_code_and_value(marketing: Marketing) -> None:
    """Nothing is guessed."""
    assert await marketing.refusal(CREATE, given={"code": "x"}) == ("BLANK", "basicCodeDiscount.customerGets.value")
    assert await marketing.refusal(CREATE, given=_value(percentage=1)) == ("BLANK", "basicCodeDiscount.code")
    assert await marketing.refusal(CREATE_FREE, given={}) == ("BLANK", "freeShippingCodeDiscount.code")


async def test_a_code_is_given_once(marketing: Marketing) -> None:
    """In any case, made or changed; a discount may keep its own."""
    ten = await marketing.node(CREATE, given=TEN)
    free = await marketing.node(CREATE_FREE, given={"code": "free"})
    assert await marketing.refusal(CREATE, given=TEN | {"code": "Ten "}) == ("TAKEN", "basicCodeDiscount.code")
    changed = await marketing.refusal(UPDATE_FREE, id=free["id"], given={"code": "TEN"})
    assert changed == ("TAKEN", "freeShippingCodeDiscount.code")
    assert (await marketing.node(UPDATE, id=ten["id"], given={"code": "tEN"}))["id"] == ten["id"]


async def _use(api: Api, discount_id: int, times: int) -> None:
    async def use(tx: Tx) -> None:
        key = discount_usage(discount_id)
        await usages.lock(tx, [key])
        units = {await add_order(tx): {key: 1} for _ in range(times)}
        assert await usages.take(tx, units, {}) is None

    await api.transact(use)


async def test_discounts_are_listed_with_their_uses(api: Api, marketing: Marketing) -> None:
    """Any number of them costs the same statements: the page, all uses together, and two for the viewer."""
    for number in range(3):
        added = await api.transact(lambda tx, n=number: add_discount(tx, a_discount(code=f"C{n}")))  # type: ignore[misc]
        await _use(api, added.id, number)
    query = PAGE % "... on DiscountCodeBasic { asyncUsageCount codes { nodes { code } } }"
    before = api.stores.database.statements
    nodes = (await marketing.ask(query))["nodes"]
    assert api.stores.database.statements - before == 4
    found = [(node["codeDiscount"]["codes"]["nodes"], node["codeDiscount"]["asyncUsageCount"]) for node in nodes]
    assert found == [([{"code": f"C{n}"}], n) for n in range(3)]


async def test_one_discount_by_id_and_by_code(marketing: Marketing) -> None:
    """A code in upper or lower case; null if there is no such code."""
    ten = await marketing.node(CREATE, given=TEN)
    by_id = "query($id: ID!) { codeDiscountNode(id: $id) { id } }"
    by_code = "query($code: String!) { codeDiscountNodeByCode(code: $code) { id } }"
    assert await marketing.ask(by_id, id=ten["id"]) == {"id": ten["id"]}
    assert await marketing.ask(by_code, code=" tEn ") == {"id": ten["id"]}
    assert await marketing.ask(by_id, id="nothing") is None
    assert await marketing.ask(by_code, code="nine") is None


@pytest.mark.parametrize(
    "query",
    [
        "{ codeDiscountNodes(first: 1) { nodes { id } } }",
        '{ codeDiscountNode(id: "nothing") { id } }',
        '{ codeDiscountNodeByCode(code: "TEN") { id } }',
    ],
)
async def test_only_staff_with_the_permission_reads_discounts(api: Api, query: str) -> None:
    """Codes are secrets of the shop until it publishes them."""
    others = (await api.add_account(*set(Permission) - {Permission.DISCOUNTS})).token
    for token, code in ((None, "UNAUTHENTICATED"), (others, "FORBIDDEN")):
        answer = await api(query, token=token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        assert set((answer["data"] or {}).values()) <= {None}


async def test_a_cursor_of_another_list_is_refused(api: Api, marketing: Marketing) -> None:
    """As in every list."""
    query = 'query { codeDiscountNodes(first: 1, after: "x") { nodes { id } } }'
    answer = await api(query, token=marketing.token)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
