"""Staff plan flash sales. Planning a sale sets its units apart; unsold units go back when it is over."""

from collections.abc import Collection, Mapping
from datetime import datetime

from datasources.flash_sales import sales as flash_sales
from datasources.flash_sales.sales import Locked, PlannedItem
from datasources.inventory import levels as inventory
from datasources.inventory import locations
from datasources.inventory.levels import ForSale
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import report
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged, Event, FlashSaleChanged, FlashSaleEnded, FlashSaleStarted, LevelsChanged
from domain.flash_sales import FlashSaleChanges, FlashSaleStatus, NewFlashSale
from domain.inventory import LocationKind, StockKey
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from services.accounts.authority import require
from services.flash_sales.inputs import check_announcement, check_title, check_window, items_of

OVER = (FlashSaleStatus.ENDED, FlashSaleStatus.CANCELLED)
ACTOR = "flash sale"


class FlashSaleService:
    """Plans, changes and ends sales. Nothing has to start a sale: the database's clock decides what is live."""

    def __init__(self, database: Database, currency: str) -> None:
        self._database = database
        self._currency = currency

    async def create(self, viewer: Viewer, new: NewFlashSale) -> int:
        """Plans a sale and sets its units apart; returns its key.

        Refused: BLANK, TOO_LONG, INVALID, NOT_FOUND, FLASH_SALE_OVERLAPS, NOT_ENOUGH_STOCK.
        """

        async def create(tx: Tx) -> int:
            actor = await require(tx, viewer, Permission.FLASH_SALES)
            check_title(new.title)
            given = items_of(new.items, self._currency)
            stock = await _lock_stock(tx, given)
            now = await flash_sales.now(tx)
            starts_at = check_window(now, new.starts_at, new.ends_at)
            announced_at = check_announcement(now, new.announced_at, starts_at)
            await _check_alone(tx, stock, starts_at, new.ends_at)
            each("items", given, lambda item: _check_units(stock, item))
            items = sorted(given, key=lambda item: item.variant_id)
            location_id = await locations.insert(tx, new.title.strip(), LocationKind.FLASH_SALE, now)
            sale = (new.title.strip(), starts_at, new.ends_at, location_id)
            sale_id = await flash_sales.insert(tx, *sale, items, now, announced_at)
            await _set_apart(tx, stock, items, location_id, now, actor)
            products = await inventory.products_of(tx, sorted(stock))
            await outbox.add(tx, AvailabilityChanged(products), FlashSaleChanged(sale_id))
            return sale_id

        return await self._database.transact(create)

    async def update(self, viewer: Viewer, sale_id: int, changes: FlashSaleChanges) -> int:
        """Changes title, announcement and end of a sale that is not over; returns its key.

        Refused: NOT_FOUND, FLASH_SALE_OVER, BLANK, TOO_LONG, INVALID, FLASH_SALE_OVERLAPS.
        """

        async def update(tx: Tx) -> int:
            await require(tx, viewer, Permission.FLASH_SALES)
            if changes.title is not None:
                check_title(changes.title)
            locked = await _locked(tx, sale_id)
            if changes.title is not None:
                await flash_sales.change(tx, sale_id, title=changes.title.strip())
            if changes.announced_at is not None:
                await _announce_at(tx, locked, changes.announced_at)
            if changes.ends_at is not None:
                await _end_at(tx, locked, changes.ends_at)
            await outbox.add(tx, FlashSaleChanged(sale_id))
            return sale_id

        return await self._database.transact(update)

    async def cancel(self, viewer: Viewer, sale_id: int) -> int:
        """Ends a live or upcoming sale at once; its units go back. Refused: NOT_FOUND, FLASH_SALE_OVER."""

        async def cancel(tx: Tx) -> int:
            actor = await require(tx, viewer, Permission.FLASH_SALES)
            locked = await _locked(tx, sale_id)
            await flash_sales.change(tx, sale_id, cancelled_at=locked.now)
            await _settle(tx, sale_id, actor)
            return sale_id

        return await self._database.transact(cancel)

    async def settle(self, sale_id: int) -> None:
        """Emits the event of an announcement, start or end once its time has come. Unsold units go back at the end."""
        await self._database.transact(lambda tx: _settle(tx, sale_id, ACTOR))


async def _locked(tx: Tx, sale_id: int) -> Locked:
    locked = await flash_sales.lock(tx, sale_id)
    if locked is None:
        raise refuse(RefusalCode.NOT_FOUND, "The flash sale does not exist.", "sale_id")
    if locked.sale.status in OVER:
        raise refuse(RefusalCode.FLASH_SALE_OVER, "The flash sale is over and can no longer be changed.", "sale_id")
    return locked


async def _lock_stock(tx: Tx, items: Collection[PlannedItem]) -> Mapping[int, ForSale]:
    """Locks the stock of variants, so that nobody plans another sale of them meanwhile."""
    warehouses = await locations.warehouse_ids(tx)
    each("items", items, lambda item: _check_source(warehouses, item))
    stock = await inventory.lock(tx, (item.variant_id for item in items))
    each("items", items, lambda item: _check_variant(stock, item))
    return stock


def _check_source(warehouses: Collection[int], item: PlannedItem) -> None:
    if item.source_id not in warehouses:
        raise refuse(RefusalCode.NOT_FOUND, "The warehouse does not exist.", "source_id")


def _check_variant(stock: Mapping[int, ForSale], item: PlannedItem) -> None:
    if item.variant_id not in stock:
        raise refuse(RefusalCode.NOT_FOUND, "The variant does not exist.", "variant_id")


def _check_units(stock: Mapping[int, ForSale], item: PlannedItem) -> None:
    """A sale can only promise units that the warehouse has now. Refused: NOT_ENOUGH_STOCK."""
    if stock[item.variant_id].available.get(item.source_id, 0) < item.units:
        message = f"The warehouse has fewer than {item.units} units of variant {item.variant_id}."
        raise refuse(RefusalCode.NOT_ENOUGH_STOCK, message, "units")


async def _check_alone(
    tx: Tx, variant_ids: Collection[int], starts_at: datetime, ends_at: datetime, but: int = 0
) -> None:
    if taken := await flash_sales.overlapping(tx, variant_ids, starts_at, ends_at, but):
        message = f"Variant {taken[0]} has another flash sale at that time."
        raise refuse(RefusalCode.FLASH_SALE_OVERLAPS, message)


async def _set_apart(
    tx: Tx, stock: Mapping[int, ForSale], items: Collection[PlannedItem], location_id: int, now: datetime, actor: str
) -> None:
    """Moves units from warehouses to the sale's own location; the caller has checked the stock."""
    pools = [(item.variant_id, location_id) for item in items]
    await inventory.open_levels(tx, stock, pools, sells_out=True)
    moved = {(item.variant_id, item.source_id): (location_id, item.units) for item in items}
    lacking = await inventory.transfer(tx, moved, now, actor, "set apart for a flash sale")
    assert lacking is None, "the levels are locked and have enough"
    await _report_levels(tx, moved)


async def _announce_at(tx: Tx, locked: Locked, announced_at: datetime) -> None:
    """Refused: INVALID, also when shoppers may see the sale already."""
    sale = locked.sale
    if sale.is_public:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be left out: the sale has been announced.", "announced_at")
    checked = check_announcement(locked.now, announced_at, sale.starts_at)
    # The event of this change tells of an announcement at once.
    told_at = locked.now if checked == locked.now else None
    await flash_sales.change(tx, sale.id, announced_at=checked, announcement_told_at=told_at)


async def _end_at(tx: Tx, locked: Locked, ends_at: datetime) -> None:
    sale = locked.sale
    variant_ids = [item.variant_id for item in await flash_sales.items(tx, sale.id)]
    await inventory.lock(tx, variant_ids)
    check_window(locked.now, sale.starts_at, ends_at)
    await _check_alone(tx, variant_ids, sale.starts_at, ends_at, but=sale.id)
    await flash_sales.change(tx, sale.id, ends_at=ends_at)


async def _settle(tx: Tx, sale_id: int, actor: str) -> None:
    """The row lock makes concurrent calls wait; the second one finds nothing to do."""
    locked = await flash_sales.lock(tx, sale_id)
    if locked is None:
        return
    sale, events, told = locked.sale, list[Event](), dict[str, object]()
    items = await flash_sales.items(tx, sale_id)
    products = await inventory.products_of(tx, [item.variant_id for item in items])
    if sale.is_public and sale.announced_at is not None and not locked.announcement_told:
        told["announcement_told_at"] = locked.now
        events.append(FlashSaleChanged(sale_id))
    was_live = sale.starts_at <= (sale.cancelled_at or locked.now)
    if was_live and not locked.start_told:
        told["start_told_at"] = locked.now
        events.append(FlashSaleStarted(sale_id, products))
    if sale.status in OVER and not locked.end_told:
        await _give_back(tx, sale.location_id, items, locked.now, actor)
        told["end_told_at"] = locked.now
        events.append(FlashSaleEnded(sale_id, products) if was_live else AvailabilityChanged(products))
    if told:
        await flash_sales.change(tx, sale_id, **told)
        await outbox.add(tx, *events)


async def _give_back(tx: Tx, location_id: int, items: Collection[PlannedItem], now: datetime, actor: str) -> None:
    """Moves remaining units back to their warehouses. Units that orders still hold come back on their own."""
    stock = await inventory.lock(tx, (item.variant_id for item in items))
    left: dict[StockKey, tuple[int, int]] = {}
    for item in items:
        if units := stock[item.variant_id].available[location_id]:
            left[item.variant_id, location_id] = (item.source_id, units)
    lacking = await inventory.transfer(tx, left, now, actor, "the flash sale is over")
    assert lacking is None, "the levels are locked and have what is left"
    await _report_levels(tx, left)


async def _report_levels(tx: Tx, moved: Mapping[StockKey, tuple[int, int]]) -> None:
    """Both ends of transfers."""
    levels = {*moved, *((variant, place) for (variant, _), (place, _) in moved.items())}
    if levels:
        await report(tx, LevelsChanged(tuple(sorted(levels))))
