"""The products of the demo shop as drafts: the same on every machine, whenever they are made."""

from html import escape

from domain.catalog.handles import handle_of
from domain.catalog.records import Image, ProductDraft, ProductStatus, Seo, VariantDraft
from domain.kit.money import Money, convert, currency_digits
from domain.territories.markets import Price, Territories, Territory
from services.kit.html import plain_text
from services.seed.catalogue.brands import STORIES
from services.seed.catalogue.departments import DEPARTMENTS
from services.seed.catalogue.entry import Department, Item, Kind
from services.seed.chance import chance
from services.seed.lists import LISTS
from services.seed.pictures.library import image_of
from services.seed.pictures.names import Picture, View

_PRICED_ABROAD = 0.3  # share of products with prices of their own outside the default territory
_SHOWN_TAGS = ("new", "gift", "summer", "limited", "sale")


def drafts(territories: Territories) -> tuple[ProductDraft, ...]:
    """Every product of the shop, in the order of the menu; prices in the currency of the default territory."""
    entries = [
        (department, kind, item) for department in DEPARTMENTS for kind in department.kinds for item in kind.items
    ]
    return tuple(_draft(number, *entry, territories) for number, entry in enumerate(entries, start=1))


def _draft(number: int, department: Department, kind: Kind, item: Item, territories: Territories) -> ProductDraft:
    html = _html(kind, item)
    marks = [*item.marks.split(), *(["sale"] if item.was else [])]
    tags = [department.title, kind.name, *(mark for mark in marks if mark in _SHOWN_TAGS)]
    return ProductDraft(
        handle=handle_of(item.title),
        title=item.title,
        vendor=item.brand,
        product_type=kind.name,
        status=ProductStatus.ACTIVE,
        option_names=("Colour", "Size") if kind.sizes else ("Colour",),
        variants=_variants(number, kind, item, territories),
        html=html,
        description=plain_text(html),
        tags=tuple(tags),
        images=_images(kind, item),
        seo=Seo(f"{item.title} by {item.brand}", item.text),
        attributes={"Material": kind.material, "Care": kind.care, "Maker": item.brand},
        collections=((department.handle, department.title), *(LISTS[mark].named for mark in marks if mark in LISTS)),
    )


def _html(kind: Kind, item: Item) -> str:
    text, story = escape(item.text, quote=False), escape(STORIES[item.brand], quote=False)
    facts = "".join(f"<li>{escape(fact, quote=False)}</li>" for fact in (kind.material, *kind.facts))
    return f"<p>{text}</p><ul>{facts}</ul><p><strong>Care:</strong> {kind.care}</p><p><em>{story}</em></p>"


def _front(kind: Kind, item: Item, colour: str) -> Image:
    picture = Picture(kind.shape, colour.lower(), handle_of(item.title))
    return image_of(picture, f"{item.title} in {colour.lower()}")


def _images(kind: Kind, item: Item) -> tuple[Image, ...]:
    """The first colour alone, with its like and from close by, then the other colours alone."""
    first, *others = item.colours.split()
    slug = handle_of(item.title)
    return (
        _front(kind, item, first),
        image_of(Picture(kind.shape, first.lower(), slug, View.PAIR), f"Two of the {item.title}"),
        image_of(Picture(kind.shape, first.lower(), slug, View.CLOSE), f"{item.title} from close by"),
        *(_front(kind, item, colour) for colour in others),
    )


def _variants(number: int, kind: Kind, item: Item, territories: Territories) -> tuple[VariantDraft, ...]:
    priced_abroad = chance("abroad", item.title).random() < _PRICED_ABROAD
    return tuple(
        _variant(f"{kind.shape[:3].upper()}-{number:03}", kind, item, colour, size, territories, priced_abroad)
        for colour in item.colours.split()
        for size in range(max(1, len(kind.sizes)))
    )


def _variant(
    stem: str, kind: Kind, item: Item, colour: str, size: int, territories: Territories, priced_abroad: bool
) -> VariantDraft:
    sku = f"{stem}-{colour[:3].upper()}" + (f"-{size + 1}" if kind.sizes else "")
    minor = _sized(item.pence, kind.step, size)
    compare_at = None if item.was is None else _sized(item.was, kind.step, size)
    abroad = territories.all[1:] if priced_abroad else ()
    return VariantDraft(
        sku=sku,
        option_values=(colour, kind.sizes[size]) if kind.sizes else (colour,),
        price_minor=minor,
        compare_at_minor=compare_at,
        inventory=_units(sku) if item.stock is None else item.stock,
        grams=kind.grams * (100 + kind.step * size) // 100,
        image_url=_front(kind, item, colour).url,
        prices=tuple((there.code, _price(minor, compare_at, territories.default, there)) for there in abroad),
    )


def _sized(pence: int, step: int, size: int) -> int:
    """The price of a larger size, to the nearest ten pence.

    >>> _sized(2400, 35, 0), _sized(2400, 35, 2), _sized(350, 280, 1)
    (2400, 4080, 1330)
    """
    return (pence * (100 + step * size) // 100 + 5) // 10 * 10


def _units(sku: str) -> int:
    """Units in stock: a few variants are sold out, some nearly."""
    rng = chance("stock", sku)
    part = rng.random()
    if part < 0.04:
        return 0
    return rng.randint(1, 9) if part < 0.15 else rng.randint(12, 160)


def _price(minor: int, compare_at: int | None, home: Territory, there: Territory) -> Price:
    """A price set for a territory: the exchanged one, up to the next whole unit of its currency."""
    whole = 10 ** currency_digits(there.currency)

    def rounded(amount: int) -> Money:
        return Money(-(-convert(amount, home.currency, there.currency, there.rate) // whole) * whole, there.currency)

    return Price(rounded(minor), None if compare_at is None else rounded(compare_at))
