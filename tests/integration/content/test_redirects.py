"""Old paths of the storefront through GraphQL."""

import pytest

from datasources.content.metaobjects import Metaobjects
from domain.content import UrlRedirect
from tests.kit.fixtures.graphql_api import Api

_FOUND = "query($query: String!) { urlRedirects(first: 9, query: $query) { nodes { target } } }"


@pytest.mark.parametrize("asked", ["path:/old/Büro", "path:/old/b%c3%bcro", "/OLD/b", "path:'/Old/B%C3%BCRO'"])
async def test_redirects_are_found_as_storefronts_ask_for_them(api: Api, asked: str) -> None:
    """Hydrogen sends paths in small letters and with the escapes of browsers, however the shop wrote them."""
    redirects = [UrlRedirect(path, path, target) for path, target in (("/Old/Büro", "/new"), ("/old", "/other"))]
    await Metaobjects(api.stores.documents).put([], redirects)
    assert (await api.data(_FOUND, {"query": asked}))["urlRedirects"]["nodes"] == [{"target": "/new"}]
