"""The search syntax of the Storefront API, as far as this shop has it. What it does not have is never ignored."""

import re
from dataclasses import dataclass, replace

from datasources.search.texts import MAX_WORDS, has_too_many_words
from domain.search import SearchQuery, UnavailableProducts

MAX_QUERY = 1_000
FILTERS = frozenset({"tag", "vendor", "product_type", "collection", "handle", "sku", "barcode"})
# Filters of the Storefront API that this shop does not have. Other words with a colon may be those of a shopper.
LACKED = frozenset(
    {"bundles", "created_at", "gift_card", "id", "inventory_total", "is_price_reduced", "price", "product_id"}
    | {"published_at", "published_status", "status", "updated_at"}
)
# Brackets are tokens of their own, except in quotes and in the value of a field: `tag:mug(blue)`.
_TOKEN = re.compile(
    r"""(?:-?[A-Za-z_][\w.]*:)?(?:"[^"]*"|'[^']*'(?!\w))(?![^\s()])"""
    r"""|-?[A-Za-z_][\w.]*:(?:\([^\s()]*\)|[^\s)])*|-\(|[()]|[^\s()]+"""
)
_FIELD = re.compile(r"""(-?)([A-Za-z_][\w.]*):(.*)""", re.DOTALL)
_OPERATORS = ("AND", "OR", "NOT")
_NEGATED = re.compile(r"-[\w\"']")


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
    if len(text) > MAX_QUERY:
        return ParsedQuery(SearchQuery("", 0), (f"more than {MAX_QUERY:,} characters",))
    parsing = _Parsing(any_field)
    for token in _tokens(text):
        parsing.take(token)
    parsing.end()
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


def _tokens(text: str) -> list[str]:
    """Words, fields, operators and brackets. Brackets around one word or field are left out."""
    tokens: list[str] = []
    for found in _TOKEN.finditer(text):
        tokens.append(found[0])
        while tokens[-1] == ")" and len(tokens) > 2 and _is_single(*tokens[-3:-1]):
            tokens[-3:] = [tokens[-3][:-1] + tokens[-2]]
    return tokens


def _is_single(opening: str, term: str) -> bool:
    """Whether a bracket holds one word or field. A minus before it becomes that of the term."""
    if term in (*_OPERATORS, "(", ")", "-("):
        return False
    return opening == "(" or (opening == "-(" and not term.startswith("-"))


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
        if token in _OPERATORS:
            self._operator(token)
        elif token in ("(", ")", "-("):
            self._bracket(token)
        else:
            self._term(token, self._ends_negation())

    def end(self) -> None:
        """Adds what only the whole text shows."""
        if self._ends_negation():
            self.unsupported.append("NOT")
        if not self._any_field and has_too_many_words(" ".join(self.words)):
            self.unsupported.append(f"more than {MAX_WORDS} words")

    def _ends_negation(self) -> bool:
        negated, self._negated = self._negated, False
        return negated

    def _operator(self, token: str) -> None:
        if token == "OR" or self._ends_negation():  # noqa: S105  # an operator
            self.unsupported.append(token)
        else:
            self._negated = token == "NOT"  # noqa: S105  # an operator

    def _bracket(self, token: str) -> None:
        """All terms have to match, so only a negated group changes what a query means."""
        if self._ends_negation():
            self.unsupported.append("NOT" if token == ")" else f"NOT {token}")  # noqa: S105  # a bracket
        elif token == "-(":  # noqa: S105  # a negated group
            self.unsupported.append(token)

    def _term(self, token: str, negated: bool) -> None:
        field = _FIELD.fullmatch(token)
        if field is not None and self._is_field(field[2].lower(), field[3]):
            self._field(field[2].lower(), field[3], negated != bool(field[1]), token)
        elif negated or _NEGATED.match(token):
            self.unsupported.append(f"NOT {token}" if negated else token)
        else:
            self.words.append(_unquoted(token))

    def _is_field(self, name: str, value: str) -> bool:
        known = FILTERS | LACKED | {"title", "tag_not", "available_for_sale"}
        named = name in known or name.startswith(("variants.", "metafields."))
        return not self._any_field or (named and value != "")

    def _field(self, name: str, text: str, negated: bool, token: str) -> None:
        value = _unquoted(text)
        if value == text and (text.startswith("(") or text.count("(") != text.count(")")):
            self.unsupported.append(token)
        else:
            self._filter(name, value, negated, token)

    def _filter(self, name: str, value: str, negated: bool, token: str) -> None:
        if name == "tag_not":
            name, negated = "tag", not negated
        if name == "available_for_sale" and value.lower() in ("true", "false"):
            self.stock_matters = True
            self.filters.append(("available", "yes" if (value.lower() == "true") != negated else "no"))
        elif name in FILTERS and value and not value.startswith(("<", ">")) and not value.endswith("*"):
            (self.without if negated else self.filters).append((name, value))
        elif name == "title" and value and not negated and not value.startswith(("<", ">")):
            self.words.append(value)
        else:
            self.unsupported.append(token if name in FILTERS | {"title", "available_for_sale"} else name)


def _unquoted(text: str) -> str:
    for quote in "\"'":
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1]
    return text
