"""Turns an offer into an order."""

from datetime import datetime

from domain.checkout.offers import Offer
from domain.checkout.pricing import ItemPrice
from domain.kit.ids import new_id, new_secret
from domain.kit.money import MAX_MINOR, Money
from domain.kit.refusals import RefusalCode, refuse
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine, order_name


def draft(
    offer: Offer, titles: dict[int, str], customer_id: int | None, email: str | None, now: datetime
) -> tuple[Order, list[OrderLine]]:
    """An order that waits for its payment, priced as offered. Refused: TOTAL_TOO_HIGH."""
    cart, price, territory = offer.cart, offer.price, offer.territory
    if price.total.minor > MAX_MINOR:
        most = Money(MAX_MINOR, price.total.currency)
        message = f"The total of an order must be at most {most.decimal} {most.currency}."
        raise refuse(RefusalCode.TOTAL_TOO_HIGH, message, "cart")
    order_id = new_id()
    delivery = None if price.delivery is None else price.delivery.option
    order = Order(
        id=order_id,
        name=order_name(order_id),
        token=new_secret(),
        customer_id=customer_id,
        email=email,
        country=cart.market or next(iter(territory.countries), None),
        status=OrderStatus.PENDING_PAYMENT,
        subtotal=price.subtotal,
        total=price.total,
        created_at=now,
        discount_minor=price.discount.minor,
        shipping_minor=price.shipping.minor,
        tax_minor=price.tax.minor,
        taxes_included=price.taxes_included,
        discount_codes=tuple(effect.code for effect in price.codes if effect.problem is None),
        address=None if cart.destination is None else cart.destination.address,
        delivery_handle=None if delivery is None else delivery.handle,
        delivery_title=None if delivery is None else delivery.title,
        note=cart.note or None,
        attributes=cart.attributes,
        phone=cart.phone,
    )
    return order, [_line(offer, order_id, position, titles) for position in range(len(price.items))]


def _line(offer: Offer, order_id: int, position: int, titles: dict[int, str]) -> OrderLine:
    price: ItemPrice = offer.price.items[position]
    variant = price.item.variant
    return OrderLine(
        order_id=order_id,
        position=position,
        variant_id=variant.id,
        sku=variant.sku,
        title=titles[variant.product_id],
        variant_title=variant.title,
        quantity=price.item.quantity,
        unit_price=variant.price,
        discount_minor=price.discount,
        tax_minor=price.tax,
        taxes_included=offer.price.taxes_included,
        attributes=offer.cart.lines[position].attributes,
    )
