"""Reads the bodies of deliveries, as late as possible: what is sent is the newest state of each object."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from datasources.accounts.customers import Accounts
from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.refunds import Refunds
from datasources.webhooks.facts import WebhookFacts
from domain.kit.refusals import Unavailable
from domain.webhooks.bodies import Body, collection_body, customer_body, level_body, product_body
from domain.webhooks.cart_bodies import shown_key
from domain.webhooks.notices import CARTS
from domain.webhooks.order_bodies import WholeOrder, fulfillment_body, order_body, refund_body
from domain.webhooks.records import WebhookDelivery
from domain.webhooks.topics import WebhookTopic
from services.webhooks.cart_bodies import CartBodies

logger = structlog.get_logger(__name__)

K = TypeVar("K")
V = TypeVar("V")
# The body of each delivery by its key; None when its object no longer exists.
Bodies = dict[int, Body | None]
_Reader = Callable[[Sequence[WebhookDelivery]], Awaitable[Bodies]]


@dataclass(frozen=True, slots=True)
class BodyReads:
    """The stores that bodies are read from."""

    catalog: Catalog
    content: Content
    accounts: Accounts
    lives: OrderLives
    fulfillments: Fulfillments
    refunds: Refunds
    facts: WebhookFacts
    carts: CartBodies


class WebhookBodies:
    """Reads the bodies of many deliveries with a few statements for each kind of object."""

    def __init__(self, reads: BodyReads) -> None:
        self._reads = reads

    async def of(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        """The bodies that can be read now. Kinds whose store is away are left out, and hold up no others."""
        kinds: dict[str, list[WebhookDelivery]] = {}
        for each in deliveries:
            kinds.setdefault(_kind_of(each), []).append(each)
        found: Bodies = {}
        for kind, alike in kinds.items():
            found |= await self._tried(kind, alike)
        return found

    async def _tried(self, kind: str, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        try:
            return await self._readers[kind](deliveries)
        except Unavailable as error:
            logger.warning("webhook_bodies_unavailable", kind=kind, code=error.code)
            return {}
        except Exception as error:  # one object that cannot be read must not hold up the others
            if len(deliveries) == 1:
                logger.error(
                    "webhook_body_failed", object=shown_key(deliveries[0].object_key), error=type(error).__name__
                )
                return {}
            one_by_one = [await self._tried(kind, [each]) for each in deliveries]
            return {key: body for found in one_by_one for key, body in found.items()}

    @property
    def _readers(self) -> Mapping[str, _Reader]:
        return {
            "delete": self._deleted,
            "cache": self._tags,
            "products": self._products,
            "collections": self._collections,
            "inventory_levels": self._levels,
            "customers": self._customers,
            "orders": self._orders,
            "carts": self._carts,
        }

    async def _deleted(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        return {each.id: {"id": _key(each)} for each in deliveries}

    async def _tags(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        return {each.id: {"tags": list(each.tags)} for each in deliveries}

    async def _products(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        ids = _keys(deliveries)
        products = await self._reads.catalog.products.of_any_status(ids)
        variants = await self._reads.catalog.variants.wherever_sold(ids)
        contents = await self._reads.content.products(ids)
        parts = zip(products, contents, variants, strict=True)
        bodies = [None if one is None else product_body(one, text, every) for one, text, every in parts]
        return _by_delivery(deliveries, ids, bodies)

    async def _collections(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        ids = _keys(deliveries)
        found = await self._reads.catalog.collections.by_id(ids)
        contents = await self._reads.content.collections(ids)
        bodies = [
            None if one is None else collection_body(one, text) for one, text in zip(found, contents, strict=True)
        ]
        return _by_delivery(deliveries, ids, bodies)

    async def _levels(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        keys = {each.id: _level_key(each) for each in deliveries}
        units = await self._reads.facts.available(list(keys.values()))
        return {
            each.id: level_body(keys[each.id], units[keys[each.id]], each.occurred_at)
            if keys[each.id] in units
            else None
            for each in deliveries
        }

    async def _customers(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        ids = _keys(deliveries)
        found = await self._reads.accounts.customers_by_id(ids)
        return _by_delivery(deliveries, ids, [None if one is None else customer_body(one) for one in found])

    async def _orders(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        orders = await self._whole(_keys(deliveries))
        return {each.id: _order_part(each, orders.get(_key(each))) for each in deliveries}

    async def _carts(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        keys = {each.id: each.object_key.removeprefix(CARTS) for each in deliveries}
        found = await self._reads.carts.by_id(sorted(set(keys.values())))
        return {each.id: found.get(keys[each.id]) for each in deliveries}

    async def _whole(self, ids: Sequence[int]) -> dict[int, WholeOrder]:
        reads = self._reads
        lives = [life for life in await reads.lives.by_order(ids) if life is not None]
        keys = [life.order.id for life in lives]
        parcels, refunds = await reads.fulfillments.by_order(keys), await reads.refunds.by_order(keys)
        customer_ids = sorted({life.order.customer_id for life in lives if life.order.customer_id is not None})
        customers = await reads.accounts.customers_by_id(customer_ids) if customer_ids else []
        known = dict(zip(customer_ids, customers, strict=True))
        variant_ids = {line.line.variant_id for life in lives for line in life.lines}
        products = await reads.facts.products_of({key for key in variant_ids if key is not None})
        return {
            life.order.id: WholeOrder(life, sent, back, known.get(life.order.customer_id or 0), products)
            for life, sent, back in zip(lives, parcels, refunds, strict=True)
        }


def _kind_of(delivery: WebhookDelivery) -> str:
    return "delete" if delivery.topic.endswith("/delete") else delivery.object_key.partition("/")[0]


def _key(delivery: WebhookDelivery) -> int:
    """The key of the object, or of the order that it is part of: `products/42`, `orders/7/9`."""
    return int(delivery.object_key.split("/")[1])


def _keys(deliveries: Iterable[WebhookDelivery]) -> list[int]:
    return sorted({_key(each) for each in deliveries})


def _level_key(delivery: WebhookDelivery) -> tuple[int, int]:
    variant_id, _, location_id = delivery.object_key.partition("/")[2].partition("-")
    return int(variant_id), int(location_id)


def _by_delivery(deliveries: Iterable[WebhookDelivery], ids: Sequence[int], bodies: Sequence[Body | None]) -> Bodies:
    found = dict(zip(ids, bodies, strict=True))
    return {each.id: found[_key(each)] for each in deliveries}


def _order_part(delivery: WebhookDelivery, whole: WholeOrder | None) -> Body | None:
    if whole is None:
        return None
    part = int(delivery.object_key.split("/")[2]) if delivery.object_key.count("/") == 2 else 0
    if delivery.topic is WebhookTopic.REFUNDS_CREATE:
        return next((refund_body(whole, refund) for refund in whole.refunds if refund[0].id == part), None)
    if delivery.topic in (WebhookTopic.FULFILLMENTS_CREATE, WebhookTopic.FULFILLMENTS_UPDATE):
        return next((fulfillment_body(whole, parcel) for parcel in whole.parcels if parcel.id == part), None)
    return order_body(whole)
