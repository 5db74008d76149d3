"""What a kind of section declares: its names, the rules for its fields, and the data it is made from.

All code that handles every kind reads these declarations: storage, checks, reads, and the editor's view.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import or_
from typing import Annotated, Any, Self, get_type_hints

from domain.kit.refusals import Path


@dataclass(frozen=True, slots=True)
class UpTo:
    """A number from 1 to `most`, or a tuple of 1 to `most` items."""

    most: int


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A key of a record, or a tuple of keys. `record` names it in messages; `given_as` is its name in the input."""

    record: str
    given_as: str = ""


class Text(Enum):
    """The purpose of a text, which decides what the text may contain."""

    SHORT = "a title, a handle or a name"
    URL = "a page of this shop, or of another site"
    HTML = "HTML, which is sanitised before it is stored"


Rule = UpTo | KeyOf | Text
ShortText = Annotated[str, Text.SHORT]
Url = Annotated[str, Text.URL]
Html = Annotated[str, Text.HTML]


def rules_of(record: type) -> dict[str, tuple[Rule, ...]]:
    """The rules for each field of a record. A field without rules has an empty tuple.

    >>> @dataclass
    ... class Quote:
    ...     words: ShortText
    ...     stars: Annotated[int, UpTo(5)]
    >>> rules_of(Quote)["stars"]
    (UpTo(most=5),)
    """
    hints: dict[str, Any] = get_type_hints(record, include_extras=True)
    return {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}


@dataclass(frozen=True, slots=True)
class Needs:
    """The data that one section, or several together, is made from.

    Menus and collections are named by handle, and products by key, or by handle until the page is saved. Flash sales
    are named by key; None means the live one or else the next. `top` counts best-selling collections of the territory,
    `best` its best-selling products, `each` the products of every collection, `cards` all products that visitors may
    see.
    """

    menus: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    product_handles: tuple[str, ...] = ()
    sales: tuple[int | None, ...] = ()
    top: int = 0
    best: int = 0
    each: int = 0
    cards: int = 0

    def __or__(self, other: "Needs") -> "Needs":
        """Both: the names and cards of one after the other, and the longer of the two rankings.

        >>> Needs(best=3, cards=3) | Needs(best=5, cards=5) == Needs(best=5, cards=8)
        True
        """
        return Needs(
            self.menus + other.menus,
            self.collections + other.collections,
            self.products + other.products,
            self.product_handles + other.product_handles,
            self.sales + other.sales,
            max(self.top, other.top),
            max(self.best, other.best),
            max(self.each, other.each),
            self.cards + other.cards,
        )

    @property
    def follows_trends(self) -> bool:
        """Whether the best sellers decide what the section shows."""
        return bool(self.collections or self.top or self.best)


@dataclass(frozen=True, slots=True)
class PlainSource:
    """A section as editors write it. `id` is unique on the page and stays the same after every edit."""

    id: ShortText
    title: ShortText

    @property
    def needs(self) -> Needs:
        """The data it is made from; nothing for a section that is shown as written."""
        return Needs()

    def with_keys(self, _keys: Mapping[str, int]) -> Self:
        """The same section with keys in place of product handles. Refused: NOT_FOUND."""
        return self


def needs_of(sources: Iterable[PlainSource]) -> Needs:
    """The data that all sections of a page are made from."""
    return reduce(or_, (source.needs for source in sources), Needs())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of section: its name in stored documents, the input field for it, and its record.

    Stored documents keep these names: never change a name, and never give it to another kind. `value` is the single
    attribute that an editor sends as a plain value; all other kinds take an object with their attributes.
    """

    name: str
    given_as: str
    record: type[PlainSource]
    value: str = ""

    def path(self, attribute: str) -> Path:
        """The path to an attribute in the input of the section.

        >>> Kind("MENU", "menu", PlainSource, "menu").path("menu"), Kind("SHELF", "shelf", PlainSource).path("size")
        (('menu',), ('shelf', 'size'))
        """
        if attribute in ("id", "title"):
            return (attribute,)
        return (self.given_as,) if attribute == self.value else (self.given_as, attribute)
