"""The last word about caches: no HTTP answer of the process leaves without `Cache-Control`.

Caches choose for themselves how long they keep an answer that says nothing; Varnish takes two minutes.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_STORE = {"Cache-Control": "no-store"}
_NAME, _LINE = b"cache-control", (b"cache-control", b"no-store")


class Unkept:
    """Middleware: adds `no-store` to answers that do not say how they may be kept, such as 404, 405 and redirects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                for name, _ in message["headers"]:
                    if name == _NAME:
                        break
                else:
                    message = {**message, "headers": [*message["headers"], _LINE]}
            await send(message)

        await self._app(scope, receive, say)


async def crashed(_request: Request, _error: Exception) -> Response:
    """The answer when a route fails: Starlette sends it outside of every middleware."""
    return PlainTextResponse("Internal Server Error", 500, NO_STORE)
