"""Identifiers: database keys inside, opaque global ids outside, secret ids for what anyone who knows the id may use."""

import secrets
import threading
import time

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01
_RANDOM_BITS = 21
_lock = threading.Lock()
_last_ms = 0

PREFIXES = {"storefront": "gid://storefront/", "shopify": "gid://shopify/"}
# What this process gives out; it understands all of them.
_given = PREFIXES["storefront"]
MAX_KEY = 2**63 - 1


def new_id() -> int:
    """A positive 63-bit key that sorts by time: 42 bits of milliseconds, 21 random bits.

    Two processes may draw the same key in the same millisecond (about once in two million pairs). The primary key then
    refuses the second one, and its transaction runs again with a new key.

    >>> first, second = new_id(), new_id()
    >>> 0 < first < second < 2**63
    True
    """
    global _last_ms
    with _lock:
        _last_ms = max(_last_ms + 1, time.time_ns() // 1_000_000 - _EPOCH_MS)
        now = _last_ms
    return (now << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)


def new_secret() -> str:
    """128 random bits in hex. Anyone who knows the secret may use what it names."""
    return secrets.token_hex(16)


def give_out(names: str) -> None:
    """Chooses the prefix of the ids that this process gives out: `storefront` or `shopify`."""
    global _given
    _given = PREFIXES[names]


def global_id(kind: str, key: int | str) -> str:
    """The id that clients see.

    >>> global_id("Product", 7)
    'gid://storefront/Product/7'
    """
    return f"{_given}{kind}/{key}"


def split_global_id(gid: str) -> tuple[str, str] | None:
    """Kind and key of a global id; None for a text that is not a global id of this shop.

    What follows a question mark does not count: some clients add it.

    >>> split_global_id("gid://storefront/Product/7"), split_global_id("7")
    (('Product', '7'), None)
    >>> split_global_id("gid://shopify/Cart/1f?key=2")
    ('Cart', '1f')
    """
    prefix = next((each for each in PREFIXES.values() if gid.startswith(each)), None)
    if prefix is None:
        return None
    kind, _, key = gid[len(prefix) :].partition("?")[0].partition("/")
    return (kind, key) if kind.isidentifier() and key else None


def given_id(gid: str) -> str:
    """A stored global id with the prefix that this process gives out; any other text as it is."""
    parts = split_global_id(gid)
    return gid if parts is None else global_id(*parts)


def key_of(gid: str, kind: str) -> int | None:
    """The database key in a global id of `kind`; None for any other text.

    >>> key_of("gid://storefront/Product/7", "Product"), key_of("gid://storefront/Cart/7", "Product")
    (7, None)
    >>> key_of("gid://storefront/Product/٧", "Product") is None
    True
    """
    parts = split_global_id(gid)
    if parts is None or parts[0] != kind or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 20):
        return None
    key = int(parts[1])
    return key if key <= MAX_KEY else None
