"""Bodies of webhooks about carts.

The id of a cart is a secret that gives access to it. Bodies have its digest, which a storefront that knows the id can
compute too.
"""

import hashlib
from collections.abc import Mapping

from domain.cart import Attributes, CartLine
from domain.checkout.offers import Offer
from domain.checkout.pricing import ItemPrice
from domain.kit.money import Money
from domain.webhooks.bodies import Body, money_text, time_text
from domain.webhooks.notices import CARTS

# Titles and vendors of products by key.
Texts = Mapping[int, tuple[str, str | None]]


def cart_token(cart_id: str) -> str:
    """What names a cart to others than its shopper.

    >>> cart_token("secret")
    '2bb80d537b1da3e38bd30361aa855686'
    """
    return hashlib.sha256(cart_id.encode()).hexdigest()[:32]


def shown_key(object_key: str) -> str:
    """An object as staff and logs see it.

    >>> shown_key("products/42"), shown_key("carts/secret")
    ('products/42', 'carts/2bb80d537b1da3e38bd30361aa855686')
    """
    if not object_key.startswith(CARTS):
        return object_key
    return f"{CARTS}{cart_token(object_key.removeprefix(CARTS))}"


def cart_body(offer: Offer, texts: Texts) -> Body:
    """A cart with the lines that are for sale, at the prices of its territory."""
    cart, token = offer.cart, cart_token(offer.cart.id)
    return {
        "id": token,
        "token": token,
        "line_items": [_line(line, price, texts) for line, price in zip(offer.lines, offer.price.items, strict=True)],
        "note": cart.note or None,
        "attributes": _named(cart.attributes),
        "currency": offer.price.currency,
        "created_at": time_text(cart.created_at),
        "updated_at": time_text(cart.updated_at),
    }


def _line(line: CartLine, price: ItemPrice, texts: Texts) -> Body:
    variant = price.item.variant
    title, vendor = texts.get(variant.product_id, ("", None))
    unit = money_text(variant.price)
    return {
        "id": variant.id,
        "key": str(line.id),
        "variant_id": variant.id,
        "product_id": variant.product_id,
        "title": f"{title} - {variant.title}",
        "vendor": vendor,
        "sku": variant.sku,
        "quantity": line.quantity,
        "price": unit,
        "original_price": unit,
        "discounted_price": money_text(_of_one(price)),
        "original_line_price": money_text(price.subtotal),
        "line_price": money_text(price.total),
        "total_discount": money_text(price.reduced),
        "discounts": [],
        "properties": _named(line.attributes),
        "grams": variant.grams,
        "taxable": variant.taxable,
        "gift_card": False,
    }


def _of_one(price: ItemPrice) -> Money:
    """The price of a unit after discounts, rounded down."""
    return Money(price.total.minor // max(price.item.quantity, 1), price.total.currency)


def _named(attributes: Attributes) -> dict[str, str]:
    return dict(attributes)
