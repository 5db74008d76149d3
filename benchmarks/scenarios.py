"""The measured pages, over products and collections that the shop itself names."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import wrk
from benchmarks.carts import Cart
from benchmarks.graphql import NotAnswered, ask, body, data_of
from benchmarks.homepages import FULL, PERSONAL
from benchmarks.load import load, posting
from benchmarks.measure import Load, Scenario
from benchmarks.orders import Order

_MOST_BODIES = 40


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a new shop has to show. `merchandise_id` is a variant for sale that costs something, of `sold`."""

    products: tuple[str, ...]
    words: tuple[str, ...]
    collections: tuple[str, ...]
    sold: str
    merchandise_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its different requests, sent in turn, and how many things an answer must show at least."""

    name: str
    title: str
    bodies: tuple[bytes, ...]
    shown: Callable[[Mapping[str, Any]], int]
    least: int = 1

    def verified(self, endpoint: str) -> list[bytes]:
        """The answers to all requests, which warms the shop up. Raises `NotAnswered`."""
        answers = [ask(endpoint, request) for request in self.bodies]
        shown = max(self.shown(data_of(answer)) for answer in answers)
        if shown < self.least:
            raise NotAnswered(f"the fullest answer shows {shown}, {self.least} are needed")
        return answers

    def load(self, endpoint: str, connections: int) -> Load:
        """The requests in turn, by wrk where it is installed, over own connections otherwise."""
        if wrk.installed():
            return lambda seconds: wrk.load(endpoint, self.bodies, connections, seconds)
        return lambda seconds: asyncio.run(load(endpoint, posting(self.bodies), connections, seconds))

    def floor(self, url: str, connections: int) -> Load:
        """The same requests, of one page's ready bytes."""
        return self.load(url, connections)


def subjects(endpoint: str) -> Subjects:
    """Reads what the shop has. Raises `NotAnswered` when it has nothing for sale."""
    data = data_of(ask(endpoint, body("subjects")))
    products = data["products"]["nodes"]
    sold = [
        (product["handle"], variant["id"])
        for product in products
        for variant in product["variants"]["nodes"]
        if variant["availableForSale"] and float(variant["price"]["amount"]) > 0
    ]
    collections = tuple(collection["handle"] for collection in data["collections"]["nodes"])
    if not sold or not collections:
        raise NotAnswered("the shop has no product for sale or no collection")
    words = sorted({word.lower() for product in products for word in product["title"].split() if word.isalpha()})
    return Subjects(
        products=tuple(product["handle"] for product in products[:_MOST_BODIES]),
        words=tuple(word for word in words if len(word) > 3)[:_MOST_BODIES],
        collections=collections,
        sold=sold[0][0],
        merchandise_id=sold[0][1],
    )


def pages(found: Subjects) -> list[Page]:
    """All pages, in the order in which they are measured."""
    return [
        Page("homepage", "homepage", (body("homepage"),), lambda data: len(data["homepage"]["sections"])),
        Page(
            "product",
            "product page",
            tuple(body("product", handle=handle) for handle in found.products),
            lambda data: len(data["product"]["variants"]["edges"]),
        ),
        Page(
            "collections",
            "5 collections x 8 products",
            (body("collections"),),
            lambda data: sum(len(each["products"]["nodes"]) for each in data["collections"]["nodes"]),
            least=40,
        ),
        Page(
            "collection",
            "collection of 24 products",
            tuple(body("collection", handle=handle) for handle in found.collections),
            lambda data: len(data["collection"]["products"]["nodes"]),
            least=24,
        ),
        Page(
            "search",
            "search",
            tuple(body("search", query=word) for word in found.words),
            lambda data: len(data["search"]["nodes"]),
        ),
    ]


def every(found: Subjects) -> list[Scenario]:
    """All scenarios of a shop with demo data, in the order in which they are measured."""
    return [FULL, PERSONAL, *pages(found), Cart(found.merchandise_id), Order(found.merchandise_id)]
