"""The collections of the demo shop: one per department, and lists that cut across them."""

from demo.content.objects import metafields_of_collections
from demo.kit.data import Data, read
from domain.catalog.drafts import ProductDraft
from domain.catalog.records import CollectionContent, Image, Seo


class Listing(Data, frozen=True):
    """A collection: it holds the products with its tag, and those it names by their handles."""

    handle: str
    title: str
    description: str
    image: Image
    tag: str | None = None
    products: frozenset[str] = frozenset()

    def holds(self, draft: ProductDraft) -> bool:
        """Whether the product belongs to the collection."""
        return self.tag in draft.tags or draft.handle in self.products


def listings() -> tuple[Listing, ...]:
    """Every collection: departments in the order of the menu, then the lists."""
    return read("collections.json", tuple[Listing, ...])


def content_of(listing: Listing, collection_id: int) -> CollectionContent:
    """Text and picture of a collection."""
    return CollectionContent(
        collection_id=collection_id,
        html=f"<p>{listing.description}</p>",
        description=listing.description,
        image=listing.image,
        seo=Seo(listing.title, listing.description),
        metafields=metafields_of_collections(),
    )
