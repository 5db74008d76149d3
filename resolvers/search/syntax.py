"""The search syntax of the Storefront API, as far as this shop has it. What it does not have is never ignored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.search import SearchQuery, UnavailableProducts

MAX_QUERY = 1_000
FILTERS = frozenset({"tag", "vendor", "product_type", "collection", "handle", "sku", "barcode"})
# Filters of the Storefront API that this shop does not have. Other words with a colon may be those of a shopper.
_LACKED = frozenset(
    {"bundles", "created_at", "gift_card", "id", "inventory_total", "is_price_reduced", "price", "product_id"}
    | {"published_at", "published_status", "status", "updated_at"}
)
_TOKEN = re.compile(r"""(?:-?\(*[A-Za-z_][\w.]*:)?(?:"[^"]*"|'[^']*'(?!\w))\)*(?!\S)|\S+""")
_FIELD = re.compile(r"""(-?)\(*([A-Za-z_][\w.]*):(.+?)\)*""", re.DOTALL)
_NEGATED = re.compile(r"-[\w\"'(]")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A search, and the parts of the text that it would get wrong: as the client wrote them, each once."""

    query: SearchQuery
    unsupported: tuple[str, ...] = ()


def parse_query(
    text: str, unavailable: UnavailableProducts = UnavailableProducts.SHOW, any_field: bool = False
) -> ParsedQuery:
    """Splits filters from words. With `any_field`, unknown fields are words: shoppers type colons too.

    >>> parse_query('mug tag:"gift idea" -vendor:Kiln').query.filters
    (('tag', 'gift idea'),)
    >>> parse_query('mug tag:"gift idea" -vendor:Kiln').query.without
    (('vendor', 'Kiln'),)
    >>> parse_query("title:mug AND tag:'gift idea'").query.text
    'mug'
    >>> parse_query("mug OR variants.price:<50").unsupported
    ('OR', 'variants.price')
    """
    parsing = _Parsing(any_field)
    for token in _tokens(text[:MAX_QUERY]):
        parsing.take(token)
    found = SearchQuery(
        " ".join(parsing.words),
        0,
        unavailable=UnavailableProducts.SHOW if parsing.stock_matters else unavailable,
        filters=tuple(parsing.filters),
        without=tuple(parsing.without),
    )
    return ParsedQuery(found, tuple(dict.fromkeys(parsing.unsupported)))


def sized(query: SearchQuery, size: int, offset: int, reverse: bool) -> SearchQuery:
    """The same search for one page."""
    return replace(query, size=size, offset=offset, reverse=reverse)


def _tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _TOKEN.finditer(text))


class _Parsing:
    """What the tokens so far mean."""

    def __init__(self, any_field: bool) -> None:
        self.words: list[str] = []
        self.filters: list[tuple[str, str]] = []
        self.without: list[tuple[str, str]] = []
        self.unsupported: list[str] = []
        self.stock_matters = False
        self._any_field = any_field
        self._negated = False

    def take(self, token: str) -> None:
        """Adds the meaning of one token."""
        if token == "AND":  # noqa: S105  # an operator
            return
        if token in ("OR", "NOT"):
            self._operator(token)
            return
        negated, self._negated = self._negated, False
        field = _FIELD.fullmatch(token)
        if _is_group(token) and (negated or token.startswith("-")):
            self.unsupported.append("NOT (" if negated else "-(")
        elif field is not None and self._is_field(field[2].lower()):
            value = _unquoted(field[3])
            self._filter(field[2].lower(), value, negated != bool(field[1]), token)
        elif negated or _NEGATED.match(token):
            self.unsupported.append(f"NOT {token}" if negated else token)
        else:
            self.words.append(_unquoted(token))

    def _operator(self, token: str) -> None:
        if token == "OR" or self._negated:  # noqa: S105  # an operator
            self.unsupported.append(token)
        else:
            self._negated = True

    def _is_field(self, name: str) -> bool:
        known = FILTERS | _LACKED | {"title", "tag_not", "available_for_sale"}
        return not self._any_field or name in known or name.startswith(("variants.", "metafields."))

    def _filter(self, name: str, value: str, negated: bool, token: str) -> None:
        if name == "tag_not":
            name, negated = "tag", not negated
        if name == "available_for_sale" and value.lower() in ("true", "false"):
            self.stock_matters = True
            self.filters.append(("available", "yes" if (value.lower() == "true") != negated else "no"))
        elif name in FILTERS and value and not value.startswith(("<", ">")) and not value.endswith("*"):
            (self.without if negated else self.filters).append((name, value))
        elif name == "title" and not negated and not value.startswith(("<", ">")):
            self.words.append(value)
        else:
            self.unsupported.append(token if name in FILTERS | {"title", "available_for_sale"} else name)


def _is_group(token: str) -> bool:
    """Whether brackets hold more than this token."""
    return token.lstrip("-").startswith("(") and not token.endswith(")")


def _unquoted(text: str) -> str:
    for quote in "\"'":
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1]
    return text
