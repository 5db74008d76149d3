"""What one request may ask of the server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """`seconds` covers a request from its first byte to its last resolver; `max_tokens` bounds a document's text.

    `max_parts` bounds the answer: a page of 250 products with 20 fields each and 5 variants with 15 has 25,000; what
    the JS Buy SDK asks for without arguments, 20 collections of 20 products, has 82,437 in the demo shop.
    """

    body_bytes: int = 256 * 1024
    seconds: float = 10.0
    max_cost: int = 5_000
    max_depth: int = 16
    max_tokens: int = 5_000
    max_parts: int = 150_000
    introspection: bool = True
