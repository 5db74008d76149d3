"""Identifiers: global ids decode exactly or not at all, keys sort by time."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from domain.kit.ids import MAX_KEY, global_id, key_of, new_id, new_secret, split_global_id

kinds = st.sampled_from(["Product", "ProductVariant", "Cart", "Order", "Collection"])


@given(kinds, st.integers(0, MAX_KEY))
def test_a_global_id_gives_its_key_back(kind: str, key: int) -> None:
    """Every key survives, and only under its own kind."""
    gid = global_id(kind, key)
    assert key_of(gid, kind) == key
    assert key_of(gid, f"{kind}Other") is None


@given(kinds, st.text(min_size=1, max_size=40).filter(lambda key: "?" not in key))
def test_keys_of_text_come_back_whole(kind: str, key: str) -> None:
    """A key may hold any character, slashes too, but the one that begins the query of Shopify's ids."""
    assert split_global_id(global_id(kind, key)) == (kind, key)


@given(st.text(max_size=60))
def test_any_text_is_a_key_or_none(text: str) -> None:
    """No input raises, no key is out of a database's range."""
    for gid in (text, f"gid://storefront/{text}", f"gid://storefront/Product/{text}"):
        key = key_of(gid, "Product")
        assert key is None or 0 <= key <= MAX_KEY


def test_numbers_beyond_64_bits_are_none() -> None:
    """The database could not keep them."""
    assert key_of(global_id("Product", MAX_KEY + 1), "Product") is None
    assert key_of(global_id("Product", "9" * 400), "Product") is None


def test_new_ids_rise_whoever_asks() -> None:
    """Four threads draw two thousand ids: no two are alike and each thread sees its own rise."""
    drawn: list[list[int]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda own=own: own.extend(new_id() for _ in range(500))) for own in drawn]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key for own in drawn for key in own}) == 2_000
    assert all(own == sorted(own) for own in drawn)
    assert all(0 < key <= MAX_KEY for own in drawn for key in own)


def test_secrets_have_128_bits_and_differ() -> None:
    """32 hex digits, never the same twice."""
    drawn = {new_secret() for _ in range(1_000)}
    assert len(drawn) == 1_000
    assert all(len(secret) == 32 and int(secret, 16) >= 0 for secret in drawn)
