"""The collections of the demo shop: one per department, and lists that cut across them."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.catalog.records import CollectionContent, Seo
from services.seed.catalogue.departments import DEPARTMENTS
from services.seed.pictures.library import image_of
from services.seed.pictures.names import Picture, View


@dataclass(frozen=True, slots=True)
class Listing:
    """A collection: `scene` and `colour` name its picture."""

    handle: str
    title: str
    text: str
    scene: str
    colour: str

    @property
    def named(self) -> tuple[str, str]:
        """Handle and title, as product drafts name the collections they belong to."""
        return self.handle, self.title

    def picture(self, view: View = View.FRONT) -> Picture:
        """Its picture, square or wide."""
        return Picture(self.scene, self.colour, self.handle, view)


# By the mark that puts a product on them. Storefronts do not list collections whose handles start with `hidden-`.
LISTS: dict[str, Listing] = {
    "new": Listing("new-arrivals", "New arrivals", "Just unpacked, and still smelling of it.", "new", "sky"),
    "gift": Listing("gifts", "Gifts", "Small things for people who say they need nothing.", "gifts", "cherry"),
    "summer": Listing("summer", "Summer", "For lawns, beaches and evenings that refuse to end.", "summer", "butter"),
    "sale": Listing("sale", "Sale", "Last year's colours, this year's prices.", "sale", "clay"),
    "featured": Listing("hidden-homepage-featured-items", "Featured items", "Our favourites.", "new", "teal"),
    "carousel": Listing("hidden-homepage-carousel", "Carousel", "What people stop for.", "gifts", "amber"),
}
_SCENES = {"clothing": "wear"}


def listings() -> Iterator[Listing]:
    """Every collection: departments in the order of the menu, then the lists."""
    for department in DEPARTMENTS:
        scene = _SCENES.get(department.handle, department.handle)
        yield Listing(department.handle, department.title, department.text, scene, department.colour)
    yield from LISTS.values()


def content_of(listing: Listing, collection_id: int) -> CollectionContent:
    """Text and picture of a collection."""
    return CollectionContent(
        collection_id=collection_id,
        html=f"<p>{listing.text}</p>",
        description=listing.text,
        image=image_of(listing.picture(), f"{listing.title}: three things from the collection"),
        seo=Seo(listing.title, listing.text),
    )
