"""What the search engine stores of a product, and how the shop queries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class SearchSort(StrEnum):
    """Orders of search results."""

    RELEVANCE = "RELEVANCE"
    PRICE = "PRICE"
    TITLE = "TITLE"
    BEST_SELLING = "BEST_SELLING"
    CREATED_AT = "CREATED_AT"


class UnavailableProducts(StrEnum):
    """What happens to sold-out products: shown by rank, put last, or left out."""

    SHOW = "SHOW"
    LAST = "LAST"
    HIDE = "HIDE"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One product as indexed. `price_minor` is the lowest price in the default territory; times are epoch seconds."""

    product_id: int
    title: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    collections: tuple[str, ...]
    skus: tuple[str, ...]
    description: str
    price_minor: int
    available: bool
    units_sold: int
    created_at: int


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search. Every word of `text` must match, the last one by prefix. One typo may occur from 4 letters, two from 8.

    `filters` are exact matches (`tag`, `vendor`, `product_type`, `collection`); empty `text` matches everything.
    """

    text: str
    size: int
    offset: int = 0
    sort: SearchSort = SearchSort.RELEVANCE
    reverse: bool = False
    unavailable: UnavailableProducts = UnavailableProducts.SHOW
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHits:
    """Product ids in order, and how many products match in all (an estimate on some engines)."""

    product_ids: tuple[int, ...]
    total: int


class SearchEngine(Protocol):
    """What the shop needs from a search engine. It is eventually consistent."""

    async def search(self, query: SearchQuery) -> SearchHits:
        """Raises `domain.kit.refusals.Unavailable` when the engine does not answer within its deadline."""

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Adds or replaces documents by product id."""

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Removes products. Unknown ids are not an error."""

    async def clear(self) -> None:
        """Removes all products."""

    async def prepare(self) -> None:
        """Creates the index and its settings. It is safe to call again."""

    async def ping(self) -> None:
        """Raises `domain.kit.refusals.Unavailable` when the engine cannot answer."""

    async def close(self) -> None:
        """Closes files and connections."""
