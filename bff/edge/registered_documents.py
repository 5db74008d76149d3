"""Documents that the shop's own clients send, read from files: clients name them by their hash."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson


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
