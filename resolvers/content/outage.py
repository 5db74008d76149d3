"""Answers requests while the document store is down: its fields are absent, all others are answered.

A field that reads documents declares its value for an outage: null if it is nullable, else an empty text or list. The
answer has no error for it, because storefronts show nothing of an answer with errors. Instead `extensions.warnings`
lists the absent fields and the seconds after which to retry, and the answer must not be cached.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from domain.kit.paging import Page
from domain.kit.refusals import CONTENT_UNAVAILABLE, Unavailable
from resolvers.context import Info
from resolvers.kit.scopes import Scope

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")
# A warning names at most this many absent fields.
MAX_PATHS = 100
NOTHING: Page[Any] = Page((), ())


def absent_in_outage(absent: A) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T | A]]]:
    """Makes a resolver return `absent`, with a warning, while the document store is down. It must take `info`."""

    def decorate(resolve: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | A]]:
        position = list(inspect.signature(resolve).parameters).index("info")

        @wraps(resolve)
        async def resolved(*args: P.args, **kwargs: P.kwargs) -> T | A:
            try:
                return await resolve(*args, **kwargs)
            except Unavailable as outage:
                if outage.code != CONTENT_UNAVAILABLE:
                    raise
                info: Any = kwargs["info"] if "info" in kwargs else args[position]
                warn(info, outage)
                return absent

        return resolved

    return decorate


def warn(info: Info, outage: Unavailable) -> None:
    """Adds the current field to the warning."""
    context = info.context
    context.depends_on(Scope.NEVER)
    warnings = context.answer_extensions.setdefault("warnings", [])
    mine = next((warning for warning in warnings if warning["code"] == outage.code), None)
    if mine is None:
        mine = {"code": outage.code, "paths": [], "retryAfter": outage.retry_after}
        warnings.append(mine)
    paths: list[list[str | int]] = mine["paths"]
    if len(paths) < MAX_PATHS:
        paths.append(info.path.as_list())
