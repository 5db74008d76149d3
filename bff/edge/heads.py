"""The header lines of a request, read once: Starlette's `Headers` looks through all of them for each name."""

from collections.abc import Mapping, MutableMapping
from typing import Any

_READ = "storefront.heads"


def heads(scope: MutableMapping[str, Any]) -> Mapping[bytes, bytes]:
    """The first line of each name, in lower case, as Starlette's `Headers` has it."""
    found: Mapping[bytes, bytes] | None = scope.get(_READ)
    if found is None:
        found = scope[_READ] = dict(reversed(scope["headers"]))
    return found
