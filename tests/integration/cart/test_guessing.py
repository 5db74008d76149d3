"""Nothing about carts, orders and addresses can be counted or guessed from their ids."""

from itertools import pairwise

import pytest

from tests.kit.carts import line, new_cart
from tests.kit.checkouts import submit
from tests.kit.fixtures.graphql_api import Api, Record

IDS = """query($id: ID!) { cart(id: $id) { lines(first: 9) { nodes { id } }
  delivery { addresses { id } } buyerIdentity { customer { id email } } cost { totalAmount { amount } } } }"""
_ROW = {"countryCode": "GB", "city": "Leeds", "zip": "LS1 1AA", "address1": "1 Row"}
ADDRESS = {"address": {"deliveryAddress": _ROW}}


def _key(gid: str) -> str:
    return gid.rpartition("/")[2]


@pytest.mark.slow
async def test_ids_reveal_no_sequence(paying_api: Api) -> None:
    """One is not the one before plus one, and none says how many there are: all are large, or random in most bits."""
    mug = await paying_api.add_product(price=1_000, stock=90)
    made: dict[str, list[str]] = {"cart": [], "line": [], "address": [], "order": []}
    for _ in range(6):
        cart = await new_cart(paying_api, line(mug.variant_id), delivery={"addresses": [ADDRESS]})
        shown = (await paying_api.data(IDS, {"id": cart["id"]}))["cart"]
        order = (await submit(paying_api, cart))["order"]
        made["cart"].append(_key(cart["id"]))
        made["line"].append(_key(shown["lines"]["nodes"][0]["id"]))
        made["address"].append(_key(shown["delivery"]["addresses"][0]["id"]))
        made["order"].append(_key(order["id"]))
    for kind in ("line", "order"):
        keys = sorted(map(int, made[kind]))
        assert min(keys) > 2**40, kind
        assert len({second - first for first, second in pairwise(keys)}) == 5, kind
        assert len({key % 2**10 for key in keys}) > 1, kind
    for kind in ("cart", "address"):
        texts = made[kind]
        assert all(len(text) >= 16 for text in texts), kind
        assert len({text[:4] for text in texts}) > 1, kind
        assert len({text[-4:] for text in texts}) > 1, kind


@pytest.mark.slow
async def test_a_secret_id_alone_shows_no_account(paying_api: Api) -> None:
    """Lines and costs, which storefronts rely on. The account is shown to its own token; others' see no cart at all."""
    mug = await paying_api.add_product(price=1_000, stock=90)
    ann, bob = await paying_api.add_account(email="ann@example.com"), await paying_api.add_account()
    cart = await new_cart(paying_api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})

    async def shown(token: str | None) -> Record | None:
        found: Record | None = (await paying_api.data(IDS, {"id": cart["id"]}, token))["cart"]
        return found

    guest, owner = await shown(None), await shown(ann.token)
    assert guest is not None
    assert owner is not None
    assert guest["cost"] == owner["cost"] == {"totalAmount": {"amount": "10.0"}}
    assert guest["buyerIdentity"]["customer"] is None
    assert owner["buyerIdentity"]["customer"]["email"] == "ann@example.com"
    assert await shown(bob.token) is None
