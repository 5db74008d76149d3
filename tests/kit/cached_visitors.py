"""Visitors of a shop behind a cache. They send the same requests; each knows what only they may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.kit.ids import global_id
from tests.kit.cached_shop import CachedShop

ALLOWED = "@inContext(visitorConsent: { analytics: true, preferences: true })"
_LIST = "(first: 100) { nodes { handle priceRange { minVariantPrice { currencyCode } } } }"
_PAGE = "homepage(platform: WEB) { territory personalized }"
# Everybody sends these, so that a cache knows visitors by their headers alone.
SHARED = {
    "products": f"query {ALLOWED} {{ list: products{_LIST} }}",
    "collection": f'query {ALLOWED} {{ collection(handle: "all") {{ list: products{_LIST} }} }}',
    "homepage": f"query {ALLOWED} {{ {_PAGE} }}",
    "mixed": f"query {ALLOWED} {{ shop {{ name }} {_PAGE} list: products{_LIST} }}",
    "own": f"query {ALLOWED} {{ customer {{ email }} hiddenItems {{ product {{ handle }} }} }}",
    "broken": f"query {ALLOWED} {{ shop {{ name }} orders(first: 1) {{ nodes {{ id }} }} }}",
}
# What a cache may keep of them, for visitors of whom the shop knows nothing and whose country a proxy says.
PUBLIC = ("products", "collection", "homepage", "mixed")
CURRENCIES = {"GB": "GBP", "US": "USD", "EU": "EUR"}
CREATE = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }"
HIDE = f"mutation($id: ID!) {ALLOWED} {{ hideProduct(productId: $id) {{ accepted userErrors {{ code }} }} }}"
NOTE = "mutation($id: ID!, $note: String!) { cartNoteUpdate(cartId: $id, note: $note) { userErrors { code } } }"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a query of that name. Of a cart: whose it was, and what its note was when the query was sent."""

    name: str
    answer: httpx.Response
    owner: "CacheVisitor | None" = None
    note: str = ""


@dataclass(slots=True)
class CacheVisitor:
    """`headers` are all that a cache knows; `hidden` is the one product that the visitor has hidden, if any.

    `may_be_anyone`: a proxy says where the visitor is, and the client does not name itself.
    """

    number: int
    territory: str
    headers: dict[str, str]
    may_be_anyone: bool
    email: str | None = None
    hidden: str | None = None
    cart: str = ""
    note: str = ""
    answers: list["Answered"] = field(default_factory=list)

    @property
    def is_stranger(self) -> bool:
        """Whether the shop knows nothing of the visitor."""
        return self.hidden is None

    @property
    def is_anyone(self) -> bool:
        """Whether a cache may answer: a client that names itself may be known to the shop next time."""
        return self.is_stranger and self.may_be_anyone

    async def get(self, shop: CachedShop, name: str) -> httpx.Response:
        """Reads what everybody reads, by GET through the cache."""
        answer = await self._get(shop, SHARED[name])
        self.answers.append(Answered(name, answer))
        return answer

    async def get_cart(self, shop: CachedShop, owner: "CacheVisitor") -> None:
        """Reads a cart by its secret id."""
        note = owner.note
        answer = await self._get(shop, f'{{ cart(id: "{owner.cart}") {{ note }} }}')
        self.answers.append(Answered("cart", answer, owner, note))

    async def _get(self, shop: CachedShop, query: str) -> httpx.Response:
        """The answer, once a busy machine has one: until then nobody may keep that it has none."""
        while True:
            answer = await shop.front.get("/graphql", params={"query": query}, headers=self.headers)
            if "retryAfter" not in answer.text:
                return answer
            assert answer.headers["cache-control"] == "no-store"

    async def post(self, shop: CachedShop, query: str, **variables: Any) -> httpx.Response:
        """Writes, through the cache; nothing may be refused."""
        body = {"query": query, "variables": variables}
        answer = await shop.front.post("/graphql", json=body, headers=self.headers)
        (payload,) = answer.json()["data"].values()
        assert not payload["userErrors"], payload
        assert answer.headers["cache-control"] == "no-store"
        return answer

    async def hide(self, shop: CachedShop) -> None:
        """From now on the shop knows something of the visitor."""
        handle = f"mug-{self.number % len(shop.handles):02}"
        answer = await self.post(shop, HIDE, id=global_id("Product", shop.handles[handle]))
        self.hidden = handle
        if "set-cookie" in answer.headers:
            self.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]

    async def fill_cart(self, shop: CachedShop) -> None:
        """A cart with a note of the visitor's own; an account's belongs to the account."""
        self.note = f"of visitor {self.number}"
        _, _, token = self.headers.get("Authorization", "").partition(" ")
        buyer = {"buyerIdentity": {"customerAccessToken": token}} if token else {}
        answer = await self.post(shop, CREATE, input={"note": self.note} | buyer)
        self.cart = answer.json()["data"]["cartCreate"]["cart"]["id"]

    async def change_cart(self, shop: CachedShop) -> None:
        """Another note."""
        self.note += "!"
        await self.post(shop, NOTE, id=self.cart, note=self.note)


async def visitors_of(shop: CachedShop, count: int) -> list[CacheVisitor]:
    """Half are strangers, some without a country; the others have an account, a device that names itself or a cookie.

    Some clients accept the newer media type, and languages differ.
    """
    return [await _visitor(shop, number) for number in range(count)]


async def _visitor(shop: CachedShop, number: int) -> CacheVisitor:
    country, territory = (("GB", "GB"), ("US", "US"), ("FR", "EU"), ("", "GB"))[number // 6 % 4]
    headers = {"CF-IPCountry": country} if country else {}
    if number % 5 == 0:
        headers["Accept"] = "application/graphql-response+json"
    if number % 7 == 0:
        headers["Accept-Language"] = "fr"
    visitor = CacheVisitor(number, territory, headers, may_be_anyone=bool(country) and number % 6 != 2)
    kind = number % 6
    if kind == 3:
        visitor.email = f"visitor-{number}@example.com"
        account = await shop.api.add_account(email=visitor.email)
        headers["Authorization"] = f"Bearer {account.token}"
    if kind == 4:
        headers["X-Device-Id"] = f"app-install-{number}"
    if kind == 2:
        headers["X-Device-Id"] = f"unknown-{number}"  # names itself, but nothing is recorded of it
    if kind >= 3:
        await visitor.hide(shop)
    await visitor.fill_cart(shop)
    return visitor


def was_kept(answer: httpx.Response) -> bool:
    """Whether Varnish answered from its memory: it then names the request that filled it too."""
    return len(answer.headers["x-varnish"].split()) == 2


def check_answer(visitor: CacheVisitor, answered: Answered, handles: Mapping[str, int]) -> None:
    """The answer is this visitor's and new, whoever read the same URL before."""
    name, answer, owner = answered.name, answered.answer, answered.owner
    who = (visitor.number, name, answer.headers["x-varnish"], answer.text[:500])
    assert answer.status_code in (200, 401), who
    expected = visitor.headers.get("Accept", "application/json")
    assert answer.headers["content-type"].startswith(expected), who
    body = answer.json()
    data = body.get("data") or {}
    if name == "broken":
        assert body["errors"], who
    if name == "own":
        assert (data["customer"] or {}).get("email") == visitor.email, who
        assert [each["product"]["handle"] for each in data["hiddenItems"]] == [*filter(None, [visitor.hidden])], who
    if owner is not None:
        may_read = owner is visitor or not (owner.email and visitor.email)
        assert data["cart"] == ({"note": answered.note} if may_read else None), who
    if "homepage" in data:
        assert data["homepage"]["territory"] == visitor.territory, who
        assert not (visitor.is_stranger and data["homepage"]["personalized"]), who
    if nodes := (data.get("list") or (data.get("collection") or {}).get("list") or {}).get("nodes"):
        currencies = {node["priceRange"]["minVariantPrice"]["currencyCode"] for node in nodes}
        assert currencies == {CURRENCIES[visitor.territory]}, who
        # A list that could not read what a guest has hidden says so.
        hidden = set() if body.get("extensions", {}).get("personalized") is False else {visitor.hidden}
        assert {node["handle"] for node in nodes} == handles.keys() - hidden, who
    if was_kept(answer):
        assert visitor.is_anyone and answer.headers["cache-control"].startswith("public"), who
