"""The last word about caches: no HTTP answer of the process leaves without `Cache-Control`.

Caches choose for themselves how long they keep an answer that says nothing; Varnish takes two minutes.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_STORE = {"Cache-Control": "no-store"}
_NAME, _LINE = b"cache-control", (b"cache-control", b"no-store")


# For answers of a shop that is served over https alone.
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
Crashed = Callable[[Request, Exception], Awaitable[Response]]


class Unkept:
    """Middleware: adds `no-store` to answers that do not say how they may be kept, such as 404, 405 and redirects.

    Adds the headers of `always` to all answers.
    """

    def __init__(self, app: ASGIApp, always: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._always = [(name.lower().encode(), value.encode()) for name, value in (always or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = self._completed(message)
            await send(message)

        await self._app(scope, receive, say)

    def _completed(self, message: Message) -> Message:
        for name, _ in message["headers"]:
            if name == _NAME:
                return {**message, "headers": [*message["headers"], *self._always]} if self._always else message
        return {**message, "headers": [*message["headers"], _LINE, *self._always]}


def crashed(always: Mapping[str, str] | None = None) -> Crashed:
    """Makes the answer when a route fails: Starlette sends it outside of every middleware."""
    headers = {**NO_STORE, **(always or {})}

    async def answer(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse("Internal Server Error", 500, headers)

    return answer
