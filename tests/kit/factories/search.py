"""A search engine in memory that keeps what it is given."""

from collections.abc import Sequence

from domain.search import SearchDocument, SearchHits, SearchQuery


class RecordingEngine:
    """Answers every search with all it has; `calls` are the sizes of the indexed batches."""

    def __init__(self) -> None:
        self.documents: dict[int, SearchDocument] = {}
        self.calls: list[int] = []

    async def search(self, query: SearchQuery) -> SearchHits:
        """Everything."""
        return SearchHits(tuple(self.documents), len(self.documents))

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Keeps documents."""
        self.calls.append(len(documents))
        self.documents |= {document.product_id: document for document in documents}

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Forgets documents."""
        for product_id in product_ids:
            self.documents.pop(product_id, None)

    async def clear(self) -> None:
        """Forgets all."""
        self.documents.clear()

    async def prepare(self) -> None:
        """Needs nothing."""

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Holds nothing."""
