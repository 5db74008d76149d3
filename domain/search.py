"""What the search engine stores of a product, and how the shop queries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted

# The most products that one search pages through, or puts into another order.
MAX_HITS = 10_000


class UnavailableProducts(StrEnum):
    """What happens to sold-out products: shown by rank, put last, or left out."""

    SHOW = "SHOW"
    LAST = "LAST"
    HIDE = "HIDE"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One product as indexed. `excluded` are the codes of the territories where it is not for sale."""

    product_id: int
    handle: str
    title: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    collections: tuple[str, ...]
    skus: tuple[str, ...]
    barcodes: tuple[str, ...]
    description: str
    available: bool
    units_sold: int
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search. Every word of `text` must match, the last one by prefix. One typo may occur from 4 letters, two from 8.

    A product whose handle, SKU or barcode is the whole text comes first, sold out or not. `filters` are exact matches
    (`tag`, `vendor`, `product_type`, `collection`, `handle`, `sku`, `barcode`, and `available` with `yes` or `no`); no
    product matches one of `without`, and none is `unwanted`. Empty `text` matches everything. `without` may also have
    `excluded` with the code of a territory.
    """

    text: str
    size: int
    offset: int = 0
    reverse: bool = False
    unavailable: UnavailableProducts = UnavailableProducts.SHOW
    filters: tuple[tuple[str, str], ...] = ()
    without: tuple[tuple[str, str], ...] = ()
    unwanted: Unwanted = NOTHING_UNWANTED


@dataclass(frozen=True, slots=True)
class SearchHits:
    """Product ids in order, and how many products match in all (an estimate on some engines)."""

    product_ids: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SearchMatches:
    """Ids of the products that match best, in no order: those for sale and those sold out, at most `MAX_HITS` each."""

    available: tuple[int, ...]
    sold_out: tuple[int, ...] = ()


class SearchEngine(Protocol):
    """What the shop needs from a search engine. It is eventually consistent."""

    async def search(self, query: SearchQuery) -> SearchHits:
        """Raises `domain.kit.refusals.Unavailable` when the engine does not answer within its deadline."""

    async def matches(self, query: SearchQuery) -> SearchMatches:
        """What a list in another order than relevance has: good matches only, whatever size and offset.

        These have every word in the title or on a label (type, vendor, tags, SKUs). Only without such products, words
        may be longer or have typos; only without those, they may be in the description.
        """

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Adds or replaces documents by product id."""

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Removes products. Unknown ids are not an error."""

    async def clear(self) -> None:
        """Removes all products."""

    async def prepare(self) -> None:
        """Creates the index and its settings. It is safe to call again, and changes nothing then."""

    async def ping(self) -> None:
        """Raises `domain.kit.refusals.Unavailable` when the engine cannot answer."""

    async def close(self) -> None:
        """Closes files and connections."""
