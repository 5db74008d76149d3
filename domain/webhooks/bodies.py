"""Bodies of webhooks with the field names of Shopify's REST resources. Money is text.

Keys have up to 63 bits, more than a number of JavaScript holds: `admin_graphql_api_id` is exact everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from domain.accounts import Customer
from domain.catalog.records import Collection, CollectionContent, Image, Product, ProductContent, Variant
from domain.inventory import StockKey
from domain.kit.ids import global_id
from domain.kit.money import Money

Body: TypeAlias = dict[str, Any]


def time_text(at: datetime | None) -> str | None:
    """A time in ISO 8601, to the second.

    >>> time_text(datetime(2026, 11, 27, 8, tzinfo=UTC))
    '2026-11-27T08:00:00+00:00'
    """
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def money_text(money: Money) -> str:
    """An amount as text.

    >>> money_text(Money(1050, "GBP"))
    '10.50'
    """
    return str(money.decimal)


def ids_of(kind: str, key: int) -> Body:
    """The two ids that every object has."""
    return {"id": key, "admin_graphql_api_id": global_id(kind, key)}


def product_body(product: Product, content: ProductContent, variants: Sequence[Variant]) -> Body:
    """A product with its variants at the prices of the default territory."""
    published = product.published_at if product.status.value in ("ACTIVE", "UNLISTED") else None
    return {
        **ids_of("Product", product.id),
        "title": product.title,
        "body_html": content.html,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "handle": product.handle,
        "created_at": time_text(product.created_at),
        "updated_at": time_text(product.updated_at),
        "published_at": time_text(published),
        "published_scope": "web",
        "template_suffix": None,
        "status": product.status.lower(),
        "tags": ", ".join(content.tags),
        "variants": [_variant(variant, content.images) for variant in variants],
        "options": [
            {"product_id": product.id, "name": option.name, "position": position, "values": list(option.values)}
            for position, option in enumerate(product.options, 1)
        ],
        "images": [_image(image, position) for position, image in enumerate(content.images, 1)],
        "image": _image(content.images[0], 1) if content.images else None,
    }


def _variant(variant: Variant, images: Sequence[Image]) -> Body:
    values = [option.value for option in variant.options]
    return {
        **ids_of("ProductVariant", variant.id),
        "product_id": variant.product_id,
        "title": variant.title,
        "price": money_text(variant.price),
        "compare_at_price": None if variant.compare_at is None else money_text(variant.compare_at),
        "sku": variant.sku,
        "barcode": variant.barcode,
        "position": variant.position,
        **{f"option{place}": values[place - 1] if place <= len(values) else None for place in (1, 2, 3)},
        "taxable": variant.taxable,
        "requires_shipping": variant.requires_shipping,
        "grams": variant.grams,
        "weight": variant.grams,
        "weight_unit": "g",
        "inventory_item_id": variant.id,
        "inventory_policy": "deny" if variant.sells_out or not variant.tracked else "continue",
        "inventory_management": "shopify" if variant.tracked else None,
        "inventory_quantity": variant.available,
        "image_src": variant.image_url,
        "image_position": _position(variant.image_url, images),
    }


def _position(url: str | None, images: Iterable[Image]) -> int | None:
    return next((position for position, image in enumerate(images, 1) if url is not None and image.url == url), None)


def _image(image: Image, position: int) -> Body:
    return {
        "position": position,
        "src": image.url,
        "alt": image.alt_text,
        "width": image.width,
        "height": image.height,
    }


def collection_body(collection: Collection, content: CollectionContent) -> Body:
    """A collection without its products."""
    return {
        **ids_of("Collection", collection.id),
        "handle": collection.handle,
        "title": collection.title,
        "body_html": content.html,
        "updated_at": time_text(collection.updated_at),
        "published_at": time_text(collection.created_at),
        "published_scope": "web",
        "template_suffix": None,
        "image": None if content.image is None else _image(content.image, 1),
    }


def level_body(key: StockKey, available: int, at: datetime) -> Body:
    """Units of a variant at a location."""
    variant_id, location_id = key
    return {
        "inventory_item_id": variant_id,
        "location_id": location_id,
        "available": available,
        "updated_at": time_text(at),
        "admin_graphql_api_id": f"{global_id('InventoryLevel', location_id)}?inventory_item_id={variant_id}",
    }


def customer_body(customer: Customer) -> Body:
    """An account."""
    return {
        **ids_of("Customer", customer.id),
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": customer.phone,
        "created_at": time_text(customer.created_at),
        "accepts_marketing": customer.accepts_marketing,
    }


def only(fields: Sequence[str], body: Mapping[str, Any]) -> Body:
    """The body with these fields alone; with all of them when none is named.

    >>> only(["id", "title"], {"id": 1, "title": "Mug", "vendor": "Clay"})
    {'id': 1, 'title': 'Mug'}
    """
    return {name: value for name, value in body.items() if not fields or name in fields}
