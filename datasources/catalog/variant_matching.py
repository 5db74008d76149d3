"""Which stored variant a draft means, and what the draft leaves as it is stored."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from datasources.kit.database import Row
from domain.catalog.drafts import ProductDraft, VariantDraft

DEFAULT_OPTION, DEFAULT = "Title", "Default Title"
_SEPARATOR = "\x1f"
# The fields that a source may lack, each by itself.
_FIELDS = (
    *("sku", "price_minor", "compare_at_minor", "tracked", "continues"),
    *("grams", "taxable", "requires_shipping", "barcode", "image_url"),
)
# (minor, compare_at_minor) by territory.
PriceList = Mapping[str, tuple[int, int | None]]
LEFT_OUT = "a row does not say which of the stored variants it means: it was left out"
NO_UNITS = "a new variant is tracked, but the file does not say how many units there are: it starts with 0"
KEEPS_PRICE = "a variant has a price, but that of the file is blank: it keeps its price"
NO_PRICE = "a new variant has no price: nobody can buy it until it has one"


@dataclass(frozen=True, slots=True)
class Matched:
    """A draft completed from what is stored, the key of each of its variants (None for new ones), and remarks.

    `left` are the stored variants that the draft lacks.
    """

    draft: ProductDraft
    keys: tuple[int | None, ...]
    left: tuple[Row, ...]
    notes: tuple[str, ...]


def option_key(values: Sequence[str]) -> str:
    """The key by which the next import recognizes the same variant.

    >>> option_key(("Red", "M")) == option_key(("Red M",))
    False
    """
    return _SEPARATOR.join(values)


def matched(draft: ProductDraft, stored: Sequence[Row], prices: Mapping[int, PriceList], territory: str) -> Matched:
    """Finds the stored variant of each draft and completes the drafts."""
    if not stored:
        return _new(draft)
    keeps_options = f"option{len(stored[0].options)}" in draft.absent
    known = match(draft.variants, stored, by_some_options=keeps_options)
    rows = {row.id: row for row in stored}
    found: list[tuple[int | None, VariantDraft]] = []
    notes: list[str] = []
    for position, variant in enumerate(draft.variants):
        key = known.get(position)
        if key is not None:
            price = prices.get(key, {}).get(territory)
            found.append((key, _completed(variant, rows[key], price, draft.absent, keeps_options)))
            notes += [KEEPS_PRICE] if price and _is_blank(draft, variant) else []
        elif keeps_options or not variant.option_values:
            notes.append(LEFT_OUT)
        else:
            found.append((None, variant))
            notes += _lacks(draft, variant)
    names = _option_names(draft, stored[0], keeps_options)
    left = tuple(row for row in stored if row.id not in known.values())
    # A variant that a row may mean must not vanish.
    is_partial = draft.is_partial or keeps_options or LEFT_OUT in notes
    known_variants = tuple(variant for _, variant in found)
    whole = replace(draft, variants=known_variants, option_names=names, is_partial=is_partial)
    return Matched(whole, tuple(key for key, _ in found), left, tuple(notes))


def _new(draft: ProductDraft) -> Matched:
    """A product that is not stored has at least one variant. Rows without option values describe the same one."""
    if not draft.variants:
        unpriced = VariantDraft(None, (), 0, tracked=False, has_price=False)
        draft = replace(draft, variants=(unpriced,), absent=draft.absent | {"price_minor", "inventory"})
    first, *more = draft.variants
    first = first if first.option_values else replace(first, option_values=(DEFAULT,))
    variants = (first, *(variant for variant in more if variant.option_values))
    notes = [LEFT_OUT] * (1 + len(more) - len(variants))
    notes += [note for variant in variants for note in _lacks(draft, variant)]
    names = (draft.option_names or (DEFAULT_OPTION,))[: len(first.option_values)]
    return Matched(replace(draft, variants=variants, option_names=names), (None,) * len(variants), (), tuple(notes))


def _lacks(draft: ProductDraft, variant: VariantDraft) -> list[str]:
    """What a new variant should have but the file does not have."""
    units = NO_UNITS if variant.tracked and "inventory" in draft.absent else variant.units_unknown
    return ([units] if units else []) + ([] if variant.has_price else [NO_PRICE])


def _is_blank(draft: ProductDraft, variant: VariantDraft) -> bool:
    """Whether the file has prices, but none for this variant."""
    return not variant.has_price and "price_minor" not in draft.absent


def _completed(
    draft: VariantDraft,
    row: Row,
    price: tuple[int, int | None] | None,
    absent: frozenset[str],
    keeps_options: bool,
) -> VariantDraft:
    """The draft with the stored values of what its source does not have."""
    minor, compare_at = price or (0, None)
    stored = VariantDraft(
        sku=row.sku,
        option_values=tuple(value for _, value in row.options),
        price_minor=minor,
        compare_at_minor=compare_at,
        tracked=row.tracked,
        continues=row.tracked and not row.sells_out,
        grams=row.grams,
        taxable=row.taxable,
        requires_shipping=row.requires_shipping,
        barcode=row.barcode,
        image_url=row.image_url,
    )
    kept = {name: getattr(stored, name) for name in _FIELDS if name in absent}
    if not draft.has_price:
        kept["price_minor"] = minor
    if keeps_options or not draft.option_values:
        kept["option_values"] = stored.option_values
    return replace(draft, has_price=price is not None or draft.has_price, **kept)


def _option_names(draft: ProductDraft, stored: Row, keeps_options: bool) -> tuple[str, ...]:
    names = tuple(name for name, _ in stored.options)
    if keeps_options or not any(variant.option_values for variant in draft.variants):
        return names
    return names + draft.option_names[len(names) :] if "option_names" in draft.absent else draft.option_names


def match(drafts: Sequence[VariantDraft], stored: Sequence[Row], by_some_options: bool = False) -> dict[int, int]:
    """Keys of stored variants by the position of their draft.

    Equal option values mean the same variant. Among the rest, an equal SKU does, if only one variant on each side has
    it. With `by_some_options`, so do equal values of the first options. A draft that says nothing means the only one.
    """
    by_options = {row.option_key: row.id for row in stored}
    found = {
        position: by_options[option_key(draft.option_values)]
        for position, draft in enumerate(drafts)
        if draft.option_values and option_key(draft.option_values) in by_options
    }
    found |= _by_key(drafts, stored, found, lambda draft: draft.sku, lambda row: row.sku)
    if by_some_options and (given := max((len(draft.option_values) for draft in drafts), default=0)):
        found |= _by_key(
            drafts,
            stored,
            found,
            lambda draft: option_key(draft.option_values),
            lambda row: option_key([value for _, value in row.options[:given]]),
        )
    if len(drafts) == len(stored) == 1 and not found and not drafts[0].option_values:
        found[0] = stored[0].id
    return found


def _by_key(
    drafts: Sequence[VariantDraft],
    stored: Sequence[Row],
    found: Mapping[int, int],
    of_draft: Callable[[VariantDraft], str | None],
    of_row: Callable[[Row], str | None],
) -> dict[int, int]:
    """Further keys of variants by position, where both sides have a value once among those that are left."""
    taken = set(found.values())
    there = _unique([(of_row(row), row.id) for row in stored if row.id not in taken])
    asked = [(of_draft(draft), position) for position, draft in enumerate(drafts) if position not in found]
    return {position: there[value] for value, position in _unique(asked).items() if value in there}


def _unique(pairs: Sequence[tuple[str | None, int]]) -> dict[str, int]:
    counts = Counter(value for value, _ in pairs)
    return {value: key for value, key in pairs if value and counts[value] == 1}
