"""Interfaces of things that the storefront shows."""

import strawberry

from schema.kit.common import always
from schema.kit.scalars import URL


@strawberry.interface(description="Something with a page in the storefront.")
class OnlineStorePublishable:
    """Products, collections, pages and the like."""

    online_store_url = always(None, URL | None, "Its page in the storefront.")


@strawberry.interface(description="Something whose use a client may measure.")
class Trackable:
    """Existing clients select it."""

    tracking_parameters = always(None, str | None, "Parameters for analytics; this shop needs none.")
