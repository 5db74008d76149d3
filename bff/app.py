"""The web application: GraphQL, the explorer, pictures, and the routes for operators."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from bff.answers.homepages import HomepageAnswers
from bff.answers.refused_submits import RefusedSubmits
from bff.answers.warmth import Warmth
from bff.edge.api_versions import Versioned
from bff.edge.application import StorefrontApp
from bff.edge.budgets import Budgets
from bff.edge.caching import CachePolicy
from bff.edge.endpoint import GraphQLEndpoint
from bff.edge.execution import core_schema
from bff.edge.limits import RequestLimits
from bff.edge.persisted import PersistedDocuments
from bff.edge.registered_documents import registered_documents
from bff.edge.unkept import STRICT_TRANSPORT
from bff.edge.visitors import Visitors, country_lookup
from bff.edge.visits import Visits
from bff.observability import metrics
from bff.routes import checkout, graphiql, health, mails, payments, pictures, webhooks
from bff.settings.production import require_production_settings
from bff.settings.variables import Settings
from bff.stores.context import shop_context
from bff.stores.embedded import resolve
from bff.stores.payments import has_stripe_form, payment_origins
from bff.stores.wiring import Stores, open_stores
from datasources.kit.persisted_documents import PersistedDocumentStore
from domain.homepage.keys import HomepageKey
from schema.build import schema
from schema.scopes import declared_scope

# How many new objects, and collections of younger ones, bring a garbage collection. One large answer makes ten thousand
# objects at a time. A collection of 200,000 young objects stopped the process for up to 77 ms, so the second generation
# is collected after 20,000; collections after every 2,000 objects took a seventh of the time of ready homepages. A
# collection of everything looks at all documents in memory and stops the process for 130 ms when the caches are full;
# next to nothing is left for it (`bff/edge/parsing.py`, `bff/edge/validation.py`), so it is rare.
_COLLECTED_AFTER = (10_000, 2, 2_500)
# A homepage with more parts than this is executed, in turns: to make its bytes in one go takes too long. A page of the
# demo shop with all its fields has 700.
_READY_PARTS = 4_000
# How long a thread that examines a document keeps the event loop waiting, each time the loop comes back from the
# network; Python's own 5 ms made each of its turns 17 ms long on a busy machine, and this one 2.
_SWITCH_SECONDS = 0.001


def create_app() -> StorefrontApp:
    """The application with settings from the environment; uvicorn's workers call it. Raises ProcessProblem."""
    settings = Settings()
    require_production_settings(settings)
    return build_app(resolve(settings))


def build_app(settings: Settings) -> StorefrontApp:
    """The application; its stores are open while it runs."""

    @asynccontextmanager
    async def lifespan(app: StorefrontApp) -> AsyncIterator[None]:
        async with open_stores(settings) as stores:
            warmth = Warmth(stores.homepage_copies, stores.territories, settings.homepage_warm_seconds)
            numbers = health.process_numbers(stores)
            app.add(routes_over(stores, lambda: warmth.is_ready, numbers))
            settle_memory()
            sys.setswitchinterval(_SWITCH_SECONDS)
            tasks = [asyncio.create_task(work) for work in (warmth.fetch(), numbers.keep_current())]
            yield
            for task in tasks:
                task.cancel()

    buyers = checkout.routes(
        payment_origins(settings), has_stripe_form=has_stripe_form(settings), site_url=settings.site_url
    )
    pages = [*explorer_routes(settings), *buyers, *pictures.routes(), *mails.routes(settings)]
    return application(pages, lifespan, is_https=settings.is_production)


def explorer_routes(settings: Settings) -> Sequence[BaseRoute]:
    """GraphiQL, and the way to it; nothing when it is off."""
    return [*graphiql.routes(), Route("/", _home)] if settings.shows_graphiql else []


def application(
    routes: Sequence[BaseRoute],
    lifespan: Callable[[StorefrontApp], AbstractAsyncContextManager[None]] | None = None,
    *,
    is_https: bool = False,
) -> StorefrontApp:
    """Routes, with what holds for every answer; `is_https` when clients never use plain HTTP."""
    return StorefrontApp(routes, lifespan, always=STRICT_TRANSPORT if is_https else {})


def settle_memory() -> None:
    """Excludes modules and the schema from later garbage collections: they took a fifth of the time of a large
    answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def routes_over(
    stores: Stores, is_warm: Callable[[], bool] = lambda: True, numbers: metrics.ProcessNumbers | None = None
) -> list[BaseRoute]:
    """The routes that need stores. `is_warm`: whether this process has the pages for its first visitors."""
    settings = stores.settings
    limits = RequestLimits(
        body_bytes=settings.body_bytes,
        seconds=settings.request_seconds,
        max_cost=settings.max_cost,
        max_depth=settings.max_depth,
        introspection=settings.shows_schema,
    )
    shop = shop_context(stores, _count_missed, _count_stale)

    visitors = Visitors(settings.trusted_proxies, settings.country_headers, country_lookup(settings.geoip_file))
    visits = Visits(shop, visitors)
    policy = CachePolicy(declared_scope, visits.vary, settings.public_max_age_seconds)

    tokens, devices = shop.services.tokens, shop.services.known_devices
    budgets = Budgets(stores.allowances, visitors, tokens, devices, shop.cookies)

    endpoint = GraphQLEndpoint(
        schema,
        visits.context,
        limits,
        metrics.finished,
        memory=stores.memory,
        sources=(
            HomepageAnswers(core_schema(schema), shop, visits, policy, stores.memory, max_parts=_READY_PARTS),
            RefusedSubmits(shop.services.checkout, policy.never, stores.memory),
        ),
        persisted=PersistedDocuments(
            PersistedDocumentStore(stores.redis, settings.prefix),
            stores.memory,
            registered_documents(settings.documents),
            only_registered=settings.documents_only,
        ),
        policy=policy,
        purse_of=budgets.purse,
    )
    return [
        Route("/graphql", endpoint),
        *(Route(f"/api/{{version}}/{name}", Versioned(endpoint)) for name in ("graphql.json", "graphql")),
        *(Route(f"/api/{name}", Versioned(endpoint)) for name in ("graphql.json", "graphql")),
        *payments.routes(stores, visits),
        *webhooks.routes(stores),
        *health.routes(stores, numbers or health.process_numbers(stores), is_warm),
    ]


def _count_missed(key: HomepageKey) -> None:
    metrics.homepage_missed(key.territory, key.platform.lower())


def _count_stale(key: HomepageKey) -> None:
    metrics.homepage_stale(key.territory, key.platform.lower())


async def _home(_request: Request) -> RedirectResponse:
    return RedirectResponse("/graphiql")
