"""Documents that the shop's own clients send, read from files. Clients name them by their hash, or send their text.

A client may lay a text out in another way: tools remove spaces and comments, or print documents from their trees.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLSyntaxError, print_ast

from bff.edge.parsing import MAX_CHARACTERS, parse_text, significant_text
from datasources.kit.caches import ByteCache, MemoryBudget
from datasources.kit.threads import Threads

# Longer texts are read in a thread: this one takes about 2 ms of CPU.
_INLINE_CHARACTERS = 2_000
# How much longer a text may be than the longest registered one: mostly indentation.
_LAYOUT_FACTOR, _LAYOUT_CHARACTERS = 4, 4_000
# The deadline of the request comes first.
_SECONDS = 3_600.0


class RegisteredDocuments:
    """Texts by their hash, and by what is significant in them. What it learns from requests counts in `memory`."""

    def __init__(self, texts: Mapping[str, str], memory: MemoryBudget) -> None:
        self._by_hash = dict(texts)
        self._by_content: dict[str, str] = {}
        for text in texts.values():
            self._add_layouts(text)
        longest = max((len(text) for text in texts.values()), default=0)
        self._max_characters = min(MAX_CHARACTERS, _LAYOUT_FACTOR * longest + _LAYOUT_CHARACTERS)
        self._max_content = max(map(len, self._by_content), default=0)
        self._found: ByteCache[str, str] = ByteCache(memory, "registered_documents")
        self._threads = Threads("registered_documents", 1)

    def get(self, sha256: str) -> str | None:
        """The text of that hash, or whose usual layouts have that hash."""
        return self._by_hash.get(sha256)

    async def find(self, query: str) -> str | None:
        """The registered text that says the same; None when there is none."""
        sha256 = sha256_of(query)
        if (found := self._by_hash.get(sha256) or self._found.get(sha256)) is not None:
            return found
        if len(query) > self._max_characters:
            return None
        if (found := self._by_content.get(await self._content(query) or "")) is not None:
            self._found.put(sha256, found, sys.getsizeof(sha256))
        return found

    async def _content(self, query: str) -> str | None:
        if len(query) <= _INLINE_CHARACTERS:
            return significant_text(query, self._max_content)
        return await self._threads.run(lambda: significant_text(query, self._max_content), _SECONDS)

    def _add_layouts(self, text: str) -> None:
        """The hashes of the text as minifiers write it, and as GraphQL's own printers do."""
        content = significant_text(text, MAX_CHARACTERS)
        if content is None:
            return
        self._by_content.setdefault(content, text)
        self._by_hash.setdefault(sha256_of(content), text)
        try:
            printed = print_ast(parse_text(text, MAX_CHARACTERS).document)
        except GraphQLSyntaxError:
            return  # requests for it say what is wrong
        self._by_hash.setdefault(sha256_of(printed), text)


def sha256_of(text: str) -> str:
    """The hash of a text in hexadecimal digits, as clients send it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def registered_documents(place: Path | None) -> dict[str, str]:
    """Texts by SHA-256 in hexadecimal digits: of a directory of .graphql files, or of a JSON file.

    The file maps hashes to texts, or is a manifest as Apollo's tools write it. Raises OSError or ValueError.
    """
    if place is None:
        return {}
    if place.is_dir():
        texts = [file.read_text("utf-8") for file in sorted(place.rglob("*.graphql"))]
        return {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    return _of_manifest(orjson.loads(place.read_bytes()))


def _of_manifest(manifest: Any) -> dict[str, str]:
    if isinstance(manifest, Mapping) and isinstance(manifest.get("operations"), list):
        manifest = {operation["id"]: operation["body"] for operation in manifest["operations"]}
    if not isinstance(manifest, Mapping) or not all(isinstance(text, str) for text in manifest.values()):
        raise ValueError(
            "registered documents must be a JSON object of SHA-256 hashes and texts, or the manifest of Apollo's tools"
        )
    documents: dict[str, str] = {str(sha256).lower(): text for sha256, text in manifest.items()}
    for sha256, text in documents.items():
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise ValueError(f"the hash of a registered document must be the SHA-256 of its text; {sha256} is not")
    return documents
