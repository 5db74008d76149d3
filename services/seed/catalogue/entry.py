"""How an assortment is written down: departments of kinds of things, each with the products of that kind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A product in short. `pence` is the price of its smallest size, `was` that price before a reduction.

    `colours` and `marks` are words: the colours it comes in, and the lists it is on (new, gift, summer, featured,
    carousel, limited). `stock` is units of each variant where they are not left to chance.
    """

    title: str
    brand: str
    pence: int
    colours: str
    text: str
    marks: str = ""
    was: int | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Things that share a silhouette, material and sizes; each size after the first costs `step` percent more."""

    shape: str
    name: str
    material: str
    facts: tuple[str, ...]
    care: str
    grams: int
    items: tuple[Item, ...]
    sizes: tuple[str, ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the shop with a collection of its own; `colour` is that of its picture."""

    handle: str
    title: str
    text: str
    colour: str
    kinds: tuple[Kind, ...]
