"""A shop with the production profile, over the stores of the tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.routing import BaseRoute

from bff.app import application, explorer_routes, routes_over
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores

PRODUCTION: Mapping[str, object] = {
    "profile": "production",
    "database_url": "mysql+aiomysql://shop:hunter2@db/shop",
    "mongo_url": "mongodb://docs",
    "redis_url": "rediss://cache",
    "search_url": "https://search",
    "token_secret": "kq3Z8vTn1LxW5bRj0MhYc7Fd2Ue9Gs4P",
    "public_url": "https://api.shop.example",
    "payment_provider": "stripe",
    "stripe_key": "sk_live_hunter2",
    "stripe_webhook_secret": "whsec_hunter2",
    "trusted_proxies": ["10.0.0.0/8"],
}
_DEMANDED = ("profile", "public_url", "payment_provider", "stripe_key", "stripe_webhook_secret", "trusted_proxies")


def in_production(settings: Settings, **changes: Any) -> Settings:
    """The same shop with the profile and all that it demands; its stores and its secret stay."""
    demanded = Settings.model_validate(PRODUCTION)
    return settings.model_copy(update={name: getattr(demanded, name) for name in _DEMANDED} | changes)


@asynccontextmanager
async def serving(
    settings: Settings, more: Sequence[BaseRoute] = ()
) -> AsyncIterator[tuple[httpx.AsyncClient, Stores]]:
    """A client of the whole application, and its stores."""
    async with open_stores(settings) as stores:
        routes = [*explorer_routes(settings), *routes_over(stores), *more]
        app = application(routes, is_https=settings.is_production)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            yield client, stores
