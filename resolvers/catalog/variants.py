"""Variants, their selection by options, and their fields."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import Parent

from domain.catalog.records import (
    Image,
    Product,
    ProductOption,
    SelectedOption,
    Variant,
)
from domain.kit.paging import MAX_PAGE
from resolvers.catalog.products import OptionValue
from resolvers.content.outage import absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import (
    Arg,
    SelectedOptionInput,
)

Options = Annotated[list[SelectedOptionInput] | None, Arg(description="Options that the variant must have.")]
IgnoreUnknown = Annotated[bool | None, Arg(description="Ignores options that the product does not have.")]
AnyCase = Annotated[bool | None, Arg(description="Compares without regard to case.")]


async def selected_or_first_available(
    root: Parent[Product],
    info: Info,
    selected_options: Options = None,
    ignore_unknown_options: IgnoreUnknown = True,
    case_insensitive_match: AnyCase = False,
) -> Variant | None:
    """The variant with these options; without options, the first available one, else the first."""
    every = await info.context.loaders.product_variants.load(root.id)
    folded = bool(case_insensitive_match)
    wanted = _wanted(root.options, selected_options or [], folded)
    if ignore_unknown_options is False and len(wanted) < len(selected_options or []):
        return None
    if wanted:
        exact = (v for v in every if wanted <= _options(v.options, folded))
        if found := next(exact, None):
            return found
    return next((variant for variant in every if variant.available_for_sale), every[0] if every else None)


async def adjacent_variants(
    root: Parent[Product],
    info: Info,
    selected_options: Options = None,
    ignore_unknown_options: IgnoreUnknown = True,
    case_insensitive_match: AnyCase = False,
) -> Sequence[Variant]:
    """Variants that differ from the selected one in exactly one option."""
    chosen = await selected_or_first_available(
        root, info, selected_options, ignore_unknown_options, case_insensitive_match
    )
    if chosen is None:
        return ()
    own = set(_options(chosen.options, False))
    every = await info.context.loaders.product_variants.load(root.id)
    return [v for v in every if v.id != chosen.id and len(own - _options(v.options, False)) == 1][:MAX_PAGE]


async def variant_by_options(
    root: Parent[Product],
    info: Info,
    selected_options: Annotated[list[SelectedOptionInput], Arg(description="Every option of the variant.")],
    ignore_unknown_options: IgnoreUnknown = False,
    case_insensitive_match: AnyCase = False,
) -> Variant | None:
    """The variant with exactly these options."""
    folded = bool(case_insensitive_match)
    wanted = {_fold(option.name, option.value, folded) for option in selected_options}
    if ignore_unknown_options:
        wanted = _wanted(root.options, selected_options, folded)
    every = await info.context.loaders.product_variants.load(root.id)
    return next((variant for variant in every if _options(variant.options, folded) == wanted), None)


async def variant_product(root: Parent[Variant], info: Info) -> Product | None:
    """The product that a variant belongs to."""
    loaders = info.context.loaders
    return await loaders.product.load(root.product_id) or await loaders.product_elsewhere.load(root.product_id)


@absent_in_outage(None)
async def variant_image(root: Parent[Variant], info: Info) -> Image | None:
    """The variant's own picture, else the product's first."""
    content = await info.context.loaders.product_content.load(root.product_id)
    own = (image for image in content.images if image.url == root.image_url)
    return next(own, content.images[0] if content.images else None)


async def first_selectable(root: Parent[OptionValue], info: Info) -> Variant | None:
    """The first available variant with this value, else the first with it."""
    every = await info.context.loaders.product_variants.load(root.product_id)
    having = [v for v in every if SelectedOption(root.option, root.name) in v.options]
    return next((variant for variant in having if variant.available_for_sale), having[0] if having else None)


def _options(options: Sequence[SelectedOption], folded: bool) -> set[tuple[str, str]]:
    return {_fold(option.name, option.value, folded) for option in options}


def _wanted(known: Sequence[ProductOption], asked: Sequence[SelectedOptionInput], folded: bool) -> set[tuple[str, str]]:
    """The given options that the product has."""
    names = {_fold(option.name, "", folded)[0] for option in known}
    pairs = (_fold(option.name, option.value, folded) for option in asked)
    return {pair for pair in pairs if pair[0] in names}


def _fold(name: str, value: str, folded: bool) -> tuple[str, str]:
    return (name.casefold(), value.casefold()) if folded else (name, value)
