"""Registered documents: known by their hash and by what they say, in whatever layout."""

from collections.abc import Callable

import pytest
from graphql import parse, print_ast, strip_ignored_characters

from bff.edge import registered_documents
from bff.edge.errors import RequestRefused
from bff.edge.parsing import significant_text
from bff.edge.persisted import PersistedDocuments
from bff.edge.registered_documents import RegisteredDocuments
from bff.edge.requests import GraphQLRequest
from datasources.kit.caches import MemoryBudget
from tests.unit.edge.test_persisted import QUERY, Store, by_hash, sha256

LONG = "query Long($n: Int) { " + " ".join(f"a{n}: product {{ title }}" for n in range(100)) + " }"
TEXT = """query Q($first: Int = 1) {   # of a page
  product { title, related(first: $first) { ...F } }
}
fragment F on Product { id }
"""


@pytest.mark.parametrize(
    "sent",
    [
        strip_ignored_characters(TEXT),
        TEXT.replace("\n", "\r\n\t "),
        print_ast(parse(TEXT)),
        f"\ufeff{TEXT},,,",
        f"# a client\n{TEXT}",
    ],
    ids=["minified", "indented", "printed", "marks", "comment"],
)
@pytest.mark.parametrize("named", [True, False], ids=["with-its-hash", "text-alone"])
async def test_a_registered_document_is_known_in_every_layout(sent: str, named: bool) -> None:
    """The client may send the hash of its own layout, or none; the registered text runs, prepared once for all."""
    documents = PersistedDocuments(Store(), MemoryBudget(), {sha256(TEXT): TEXT}, only_registered=True)
    asked = GraphQLRequest(sent, sha256=sha256(sent) if named else None)
    assert [await documents.text(asked) for _ in range(2)] == [TEXT, TEXT]
    assert await documents.text(GraphQLRequest(sent, sha256=sha256(TEXT))) == TEXT


@pytest.mark.parametrize("layout", [strip_ignored_characters, lambda text: print_ast(parse(text))])
@pytest.mark.parametrize("only_registered", [True, False])
async def test_the_hashes_of_usual_layouts_are_known(layout: Callable[[str], str], only_registered: bool) -> None:
    """Clients that minify or print their documents need not send them."""
    documents = PersistedDocuments(Store(), MemoryBudget(), {sha256(TEXT): TEXT}, only_registered=only_registered)
    assert await documents.text(by_hash(layout(TEXT))) == TEXT


@pytest.mark.parametrize(
    "sent",
    [
        TEXT.replace("title", "titel"),
        TEXT.replace("= 1", "= 2"),
        TEXT + "fragment G on Product { id }",
        TEXT.replace("{ id }", "{ i d }"),
        TEXT[:-3],
        TEXT + '"',
        TEXT + " " * 100_000,
        "",
    ],
    ids=["field", "value", "more", "space-in-a-word", "cut", "broken", "long", "empty"],
)
async def test_a_document_that_says_something_else_is_not_registered(sent: str) -> None:
    """Not even one with the hash of a registered one."""
    documents = PersistedDocuments(Store(), MemoryBudget(), {sha256(TEXT): TEXT}, only_registered=True)
    for hashed in (None, sha256(sent), *([sha256(TEXT)] if sent else [])):
        with pytest.raises(RequestRefused) as refused:
            await documents.text(GraphQLRequest(sent, sha256=hashed))
        assert refused.value.errors[0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_REGISTERED"


async def test_a_layout_with_the_hash_of_another_document_is_refused() -> None:
    """As a registered text with a wrong hash is."""
    registered = {sha256(text): text for text in (TEXT, QUERY)}
    documents = PersistedDocuments(Store(), MemoryBudget(), registered, only_registered=True)
    for hashed in (sha256(QUERY), "0" * 64):
        with pytest.raises(RequestRefused) as refused:
            await documents.text(GraphQLRequest(f" {TEXT}", sha256=hashed))
        assert refused.value.errors[0]["extensions"]["code"] == "PERSISTED_QUERY_HASH_MISMATCH"


async def test_layouts_are_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is too long is not read; each layout is read once; what junk leaves in memory is nothing."""
    read: list[int] = []

    def counting(text: str, max_characters: int) -> str | None:
        read.append(len(text))
        return significant_text(text, max_characters)

    memory = MemoryBudget()
    documents = RegisteredDocuments({sha256(LONG): LONG}, memory)
    monkeypatch.setattr(registered_documents, "significant_text", counting)
    for _ in range(3):
        assert await documents.find(f"{LONG}\n") == LONG
    assert read == [len(LONG) + 1]
    taken = memory.bytes
    for number in range(20):
        assert await documents.find(f"query Long {{ {number} }}") is None
        assert await documents.find(f"{LONG} {' ' * 20_000} {number}") is None
    assert (len(read), memory.bytes) == (1 + 20, taken)


def test_reading_stops_at_the_length_of_the_longest_document() -> None:
    """However long the text goes on: a broken end is not reached."""
    assert significant_text("{ a } " * 1_000 + '"', 100) is None
    assert significant_text("{ a }", 3) == "{a}"
    assert significant_text("{ a }", 2) is None


async def test_a_block_text_is_compared_by_its_value() -> None:
    """Its indentation is layout, its line ends are not."""
    texts = [
        f'{{ find(text: """{block}""") }}' for block in ("\n      one\n        two\n  ", "\n one\n   two", "one two")
    ]
    first, second, third = (significant_text(text, 100) for text in texts)
    assert first == second != third
