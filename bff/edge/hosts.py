"""Refuses requests that name no host, or more than one: proxies and caches may read them differently than the shop."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_REFUSAL = PlainTextResponse("The request must have exactly one `Host` header.", 400, {"cache-control": "no-store"})


class OneHost:
    """An ASGI middleware. Clients of HTTP/1.0, such as probes of load balancers, may name none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) > 1 or (not any(hosts) and scope["http_version"] == "1.1"):
                await _REFUSAL(scope, receive, send)
                return
        await self._app(scope, receive, send)
