"""The web application: GraphQL, the explorer, pictures, and the routes for operators."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from bff.answers.homepages import HomepageAnswers
from bff.answers.refused_submits import RefusedSubmits
from bff.answers.warmth import Warmth
from bff.edge.api_versions import DEPRECATED, USED, Versioned
from bff.edge.budgets import Budgets
from bff.edge.caching import CachePolicy
from bff.edge.endpoint import GraphQLEndpoint
from bff.edge.execution import core_schema
from bff.edge.hosts import OneHost
from bff.edge.limits import RequestLimits
from bff.edge.persisted import PersistedDocuments
from bff.edge.registered_documents import registered_documents
from bff.edge.unkept import Unkept, crashed
from bff.edge.visitors import Visitors, country_lookup
from bff.edge.visits import Visits
from bff.observability import metrics
from bff.routes import graphiql, health, pictures, webhooks
from bff.settings.variables import Settings
from bff.stores.embedded import resolve
from bff.stores.wiring import Stores, open_stores, shop_context
from datasources.kit.persisted_documents import PersistedDocumentStore
from domain.homepage.keys import HomepageKey
from schema.build import schema
from schema.scopes import declared_scope

# How many new objects, and collections of younger ones, bring a garbage collection. One large answer makes ten thousand
# objects. A collection of everything looks at all documents in memory and stops the process for 130 ms when the caches
# are full; next to nothing is left for it (`bff/edge/parsing.py`, `bff/edge/validation.py`), so it is rare.
_COLLECTED_AFTER = (10_000, 20, 250)

# For how long browsers remember that they may ask from another origin.
_PREFLIGHT_SECONDS = 7_200


def create_app() -> Starlette:
    """The application with settings from the environment; uvicorn's workers call it."""
    return build_app(resolve(Settings()))


def build_app(settings: Settings) -> Starlette:
    """The application; its stores are open while it runs."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_stores(settings) as stores:
            warmth = Warmth(stores.homepage_copies, stores.territories, settings.homepage_warm_seconds)
            numbers = health.process_numbers(stores)
            app.router.routes.extend(routes_over(stores, lambda: warmth.is_ready, numbers))
            _settle_memory()
            tasks = [asyncio.create_task(work) for work in (warmth.fetch(), numbers.keep_current())]
            yield
            for task in tasks:
                task.cancel()

    return application([*graphiql.routes(), *pictures.routes()], lifespan)


def application(
    routes: Sequence[BaseRoute], lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None
) -> Starlette:
    """Routes, with what holds for every answer."""
    # Storefronts live on other origins; what they may do depends on tokens and ids, never on cookies.
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=[USED, DEPRECATED, "Retry-After"],
        max_age=_PREFLIGHT_SECONDS,
    )
    return Starlette(
        routes=routes,
        middleware=[Middleware(Unkept), Middleware(OneHost), cors],
        exception_handlers={Exception: crashed},
        lifespan=lifespan,
    )


def _settle_memory() -> None:
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
        introspection=settings.introspection,
    )
    shop = shop_context(stores, _count_missed, _count_stale)

    visitors = Visitors(settings.trusted_proxies, settings.country_headers, country_lookup(settings.geoip_file))
    visits = Visits(shop, visitors)
    policy = CachePolicy(declared_scope, visits.vary, settings.public_max_age_seconds)

    endpoint = GraphQLEndpoint(
        schema,
        visits.context,
        limits,
        metrics.finished,
        memory=stores.memory,
        sources=(
            HomepageAnswers(core_schema(schema), shop, visits, policy, stores.memory, max_parts=limits.max_parts),
            RefusedSubmits(shop.services.checkout, policy.never, stores.memory),
        ),
        persisted=PersistedDocuments(
            PersistedDocumentStore(stores.redis, settings.prefix),
            stores.memory,
            registered_documents(settings.documents),
            only_registered=settings.documents_only,
        ),
        policy=policy,
        purse_of=Budgets(stores.allowances, visitors, shop.services.tokens, shop.services.known_devices).purse,
    )
    return [
        Route("/graphql", endpoint),
        *(Route(f"/api/{{version}}/{name}", Versioned(endpoint)) for name in ("graphql.json", "graphql")),
        *(Route(f"/api/{name}", Versioned(endpoint)) for name in ("graphql.json", "graphql")),
        Route("/", _home),
        *webhooks.routes(stores),
        *health.routes(stores, numbers or health.process_numbers(stores), is_warm),
    ]


def _count_missed(key: HomepageKey) -> None:
    metrics.homepage_missed(key.territory, key.platform.lower())


def _count_stale(key: HomepageKey) -> None:
    metrics.homepage_stale(key.territory, key.platform.lower())


async def _home(_request: Request) -> RedirectResponse:
    return RedirectResponse("/graphiql")
