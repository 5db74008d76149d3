"""The floor: a bare Starlette route that answers ready bytes; nothing in Python over uvicorn is faster.

Each file NAME of the directory in BENCHMARK_FLOOR is answered at /NAME.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    """The application, for uvicorn's `--factory`."""
    files = sorted(Path(os.environ["BENCHMARK_FLOOR"]).iterdir())
    pages = [Route(f"/{file.name}", _answering(file.read_bytes()), methods=["POST"]) for file in files]
    return Starlette(routes=[*pages, Route("/readyz", _ready)])


async def _ready(_: Request) -> Response:
    return Response()


def _answering(content: bytes) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(content, media_type="application/json")

    return answer
