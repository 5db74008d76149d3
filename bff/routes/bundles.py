"""Pages that are built and committed in `web/`: each served from its own bundle and nowhere else."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parents[2] / "web"
_SAFETY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class _HashedFiles(StaticFiles):
    """Files whose names change with their content: kept by browsers and CDNs for a year without asking again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_SAFETY | {"Cache-Control": "public, max-age=31536000, immutable"})
        return response


def page_routes(name: str, paths: Sequence[str], policy: Mapping[str, str]) -> list[Route | Mount]:
    """A page at each of the paths, and its files below `/NAME/assets`. `policy` says what its content may load.

    Browsers revalidate the page each time, and get 304 while it is the same.
    """
    bundle = WEB / name / "dist"
    page = (bundle / "index.html").read_bytes()
    etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    headers = _SAFETY | {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "; ".join(f"{kind} {sources}" for kind, sources in policy.items()),
        "ETag": etag,
    }

    async def answer(request: Request) -> Response:
        if _is_known(etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(page, media_type="text/html", headers=headers)

    return [
        Mount(f"/{name}/assets", _HashedFiles(directory=bundle / "assets")),
        *(Route(path, answer) for path in paths),
    ]


def _is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client has this version; a cache on the way may have made the tag weak.

    >>> _is_known('"a"', 'W/"a", "b"'), _is_known('"a"', '"b"')
    (True, False)
    """
    return if_none_match.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
