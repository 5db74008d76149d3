"""Address books: their owners' alone, with the rules of all addresses, at most a hundred, one of them the default."""

import asyncio

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id
from tests.kit.carts import new_cart
from tests.kit.fixtures.graphql_api import Account, Api, Record

pytestmark = pytest.mark.slow

HOME: Record = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "company": "Engines",
    "address1": "12 St James's Square",
    "address2": "Flat 1",
    "city": "London",
    "province": "London",
    "country": "United Kingdom",
    "zip": "SW1Y 4JH",
    "phone": "+44 20 7946 0000",
}
_SHOWN = "id firstName lastName company address1 address2 city province country zip phone"
_ERRORS = "customerUserErrors { code field } userErrors { code field }"
_CREATE = f"""mutation($token: String!, $address: MailingAddressInput!) {{
  customerAddressCreate(customerAccessToken: $token, address: $address) {{ customerAddress {{ {_SHOWN} }} {_ERRORS} }}
}}"""
_UPDATE = f"""mutation($token: String!, $id: ID!, $address: MailingAddressInput!) {{
  customerAddressUpdate(customerAccessToken: $token, id: $id, address: $address) {{
    customerAddress {{ {_SHOWN} }} {_ERRORS}
}} }}"""
_DELETE = f"""mutation($token: String!, $id: ID!) {{
  customerAddressDelete(customerAccessToken: $token, id: $id) {{ deletedCustomerAddressId {_ERRORS} }}
}}"""
_DEFAULT = f"""mutation($token: String!, $id: ID!) {{
  customerDefaultAddressUpdate(customerAccessToken: $token, addressId: $id) {{
    customer {{ defaultAddress {{ id }} }} {_ERRORS}
}} }}"""
_BOOK = """query($first: Int!, $after: String) { customer {
  defaultAddress { id } addresses(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
} }"""


async def _change(api: Api, document: str, account: Account, **variables: object) -> Record:
    ((answer),) = (await api.data(document, {"token": account.token, **variables})).values()
    assert answer["userErrors"] == answer["customerUserErrors"]
    return dict(answer)


async def add_address(api: Api, account: Account, **changes: object) -> str:
    """The id of a new address of the account."""
    answer = await _change(api, _CREATE, account, address={**HOME, **changes})
    assert answer["userErrors"] == []
    return str(answer["customerAddress"]["id"])


async def _book(api: Api, account: Account) -> tuple[list[str], str | None]:
    customer = (await api.data(_BOOK, {"first": 100}, account.token))["customer"]
    default = customer["defaultAddress"]
    return [node["id"] for node in customer["addresses"]["nodes"]], default and default["id"]


async def test_owners_keep_their_addresses(api: Api) -> None:
    """The first one is the default until they choose; omitted fields stay, null empties."""
    ada = await api.add_account()
    answer = await _change(api, _CREATE, ada, address=HOME)
    first = answer["customerAddress"]["id"]
    assert answer["customerAddress"] == {"id": first, **HOME}
    second = await add_address(api, ada)
    assert await _book(api, ada) == ([first, second], first)
    changed = await _change(api, _UPDATE, ada, id=second, address={"city": "Leeds", "company": None, "country": "de"})
    expected = {"id": second, **HOME, "city": "Leeds", "company": None, "country": "Germany"}
    assert changed["customerAddress"] == expected
    chosen = await _change(api, _DEFAULT, ada, id=second)
    assert chosen["customer"] == {"defaultAddress": {"id": second}}
    assert (await _change(api, _DELETE, ada, id=second))["deletedCustomerAddressId"] == second
    assert await _book(api, ada) == ([first], None)
    page = (await api.data(_BOOK, {"first": 1}, ada.token))["customer"]["addresses"]
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (1, False)


_WRONG: list[tuple[Record, str, str]] = [
    ({"country": None}, "INVALID", "country"),
    ({"country": "Atlantis"}, "INVALID", "country"),
    ({"city": "x" * 256}, "TOO_LONG", "city"),
    ({"lastName": "A\nB"}, "INVALID", "lastName"),
    ({"phone": "call me"}, "INVALID", "phone"),
]


async def test_rules_are_those_of_the_addresses_of_carts(api: Api) -> None:
    """For new addresses and for changes; nothing is stored."""
    ada = await api.add_account()
    known = await add_address(api, ada)
    before = await api.rows(tables.customer_addresses)
    for address, code, field in _WRONG:
        refused = [{"code": code, "field": ["address", field]}]
        assert (await _change(api, _CREATE, ada, address={**HOME, **address}))["userErrors"] == refused
        assert (await _change(api, _UPDATE, ada, id=known, address=address))["userErrors"] == refused
    assert await api.rows(tables.customer_addresses) == before


async def test_nobody_reaches_the_addresses_of_another_account(api: Api) -> None:
    """They are as addresses that do not exist, for changes and as nodes; the answers do not differ."""
    ada, eve = await api.add_account(), await api.add_account()
    known = await add_address(api, ada)
    before = await api.rows(tables.customer_addresses)
    for gid in (known, global_id("MailingAddress", 7), known.replace("MailingAddress", "Customer"), "x"):
        for document, field in ((_UPDATE, "id"), (_DELETE, "id"), (_DEFAULT, "addressId")):
            more = {"address": {"city": "Leeds"}} if document is _UPDATE else {}
            answer = await _change(api, document, eve, id=gid, **more)
            assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": [field]}]
    assert (await api.data("query($id: ID!) { node(id: $id) { id } }", {"id": known}, eve.token))["node"] is None
    assert await api.rows(tables.customer_addresses) == before
    assert await _book(api, eve) == ([], None)


async def test_an_address_names_no_owner(api: Api) -> None:
    """Inputs have no field for it."""
    ada = await api.add_account()
    for name in ("id", "customerId", "isDefault", "customer"):
        assert (await api(_CREATE, {"token": ada.token, "address": {**HOME, name: "1"}}))["errors"]
    assert await api.rows(tables.customer_addresses) == []


async def test_an_account_has_a_hundred_addresses(api: Api) -> None:
    """Of two that arrive at once for the last place, one gets it."""
    ada = await api.add_account()
    await add_address(api, ada)
    (row,) = await api.rows(tables.customer_addresses)
    values = {**row._mapping, "is_default": False}
    more = [{**values, "id": row.id + number} for number in range(1, 99)]
    await api.change(sa.insert(tables.customer_addresses).values(more))
    answers = await asyncio.gather(*(_change(api, _CREATE, ada, address=HOME) for _ in range(2)))
    fields = sorted(str(answer["userErrors"] and answer["userErrors"][0]["field"]) for answer in answers)
    assert fields == ["['address']", "[]"]
    assert len((await _book(api, ada))[0]) == 100


async def test_an_account_has_one_default(api: Api) -> None:
    """However many are chosen at once."""
    ada = await api.add_account()
    known = [await add_address(api, ada) for _ in range(4)]
    await asyncio.gather(*(_change(api, _DEFAULT, ada, id=each) for each in known))
    assert sum(row.is_default for row in await api.rows(tables.customer_addresses)) == 1


_CITIES = "cart { delivery { addresses { address { ... on CartDeliveryAddress { city countryCode } } } } }"
_ADD = f"""mutation($cart: ID!, $address: CartAddressInput!) {{
  cartDeliveryAddressesAdd(cartId: $cart, addresses: [{{ address: $address }}]) {{
    {_CITIES} userErrors {{ code field }}
}} }}"""
_REPLACE = _ADD.replace("AddressesAdd", "AddressesReplace")
_NEW = f"""mutation($input: CartInput!) {{ cartCreate(input: $input) {{ {_CITIES} userErrors {{ code field }} }} }}"""
_COPIED = [{"address": {"city": "London", "countryCode": "GB"}}]


async def _copy(api: Api, document: str, cart: str, gid: str, token: str | None) -> Record:
    variables = {"cart": cart, "address": {"copyFromCustomerAddressId": gid}}
    ((answer),) = (await api.data(document, variables, token)).values()
    return dict(answer)


async def test_carts_copy_addresses_of_who_asks(api: Api) -> None:
    """By the token of the request, or by the one that names the buyer of a new cart."""
    ada = await api.add_account()
    known = await add_address(api, ada)
    cart = await new_cart(api, token=ada.token)
    for document in (_ADD, _REPLACE):
        answer = await _copy(api, document, cart["id"], known, ada.token)
        assert (answer["cart"]["delivery"]["addresses"], answer["userErrors"]) == (_COPIED, [])
    given = {
        "buyerIdentity": {"customerAccessToken": ada.token},
        "delivery": {"addresses": [{"address": {"copyFromCustomerAddressId": known}}]},
    }
    made = (await api.data(_NEW, {"input": given}))["cartCreate"]
    assert (made["cart"]["delivery"]["addresses"], made["userErrors"]) == (_COPIED, [])


async def test_no_cart_copies_the_address_of_another_account(api: Api) -> None:
    """Neither a guest's, nor another shopper's, nor that of the owner in the hands of whoever knows it."""
    ada, eve = await api.add_account(), await api.add_account()
    known = await add_address(api, ada)
    field = ["addresses", "0", "address", "copyFromCustomerAddressId"]
    carts = {
        None: (await new_cart(api, token=ada.token), await new_cart(api)),
        eve.token: (await new_cart(api), await new_cart(api, token=eve.token)),
    }
    for token, theirs in carts.items():
        for cart in theirs:
            for gid in (known, global_id("MailingAddress", 7), "x"):
                answer = await _copy(api, _ADD, cart["id"], gid, token)
                assert answer["userErrors"] == [{"code": "ADDRESS_NOT_FOUND", "field": field}]
                assert answer["cart"]["delivery"]["addresses"] == []
