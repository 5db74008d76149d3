"""Addresses of storefront clients name a version of the API; the answer says which one was used."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.edge.errors import error_record
from bff.edge.responses import JSON, Answer, respond
from domain.kit.api_versions import SUPPORTED, served_version

USED = "X-Shopify-API-Version"
DEPRECATED = "X-Shopify-API-Deprecated-Reason"


class Versioned:
    """An endpoint below `/api/{version}`. 404 for what is no version, or for one that does not exist yet.

    A version out of support is answered as the oldest supported one, and a header says so; so is an address without a
    version.
    """

    def __init__(self, endpoint: ASGIApp) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = scope["path_params"].get("version", SUPPORTED[0])
        used = served_version(named)
        if used is None:
            message = f"There is no API version {named[:40]!r}. The newest is {SUPPORTED[-1]}."
            answer = Answer({"errors": [error_record(message, "NOT_FOUND")]}, 404, well_formed=False)
            await respond(answer, JSON)(scope, receive, send)
            return

        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=[*message["headers"]])
                headers[USED] = used
                if used != named:
                    headers[DEPRECATED] = f"Version {named} is out of support; {used} was used."
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._endpoint(scope, receive, send_with_version)
