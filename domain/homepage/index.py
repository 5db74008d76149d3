"""What a page shows: the keys of everything that makes the page outdated when it changes."""

from dataclasses import dataclass

_NOTHING: frozenset[int] = frozenset()
_NAMELESS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """Products and sales by key, collections and menus by handle.

    `follows_trends`: best sellers of the territory; `follows_sales`: the flash sale that is live, or the next one.
    """

    products: frozenset[int] = _NOTHING
    collections: frozenset[str] = _NAMELESS
    menus: frozenset[str] = _NAMELESS
    sales: frozenset[int] = _NOTHING
    follows_trends: bool = False
    follows_sales: bool = False

    def __or__(self, other: "Shown") -> "Shown":
        """Both together.

        >>> (Shown(products=frozenset({1})) | Shown(products=frozenset({2}), follows_trends=True)).follows_trends
        True
        """
        return Shown(
            self.products | other.products,
            self.collections | other.collections,
            self.menus | other.menus,
            self.sales | other.sales,
            self.follows_trends or other.follows_trends,
            self.follows_sales or other.follows_sales,
        )
