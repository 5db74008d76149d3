"""The ASGI application: routes behind what holds for every answer, and a straight way to the GraphQL endpoint."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.edge.api_versions import DEPRECATED, USED
from bff.edge.endpoint import GraphQLEndpoint
from bff.edge.heads import heads
from bff.edge.hosts import OneHost
from bff.edge.unkept import Unkept, crashed

# For how long browsers remember that they may ask from another origin.
_PREFLIGHT_SECONDS = 7_200


class StorefrontApp(Starlette):
    """Serves routes; `always` are headers of every answer.

    Middleware and routing take a quarter of the CPU time of a ready answer. A plain request to a `GraphQLEndpoint`
    needs neither: it names one host and no origin, and the endpoint itself says how its answers may be kept.
    """

    def __init__(
        self,
        routes: Iterable[BaseRoute],
        lifespan: Callable[["StorefrontApp"], AbstractAsyncContextManager[None]] | None = None,
        *,
        always: Mapping[str, str],
    ) -> None:
        # Storefronts live on other origins; what they may do depends on tokens and ids, never on cookies.
        cors = Middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            expose_headers=[USED, DEPRECATED, "Retry-After"],
            max_age=_PREFLIGHT_SECONDS,
        )
        self._crashed = crashed(always)
        self._always = always
        self._straight: dict[str, ASGIApp] = {}
        super().__init__(
            middleware=[Middleware(Unkept, always), Middleware(OneHost), cors],
            exception_handlers={Exception: self._crashed},
            lifespan=lifespan,
        )
        self.add(routes)

    def add(self, routes: Iterable[BaseRoute]) -> None:
        """Serves more routes."""
        for route in routes:
            self.router.routes.append(route)
            if isinstance(route, Route) and isinstance(route.app, GraphQLEndpoint):
                endpoint = Unkept(route.app, self._always) if self._always else route.app
                self._straight[route.path] = ServerErrorMiddleware(endpoint, handler=self._crashed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            endpoint = self._straight.get(scope["path"])
            if endpoint is not None and _is_plain(scope):
                await endpoint(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    """Whether the request has one host, no origin, and no header twice."""
    sent = heads(scope)
    return len(sent) == len(scope["headers"]) and b"origin" not in sent and bool(sent.get(b"host"))
