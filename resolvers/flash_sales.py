"""Flash sales as shoppers see them, and as staff plan them."""

from collections.abc import Awaitable
from dataclasses import dataclass

from strawberry import Parent

from domain.accounts import Permission
from domain.catalog.records import Variant
from domain.flash_sales import FlashSale, FlashSaleChanges, FlashSaleItem, NewFlashSale
from domain.kit.ids import key_of
from domain.kit.paging import Page, page_request
from domain.kit.refusals import AccessDenied, Refusal, Refused
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Before, First, GlobalId, Last, Reverse


@dataclass(frozen=True, slots=True)
class FlashSaleOutcome:
    """The sale as it is now, or why it did not change."""

    flash_sale: FlashSale | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item with its variant as shoppers see it."""

    item: FlashSaleItem
    variant: Variant


async def flash_sale(info: Info, id: GlobalId) -> FlashSale | None:
    """A sale by id, even after it has ended; before it is announced, for staff alone."""
    key = key_of(id, "FlashSale")
    sale = None if key is None else await info.context.loaders.flash_sale.load(key)
    return sale if sale is None or sale.is_public or await _sees_planned(info.context) else None


async def flash_sales(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[FlashSale]:
    """A page of live and upcoming sales; those that are not announced yet, for staff alone."""
    asked, only_public = page_request(first, after, last, before), not await _sees_planned(info.context)
    return await info.context.reads.flash_sales.open_page(asked, bool(reverse), only_public=only_public)


async def _sees_planned(context: Context) -> bool:
    """Whether the viewer plans sales. An ended token shows what everybody sees, as no token does."""
    if not context.viewer.may(Permission.FLASH_SALES):
        return False
    try:
        return await context.is_staff(Permission.FLASH_SALES)
    except AccessDenied:
        return False


async def items(root: Parent[FlashSale], info: Info) -> list[ShownItem]:
    """The items of a sale, without variants that shoppers do not see."""
    found = await info.context.loaders.flash_sale_items.load(root.id)
    keys = [(item.variant_id, info.context.territory) for item in found]
    variants = await info.context.loaders.variant.load_many(keys)
    return [ShownItem(item, variant) for item, variant in zip(found, variants, strict=True) if variant is not None]


async def create(context: Context, new: NewFlashSale) -> FlashSaleOutcome:
    """Plans a sale."""
    return await _attempt(context, context.services.flash_sales.create(context.viewer, new))


async def update(context: Context, sale_id: int, changes: FlashSaleChanges) -> FlashSaleOutcome:
    """Changes a sale."""
    return await _attempt(context, context.services.flash_sales.update(context.viewer, sale_id, changes))


async def cancel(context: Context, sale_id: int) -> FlashSaleOutcome:
    """Ends a sale at once."""
    return await _attempt(context, context.services.flash_sales.cancel(context.viewer, sale_id))


async def _attempt(context: Context, change: Awaitable[int]) -> FlashSaleOutcome:
    try:
        sale_id = await change
    except Refused as refused:
        return FlashSaleOutcome(None, refused.refusals)
    finally:
        context.written()
    return FlashSaleOutcome(await context.loaders.flash_sale.load(sale_id))
