"""Serves the demo shop's pictures, drawn from their names: nothing is stored, any process of any machine can answer."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.pictures.library import drawn
from demo.pictures.names import PATH, SUFFIX, read_name

_SAFETY = {"X-Content-Type-Options": "nosniff"}
# A name ends in the digest of its drawing, so what it stands for never changes.
_HEADERS = _SAFETY | {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Access-Control-Allow-Origin": "*",
}
# A name of another drawing may be good on a newer version of the shop: remember the answer for a minute only.
_MISSING = _SAFETY | {"Cache-Control": "public, max-age=60"}


def routes() -> list[Route]:
    """`/media/pictures/NAME.svg`: 200 when the name and its digest are right, 404 for all else.

    Made-up names cost a drawing each, a tenth of a millisecond, and at most 2048 drawings of 4 kB are kept.
    """
    return [Route(PATH + "{name:str}" + SUFFIX, _picture)]


async def _picture(request: Request) -> Response:
    asked = read_name(request.path_params["name"])
    if asked is not None:
        picture, digest = asked
        content, right = drawn(picture)
        if digest == right:
            return Response(content, media_type="image/svg+xml", headers=_HEADERS | {"ETag": f'"{right}"'})
    return Response("Not found", 404, media_type="text/plain", headers=_MISSING)
