"""Pages that are built and committed in `web/`: each served from its own bundle and nowhere else.

All files are in memory, the larger ones also compressed, once: bundles are as large as they were built.
"""

import gzip
import hashlib
import html
import mimetypes
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.edge.encodings import accepts_gzip

WEB = Path(__file__).parents[2] / "web"
_SAFETY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# Files whose names change with their content: kept by browsers and CDNs for a year without asking again.
_HASHED = _SAFETY | {"Cache-Control": "public, max-age=31536000, immutable"}
# The smallest file that is worth compressing.
_MIN_BYTES = 256


class _Body(NamedTuple):
    """The bytes of a file in one encoding. A cache must not take those of one for those of the other."""

    content: bytes
    etag: str


class _File:
    """A file, and its compressed form once somebody has asked for that."""

    def __init__(self, content: bytes, media_type: str, headers: Mapping[str, str]) -> None:
        self._media_type = media_type
        self._headers = headers
        self._digest = hashlib.sha256(content).hexdigest()[:32]
        self._plain = _Body(content, f'"{self._digest}"')

    @cached_property
    def _packed(self) -> _Body | None:
        content = self._plain.content
        packed = gzip.compress(content, mtime=0) if len(content) >= _MIN_BYTES else content
        return _Body(packed, f'"{self._digest}-gzip"') if len(packed) < len(content) else None

    def answer(self, request: Request) -> Response:
        """The file as the client can read it, or 304 if the client has it already in that encoding."""
        packed = self._packed if accepts_gzip(request.headers.get("accept-encoding", "")) else None
        body = packed or self._plain
        headers = {**self._headers, "ETag": body.etag, "Vary": "Accept-Encoding"}
        if _is_known(body.etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if packed is not None:
            headers["Content-Encoding"] = "gzip"
        return Response(body.content, media_type=self._media_type, headers=headers)


def page_routes(
    name: str, paths: Sequence[str], policy: Mapping[str, str], metadata: Mapping[str, str] | None = None
) -> list[Route]:
    """A page at each of the paths, and its files below `/NAME/assets`. `policy` says what its content may load.

    `metadata` is what its scripts find in the `<meta>` elements of these names, which are empty in the bundle. Browsers
    revalidate the page each time, and get 304 while it is the same.
    """
    bundle = WEB / name / "dist"
    content_policy = "; ".join(f"{kind} {sources}" for kind, sources in policy.items())
    text = (bundle / "index.html").read_text(encoding="utf-8")
    for key, value in (metadata or {}).items():
        text = text.replace(f'<meta name="{key}" content="">', f'<meta name="{key}" content="{html.escape(value)}">')
    page = _File(
        text.encode(), "text/html", _SAFETY | {"Cache-Control": "no-cache", "Content-Security-Policy": content_policy}
    )
    assets = {path.name: _File(path.read_bytes(), _type(path), _HASHED) for path in (bundle / "assets").iterdir()}

    async def asset(request: Request) -> Response:
        file = assets.get(request.path_params["name"])
        return Response(status_code=404, headers=_SAFETY) if file is None else file.answer(request)

    async def answer(request: Request) -> Response:
        return page.answer(request)

    return [Route(f"/{name}/assets/{{name}}", asset), *(Route(path, answer) for path in paths)]


def _type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client has this version; a cache on the way may have made the tag weak.

    >>> _is_known('"a"', 'W/"a", "b"'), _is_known('"a"', '"b"')
    (True, False)
    """
    return if_none_match.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
