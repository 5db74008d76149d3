"""What one request may ask of the server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` covers a request from its first byte to its last resolver; `max_tokens` bounds a document's text."""

    body_bytes: int = 256 * 1024
    seconds: float = 10.0
    max_cost: int = 5_000
    max_depth: int = 16
    max_tokens: int = 5_000
    introspection: bool = True
