"""The tags of a product."""

from collections.abc import Iterable


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, in its first spelling: tags compare without case.

    >>> distinct(["Sale", "sale", "new", "SALE"])
    ('Sale', 'new')
    """
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return tuple(first.values())
