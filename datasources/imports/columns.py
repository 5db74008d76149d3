"""The columns of a product file: Shopify's older export, today's template, and what other programs call the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.catalog.metafields import MetafieldName
from domain.imports import UnreadableFile
from domain.territories.markets import Territories, Territory

OPTIONS = (1, 2, 3)
IDENTITY = ("Handle", "Title")
# What the first row of a product says about the product as a whole, and the field of the draft.
OF_PRODUCT = {
    "Title": "title",
    "Body (HTML)": "html",
    "Vendor": "vendor",
    "Type": "product_type",
    "Tags": "tags",
    "Published": "published",
    "Status": "status",
    "Gift Card": "is_gift_card",
    "Option1 Name": "option_names",
    "SEO Title": "seo_title",
    "SEO Description": "seo_description",
}
OF_VARIANT = {
    **{f"Option{number} Value": f"option{number}" for number in OPTIONS},
    "Variant SKU": "sku",
    "Variant Price": "price_minor",
    "Variant Compare At Price": "compare_at_minor",
    "Variant Inventory Tracker": "tracked",
    "Variant Inventory Policy": "continues",
    "Variant Inventory Qty": "inventory",
    "Variant Grams": "grams",
    "Variant Taxable": "taxable",
    "Variant Requires Shipping": "requires_shipping",
    "Variant Barcode": "barcode",
    "Variant Image": "image_url",
}
OF_PICTURE = {"Image Src": "images", "Image Position": "image_positions", "Image Alt Text": "image_alt"}
_FIELDS = OF_PRODUCT | OF_VARIANT | OF_PICTURE | {"Collection": "collections"}
_KEPT = {"Handle", "Option2 Name", "Option3 Name", *_FIELDS}
_ALIASES = {
    "URL handle": "Handle",
    "Description": "Body (HTML)",
    "Body HTML": "Body (HTML)",
    "Product type": "Type",
    "Custom product type": "Type",
    "Published on online store": "Published",
    "SKU": "Variant SKU",
    "Barcode": "Variant Barcode",
    "Price": "Variant Price",
    "Compare-at price": "Variant Compare At Price",
    "Compare at price": "Variant Compare At Price",
    "Charge tax": "Variant Taxable",
    "Inventory tracker": "Variant Inventory Tracker",
    "Inventory quantity": "Variant Inventory Qty",
    "Variant inventory quantity": "Variant Inventory Qty",
    "Continue selling when out of stock": "Variant Inventory Policy",
    "Weight value (grams)": "Variant Grams",
    "Requires shipping": "Variant Requires Shipping",
    "Product image URL": "Image Src",
    "Variant image URL": "Variant Image",
    "Collections": "Collection",
}
_CANONICAL = {name.casefold(): name for name in _KEPT} | {name.casefold(): kept for name, kept in _ALIASES.items()}
_MARKET = re.compile(r"(Price|Compare[- ]At Price|Included) / (.+)", re.IGNORECASE)
_GOOGLE = "google shopping / "
_EXPORTED = re.compile(r"(?:.+ )?\(?product\.metafields\.([^.()]+)\.([^()]+?)\)?", re.IGNORECASE)
_TYPED = re.compile(r"(Variant )?Metafield: ([^.\[\]]+)\.([^\[\]]+?)(?: \[([a-z0-9_.]+)\])?", re.IGNORECASE)
# What the table of metafields holds.
_LONGEST_NAME, _LONGEST_TYPE = 255, 64
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class MarketColumn:
    """What a column says about one territory: `minor`, `compare_at_minor` or `included`.

    The prices of the shop's first territory are in the columns of variants; `is_first` marks its own columns.
    """

    territory: Territory
    field: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file by their names in it: those with a meaning, and those that are not kept."""

    names: Mapping[str, str]
    metafields: Mapping[str, MetafieldName] = field(default_factory=dict)
    markets: Mapping[str, MarketColumn] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns with a meaning, in the order of the file."""
        return (*self.names, *self.metafields, *self.markets)

    @property
    def known(self) -> frozenset[str]:
        """Shopify's older names of the columns that the file has."""
        return frozenset(self.names.values())

    @property
    def absent(self) -> frozenset[str]:
        """The fields of a product and its variants that the file says nothing about."""
        return frozenset({found for name, found in _FIELDS.items() if name not in self.known} | {"prices"})

    @property
    def is_whole(self) -> bool:
        """Whether the rows of a product describe all of its variants, so that a missing one is gone."""
        return {"Title", "Option1 Value", "Variant Price"} <= self.known

    def cells(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells of a row under the older names; metafields and markets keep theirs."""
        return {self.names.get(name, name): value for name, value in cells.items()}

    def as_in_file(self, reason: str) -> str:
        """A reason that begins with the older name of a column, with the name that the file has for it."""
        for name, kept in self.names.items():
            if name != kept and reason.startswith(kept):
                return name + reason.removeprefix(kept)
        return reason


def header_of(columns: Sequence[str], markets: Territories | None = None) -> Header:
    """Reads the names of columns. Raises `UnreadableFile` when two have the same meaning, or none names products."""
    names: dict[str, str] = {}
    metafields: dict[str, MetafieldName] = {}
    territories: dict[str, MarketColumn] = {}
    dropped: list[str] = []
    for column in filter(None, columns):
        if kept := _CANONICAL.get(column.casefold()):
            names[column] = kept
        elif market := _market(column, markets):
            territories[column] = market
        elif metafield := metafield_of(column):
            metafields[column] = metafield
        else:
            dropped.append(column)
    _check(names, list(metafields.values()), list(territories.values()))
    if "Image Src" not in names.values():
        lonely = [column for column, kept in names.items() if kept in ("Image Position", "Image Alt Text")]
        dropped += lonely
        names = {column: kept for column, kept in names.items() if column not in lonely}
    return Header(names, metafields, territories, tuple(dropped))


def _check(names: Mapping[str, str], *others: Sequence[object]) -> None:
    kept = list(names.values())
    if not set(IDENTITY) & set(kept):
        raise UnreadableFile("these columns are missing: Handle or Title")
    if twice := sorted(column for column, meaning in names.items() if kept.count(meaning) > 1):
        raise UnreadableFile(f"these columns mean the same: {', '.join(twice)}")
    if any(meanings.count(one) > 1 for meanings in others for one in meanings):
        raise UnreadableFile("two columns mean the same metafield or the same market")


def is_of_market(column: str) -> bool:
    """Whether a column is named as those of markets are, of this shop or not."""
    return _MARKET.fullmatch(column) is not None


def _market(column: str, markets: Territories | None) -> MarketColumn | None:
    """A column of a market that the shop has, by its name, its code or the only country that it has."""
    found = _MARKET.fullmatch(column)
    if found is None or markets is None:
        return None
    kind = {"p": "minor", "c": "compare_at_minor", "i": "included"}[found[1][0].lower()]
    wanted = found[2].strip().casefold()
    for territory in markets.all:
        countries = territory.countries if len(territory.countries) == 1 else ()
        if wanted in {name.casefold() for name in (territory.name, territory.code, *countries)}:
            return MarketColumn(territory, kind, territory is markets.default)
    return None


def metafield_of(column: str) -> MetafieldName | None:
    """The metafield that a column holds; None also where the shop cannot keep a name that long."""
    found = _metafield(column)
    if found is None or max(map(len, (found.namespace, found.key))) > _LONGEST_NAME:
        return None
    return found if len(found.type) <= _LONGEST_TYPE else None


def _metafield(column: str) -> MetafieldName | None:
    """The metafield by Shopify's names or by those of programs that also say the type."""
    if _MARKET.fullmatch(column):
        return None
    if typed := _TYPED.fullmatch(column):
        return MetafieldName(typed[2].strip(), typed[3].strip(), typed[4] or "", of_variant=bool(typed[1]))
    if exported := _EXPORTED.fullmatch(column):
        return MetafieldName(exported[1].strip(), exported[2].strip())
    if column.casefold().startswith(_GOOGLE):
        key = _NOT_IN_KEYS.sub("_", column[len(_GOOGLE) :].lower()).strip("_")
        return MetafieldName("mm-google-shopping", key) if key else None
    return None
