"""Parses documents without leaving garbage: a document is freed as soon as nothing refers to it.

graphql-core links all tokens of a text forwards and backwards. Such a ring waits for Python's garbage collector, which
comes by seldom in a process that makes few other rings: 10 MB of documents held a gigabyte.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Lexer,
    NameNode,
    SelectionNode,
    Source,
    StringValueNode,
    Token,
    TokenKind,
)
from graphql.language.block_string import print_block_string
from graphql.language.lexer import is_punctuator_token_kind
from graphql.language.parser import Parser

MAX_COMMENTS = 1_000
MAX_CHARACTERS = 64 * 1024
# Of a name, and of the label of a deferred fragment: as many as one part of an answer has. Answers repeat them for
# every object: 60 kB in a document were 36 MB in an answer of the demo shop.
MAX_NAME = 256
DEFERRING = "defer"


def is_deferred(selection: SelectionNode) -> bool:
    """Whether it has the directive; whether it comes later depends on variables, too."""
    return any(each.name.value == DEFERRING for each in selection.directives or ())


class _Parser(Parser):
    """Notices `@defer`. Refuses names and labels that are too long."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.defers = False

    def parse_name(self) -> NameNode:
        start = self._lexer.token.start
        name = super().parse_name()
        self._require_short("name", name.value, start)
        return name

    def parse_fragment(self) -> FragmentSpreadNode | InlineFragmentNode:
        start = self._lexer.token.start
        fragment = super().parse_fragment()
        if is_deferred(fragment):
            self.defers = True
            for label in _texts(fragment):
                self._require_short("label", label, start)
        return fragment

    def _require_short(self, kind: str, text: str, start: int) -> None:
        if len(text) > MAX_NAME:
            message = f"A {kind} has {len(text)} characters; {MAX_NAME} is the limit."
            raise GraphQLSyntaxError(self._lexer.source, start, message)


def _texts(selection: SelectionNode) -> Iterator[str]:
    """The texts in the arguments of its directives."""
    for directive in selection.directives or ():
        for argument in directive.arguments or ():
            if isinstance(argument.value, StringValueNode):
                yield argument.value.value


class ParsedText(NamedTuple):
    """A document and the number of its tokens, comments included. Its tokens are linked no longer.

    `defers`: it has a fragment with `@defer`.
    """

    document: DocumentNode
    tokens: int
    defers: bool


def parse_text(text: str, max_tokens: int) -> ParsedText:
    """Raises `GraphQLSyntaxError`, also for a text that is longer or nested deeper than the parser can take."""
    source = Source(text)
    lexer = Lexer(source)
    first = lexer.token
    try:
        parser = _Parser(
            source,
            lexer=lexer,
            max_lexical_tokens=max_tokens,
            max_comments=MAX_COMMENTS,
            max_source_length=MAX_CHARACTERS,
        )
        document = parser.parse_document()
    except RecursionError:
        message = "The document is nested too deeply."
        raise GraphQLSyntaxError(source, lexer.token.start, message) from None
    finally:
        tokens = _unlink(first)
    return ParsedText(document, tokens, parser.defers)


def significant_text(text: str, max_characters: int) -> str | None:
    """The text without comments, commas, line ends, and all spaces but those between words: one text for every layout.

    None for a text with syntax errors, and as soon as the result is longer than `max_characters`.
    """
    lexer = Lexer(Source(text))
    first, parts, length, follows_word = lexer.token, list[str](), 0, False
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            is_word = not is_punctuator_token_kind(token.kind)
            parts.append(
                _significant(text, token, is_apart=follows_word and (is_word or token.kind is TokenKind.SPREAD))
            )
            length += len(parts[-1])
            follows_word = is_word
            if length > max_characters:
                return None
    except GraphQLSyntaxError:
        return None
    finally:
        _unlink(first)
    return "".join(parts)


def _significant(text: str, token: Token, *, is_apart: bool) -> str:
    if token.kind is TokenKind.BLOCK_STRING:
        part = print_block_string(token.value or "", minimize=True)
    else:
        part = text[token.start : token.end]
    return f" {part}" if is_apart else part


def _unlink(first: Token) -> int:
    """Cuts the tokens apart and counts them."""
    tokens, token = 1, first
    while (after := token.next) is not None:
        token.next = after.prev = None
        tokens, token = tokens + 1, after
    return tokens
