"""Creates the search engine that a URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from datasources.search.meilisearch import MeilisearchEngine
from datasources.search.tantivy import TantivyEngine
from domain.search import SearchEngine


def search_engine(url: str, key: str, prefix: str, deadline: float) -> SearchEngine:
    """`tantivy:///DIRECTORY` on this machine, or the `http(s)://` URL of a Meilisearch server and its key.

    `prefix` separates the indexes of several shops; `deadline` in seconds holds for each search. Nothing is opened
    before the first call. Raises kit.tls.WrongTls.
    """
    scheme = urlsplit(url).scheme
    if scheme == "tantivy":
        return TantivyEngine(Path(url.removeprefix("tantivy://")), prefix, deadline)
    if scheme in ("http", "https"):
        return MeilisearchEngine(url, key, prefix, deadline)
    raise ValueError("a search URL must start with tantivy://, http:// or https://")
