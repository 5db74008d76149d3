"""What a viewer does not want to see in any list of the catalog."""

from dataclasses import dataclass

from domain.catalog.records import Collection


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Keys of products, and handles of collections with all their products."""

    products: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.products or self.categories)

    def allows(self, collection: Collection) -> bool:
        """Whether a list may show the collection."""
        return collection.handle not in self.categories


NOTHING_UNWANTED = Unwanted()
