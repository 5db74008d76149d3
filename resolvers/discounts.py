"""Discounts as staff see and change them; the services check permissions for changes."""

from collections.abc import Awaitable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from strawberry import Parent

from domain.accounts import Permission
from domain.discounts.rules import WHOLE, Discount, DiscountChanges, DiscountFamily, DiscountKind
from domain.discounts.usages import discount_usage
from domain.kit.ids import key_of
from domain.kit.money import Money
from domain.kit.paging import Page, page_request, slice_of
from domain.kit.refusals import Refusal, Refused
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last, Reverse


@dataclass(frozen=True, slots=True)
class DiscountOutcome:
    """The discount as it is now, or why it did not change."""

    discount: Discount | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage as a fraction of 1."""

    percentage: float


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount taken off an order."""

    amount: Money


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The minimum subtotal of an order."""

    greater_than_or_equal_to_subtotal: Money


def discount_key(gid: str) -> int:
    """The key of a discount. An id of another kind gives a key that no discount has."""
    return key_of(gid, "DiscountCodeNode") or 0


async def discounts(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Discount]:
    """A page of all discounts in order of creation, for staff with the permission DISCOUNTS."""
    await info.context.require_staff(Permission.DISCOUNTS)
    return await info.context.reads.discounts.page(page_request(first, after, last, before), bool(reverse))


async def discount(info: Info, id: GlobalId) -> Discount | None:
    """One discount, for staff with the permission DISCOUNTS."""
    await info.context.require_staff(Permission.DISCOUNTS)
    return await _discount(info.context, discount_key(id))


async def discount_by_code(
    info: Info, code: Annotated[str, Arg(description="The code, in any case.")]
) -> Discount | None:
    """A discount by code, for staff with the permission DISCOUNTS."""
    await info.context.require_staff(Permission.DISCOUNTS)
    return await info.context.reads.discounts.discount_by_code(code)


async def uses(root: Parent[Discount], info: Info) -> int:
    """Orders that used the discount and did not end unpaid."""
    return await info.context.loaders.used.load(discount_usage(root.id))


def codes(
    root: Parent[Discount], first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[Discount]:
    """The one code that a discount has."""
    return slice_of([root], page_request(first, after, last, before, default=1))


def value(root: Parent[Discount], info: Info) -> Percentage | Amount:
    """What a discount takes off."""
    if root.kind is DiscountKind.PERCENTAGE:
        return Percentage(float(Decimal(root.basis_points) / WHOLE))
    return Amount(_money(info, root.minor))


def minimum(root: Parent[Discount], info: Info) -> Subtotal | None:
    """The minimum subtotal of an order, if the discount has one."""
    return Subtotal(_money(info, root.minimum_minor)) if root.minimum_minor else None


def _money(info: Info, minor: int) -> Money:
    return Money(minor, info.context.shop.territories.default.currency)


async def create(context: Context, family: DiscountFamily, changes: DiscountChanges) -> DiscountOutcome:
    """Makes a discount."""
    return await _outcome(context, context.services.discounts.create(context.viewer, family, changes))


async def update(context: Context, gid: str, family: DiscountFamily, changes: DiscountChanges) -> DiscountOutcome:
    """Changes a discount."""
    work = context.services.discounts.update(context.viewer, discount_key(gid), family, changes)
    return await _outcome(context, work)


async def set_active(context: Context, gid: str, is_active: bool) -> DiscountOutcome:
    """Switches a discount on or off."""
    work = context.services.discounts.set_active(context.viewer, discount_key(gid), is_active)
    return await _outcome(context, work)


async def _outcome(context: Context, work: Awaitable[int]) -> DiscountOutcome:
    """The discount whose key `work` returns, read again, or why the work was refused."""
    try:
        return DiscountOutcome(await _discount(context, await work))
    except Refused as refused:
        return DiscountOutcome(None, refused.refusals)
    finally:
        context.written()


async def _discount(context: Context, key: int) -> Discount | None:
    return (await context.reads.discounts.discounts_by_id([key]))[0]
