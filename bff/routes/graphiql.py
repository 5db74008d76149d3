"""GraphiQL, the explorer for developers, served from the bundle in `web/graphiql/dist` and nowhere else."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUNDLE = Path(__file__).parents[2] / "web" / "graphiql" / "dist"

# Fonts are data URLs in the style sheet of the bundle.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "data:",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_SAFETY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class _HashedFiles(StaticFiles):
    """Files whose names change with their content: kept by browsers and CDNs for a year without asking again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_SAFETY | {"Cache-Control": "public, max-age=31536000, immutable"})
        return response


def routes() -> list[Route | Mount]:
    """`/graphiql` and its files. Browsers revalidate the page each time, and get 304 while it is the same."""
    page = (BUNDLE / "index.html").read_bytes()
    etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    headers = _SAFETY | {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in _POLICY.items()),
        "ETag": etag,
    }

    async def explorer(request: Request) -> Response:
        if _is_known(etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(page, media_type="text/html", headers=headers)

    return [
        Mount("/graphiql/assets", _HashedFiles(directory=BUNDLE / "assets")),
        Route("/graphiql", explorer),
    ]


def _is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client has this version; a cache on the way may have made the tag weak.

    >>> _is_known('"a"', 'W/"a", "b"'), _is_known('"a"', '"b"')
    (True, False)
    """
    return if_none_match.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
