"""Products as search engines know them, and an engine in memory that keeps what it is given."""

from collections.abc import Sequence
from dataclasses import replace

from domain.search import SearchDocument, SearchEngine, SearchHits, SearchMatches, SearchQuery

MUG = SearchDocument(
    product_id=1,
    handle="harbour-mug",
    title="Harbour Mug",
    vendor="Kiln & Co",
    product_type="Mugs",
    tags=("gift idea", "Stoneware"),
    collections=("table",),
    skus=("MUG-101",),
    barcodes=("4006381333931",),
    description="Holds a pint of tea.",
    available=True,
    units_sold=5,
)
LAMP = replace(
    MUG,
    product_id=2,
    handle="lantern",
    title="Lantern for the Crème Brûlée",
    vendor="Wick",
    product_type="Lamps",
    tags=("outdoor",),
    collections=("garden", "table"),
    skus=("LAN-7",),
    barcodes=("5000159484695",),
    description="Shines on a mug at night.",
    available=False,
    units_sold=50,
)
SHIRT = replace(
    MUG,
    product_id=2**62 + 3,
    handle="t-shirt",
    title="Women's T-shirt",
    vendor="Loom",
    product_type="Shirts",
    tags=('say "hi" \\', "x = y OR tag EXISTS"),
    collections=("wear",),
    skus=("TS/9-L", "2024"),
    barcodes=(),
    description="Cotton. 日本の茶碗",
    units_sold=20,
)


async def found(engine: SearchEngine, text: str, **more: object) -> list[int]:
    """Ids of a search."""
    query = replace(SearchQuery(text, 10), **more)  # type: ignore[arg-type]
    return list((await engine.search(query)).product_ids)


class RecordingEngine:
    """Answers every search with all it has; `calls` are the sizes of the indexed batches."""

    def __init__(self) -> None:
        self.documents: dict[int, SearchDocument] = {}
        self.calls: list[int] = []

    async def search(self, query: SearchQuery) -> SearchHits:
        """Everything."""
        return SearchHits(tuple(self.documents), len(self.documents))

    async def matches(self, query: SearchQuery) -> SearchMatches:
        """Everything, all of it for sale."""
        return SearchMatches(tuple(self.documents))

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
