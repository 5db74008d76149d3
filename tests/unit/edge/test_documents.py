"""Documents are prepared once, refused by type, and remembered within bounds."""

import asyncio
import gc
import threading
from contextlib import suppress

import pytest
from graphql import get_introspection_query, parse, specified_rules, validate

from bff.edge import RequestLimits
from bff.edge.documents import BYTES_PER_ERROR, INLINE_CHARACTERS, MAX_MEASURES, DocumentCache
from bff.edge.errors import RequestRefused
from bff.edge.execution import core_schema
from bff.edge.validation import NoIntrospection, validation_errors
from datasources.kit.caches import ENTRY_BYTES, MemoryBudget
from tests.unit.edge.shop import SCHEMA


def cache(limits: RequestLimits | None = None, max_bytes: int = 1_000_000) -> DocumentCache:
    return DocumentCache(core_schema(SCHEMA), limits or RequestLimits(), MemoryBudget(max_bytes))


def refusal(documents: DocumentCache, text: str) -> tuple[list[str], str]:
    with pytest.raises(RequestRefused) as refused:
        documents.prepare(text)
    errors = refused.value.errors
    return [error["extensions"]["code"] for error in errors], str(errors[0]["message"])


def test_a_document_is_prepared_once() -> None:
    """The second time the same object is answered."""
    documents = cache()
    assert documents.prepare("{ product { title } }") is documents.prepare("{ product { title } }")
    assert len(documents) == 1


def test_errors_are_remembered_too() -> None:
    """A client that repeats a broken document costs no validation."""
    documents = cache()
    first, second = refusal(documents, "{ oops }"), refusal(documents, "{ oops }")
    assert first == second
    assert (len(documents), documents.estimated_bytes) == (1, BYTES_PER_ERROR + ENTRY_BYTES)


def test_the_least_recently_used_document_goes_first() -> None:
    """There is room for two of these."""
    documents = cache(max_bytes=12_000)
    kept = documents.prepare("{ product { id } }")
    documents.prepare("{ product { title } }")
    documents.prepare("{ product { id } }")
    documents.prepare("{ country }")
    assert len(documents) == 2
    assert documents.prepare("{ product { id } }") is kept


def test_memory_is_bounded() -> None:
    """By the estimate of what the documents take; one too large for the cache is not kept at all."""
    documents = cache(max_bytes=20_000)
    for number in range(50):
        documents.prepare(f"{{ product {{ id name{number}: title }} }}")
    assert 0 < documents.estimated_bytes <= 20_000
    large = "{ product {" + " ".join(f"n{number}: title" for number in range(20)) + "} }"
    documents.prepare(large)
    assert 0 < documents.estimated_bytes <= 20_000
    assert documents.prepare(large) is not documents.prepare(large)


@pytest.mark.parametrize(
    "text",
    [
        "{" + " oops" * 1_000 + "}",
        "{" + " country" * 1_000,
        "{" + " {" * 1_000,
        "{" + "\n#" * 900 + "}",
        "{" + " a: country" * 300 + "}",
        "{ product {" + " title" * 100 + " } }",
    ],
)
def test_documents_that_are_not_kept_leave_no_garbage(text: str) -> None:
    """They are freed at once: the garbage collector finds next to nothing of a thousand tokens."""
    documents = cache(max_bytes=1)
    for attempt in range(2):
        gc.collect()
        with suppress(RequestRefused):
            documents.prepare(f"#{attempt}\n{text}")
    assert gc.collect() < 300


def test_a_text_that_is_nested_beyond_the_parser_is_refused() -> None:
    """As a syntax error, whatever the interpreter's limit of recursion is."""
    text = "{ country(a: " + "[" * 2_000 + "]" * 2_000 + ") }"
    assert refusal(cache(), text)[0] == ["GRAPHQL_PARSE_FAILED"]


@pytest.mark.parametrize(
    "text", ["{", "}", "query", "{ a(b: ) }", "{ 8a }", '{ echo(text: "\\uD800") }', "{ a }\ud800", "\x00"]
)
def test_syntax_errors(text: str) -> None:
    """Are typed."""
    assert refusal(cache(), text)[0] == ["GRAPHQL_PARSE_FAILED"]


def test_a_document_has_a_bounded_number_of_tokens_comments_and_characters() -> None:
    """Each bound stops the parser."""
    documents = cache(RequestLimits(max_tokens=100))
    assert "tokens" in refusal(documents, "{" + " a" * 100 + "}")[1]
    assert refusal(documents, "#\n" * 1_001 + "{ country }")[0] == ["GRAPHQL_PARSE_FAILED"]
    assert refusal(documents, "\n" * 70_000 + "{ country }")[0] == ["GRAPHQL_PARSE_FAILED"]


def test_a_bomb_of_nested_fragments_is_refused_before_validation() -> None:
    """21 levels that double at each."""
    levels = " ".join(f"fragment F{n} on Product {{ ...F{n + 1} ...F{n + 1} }}" for n in range(21))
    text = "{ product { ...F0 } }" + levels + "fragment F21 on Product { title }"
    assert refusal(cache(), text)[0] == ["QUERY_TOO_COMPLEX"]


def test_ten_thousand_aliases_are_refused() -> None:
    """By the number of tokens, or by cost where that is raised."""
    text = "{" + " ".join(f"a{n}: country" for n in range(10_000)) + "}"
    assert refusal(cache(), text)[0] == ["GRAPHQL_PARSE_FAILED"]
    shorter = "{" + " ".join(f"a{n}: country" for n in range(300)) + "}"
    assert refusal(cache(), shorter) == (["QUERY_TOO_COMPLEX"], "The document costs 7800; 5000 is the limit.")


def test_a_hundred_mutations_in_one_request_are_refused() -> None:
    """Root fields of mutations are few."""
    text = "mutation {" + " ".join(f'a{n}: rename(title: "a") {{ id }}' for n in range(100)) + "}"
    assert refusal(cache(), text)[0] == ["QUERY_TOO_COMPLEX"]


def test_deep_documents_are_refused() -> None:
    """One level above the limit is too deep, the limit itself is not."""
    documents = cache(RequestLimits(max_depth=4))
    documents.prepare("{ product { related { related { title } } } }")
    refused = refusal(documents, "{ product { related { related { related { title } } } } }")
    assert refused == (["QUERY_TOO_DEEP"], "The document nests fields 5 deep; 4 is the limit.")


def test_validation_errors_are_typed_and_few() -> None:
    """Up to 20 and one that says there are more."""
    text = "{" + " ".join(f"oops{n}" for n in range(100)) + "}"
    assert refusal(cache(), text)[0] == ["GRAPHQL_VALIDATION_FAILED"] * 21


@pytest.mark.parametrize(
    "text",
    [
        "fragment F on Product { title }",
        "{ product { ...F } } fragment F on Product { ...F }",
        "{ product { ...Missing } }",
        "type Query { a: Int }",
        "query A { country } query A { country }",
        "{ product { title: id title } }",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "query(" + "".join(f"$v{n}: Int " for n in range(50)) + ") { country }",
        '{ country @include(if: "yes") }',
        "{ product { title @defer } }",
    ],
)
def test_documents_that_the_schema_refuses(text: str) -> None:
    """None of them crashes."""
    assert set(refusal(cache(), text)[0]) == {"GRAPHQL_VALIDATION_FAILED"}


def test_long_names_are_not_echoed_at_length() -> None:
    """Messages quote the client, in short."""
    assert len(refusal(cache(), "{ " + "a" * 10_000 + " }")[1]) <= 501


def test_a_document_costs_what_its_variables_say() -> None:
    """It is measured once for each size of its lists, and refused with those that cost too much."""
    documents = cache()
    lists = "first: $n) { related(" * 3
    prepared = documents.prepare(f"query($n: Int) {{ product {{ related({lists}first: $n) {{ id }} }} }} }} }} }}")

    def cost(variables: dict[str, object]) -> int:
        return documents.measured(prepared, prepared.operations[0], variables).cost

    assert cost({}) == prepared.measure.cost < cost({"n": 2}) < cost({"n": 3}) == cost({"n": 3, "other": 1})
    with pytest.raises(RequestRefused) as refused:
        cost({"n": 250})
    assert refused.value.errors[0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    for size in range(1, 250):
        with suppress(RequestRefused):
            cost({"n": size})
    assert len(prepared.measures) <= MAX_MEASURES


def test_introspection_can_be_turned_off() -> None:
    """In fragments and under aliases too. This also removes suggestions, which would reveal the schema bit by bit."""
    documents = cache(RequestLimits(introspection=False))
    for text, name in (
        (get_introspection_query(), "__schema"),
        ('{ a: __type(name: "Query") { name } }', "__type"),
        ("{ ...F } fragment F on Query { ...G } fragment G on Query { __schema { types { name } } }", "__schema"),
    ):
        codes, message = refusal(documents, text)
        assert codes == ["INTROSPECTION_DISABLED"]
        assert message == f"`{name}` must not be selected: this shop does not answer questions about its schema."
    assert refusal(documents, "{ produkt }")[1] == "Cannot query field 'produkt' on type 'Query'."
    assert documents.prepare("{ __typename }").measure.roots == 1


def test_suggestions_are_made_where_introspection_is_on() -> None:
    """They help developers."""
    assert refusal(cache(), "{ produkt }")[1] == "Cannot query field 'produkt' on type 'Query'. Did you mean 'product'?"


@pytest.mark.parametrize(
    ("text", "name"),
    [("query A { country } query B { country }", None), ("query A { country }", "B"), ("{ country }", "A")],
)
def test_the_operation_to_run_must_be_clear(text: str, name: str | None) -> None:
    """No guessing."""
    with pytest.raises(RequestRefused) as refused:
        cache().prepare(text).operation(name)
    assert refused.value.errors[0]["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"


@pytest.mark.parametrize("introspection", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "{ country }",
        "{ product { titel ...F } } fragment F on Product { ...G } fragment G on Product { ...F }",
        "{" + " ".join(f"oops{n}" for n in range(19)) + "}",
        "{" + " ".join(f"oops{n}" for n in range(20)) + "}",
        "{" + " ".join(f"oops{n}" for n in range(21)) + "}",
        "{ __schema { types { name } } } query A { a b } query A { c }",
    ],
)
def test_documents_are_validated_as_graphql_core_validates_them(text: str, introspection: bool) -> None:
    """The same errors in the same order, its suggestions only where introspection is allowed."""
    schema, document = core_schema(SCHEMA), parse(text)
    rules = [*specified_rules, *([] if introspection else [NoIntrospection])]
    expected = validate(schema, document, rules, 20, hide_suggestions=not introspection)
    found = validation_errors(schema, document, introspection=introspection)
    assert [error.formatted for error in found] == [error.formatted for error in expected]


LONG = "{ product {" + "".join(f" n{n}: title" for n in range(400)) + " } }"


async def test_a_long_unknown_document_is_examined_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop does other work meanwhile; a short one is not worth the way."""
    documents, threads = cache(), []
    examine = documents._examine

    def recorded(text: str) -> object:
        threads.append(threading.current_thread() is threading.main_thread())
        return examine(text)

    monkeypatch.setattr(documents, "_examine", recorded)
    assert len(LONG) > INLINE_CHARACTERS
    prepared = await documents.prepare_aside(LONG)
    await documents.prepare_aside("{ country }")
    assert threads == [False, True]
    assert documents.prepare(LONG) is prepared is await documents.prepare_aside(LONG)


async def test_requests_for_one_unknown_document_share_its_examination() -> None:
    """Also when the first of them is given up: the others get the outcome, and nobody is left waiting."""
    documents = cache()
    requests = [asyncio.create_task(documents.prepare_aside(LONG)) for _ in range(5)]
    await asyncio.sleep(0)
    requests[0].cancel()
    _, *others = await asyncio.gather(*requests, return_exceptions=True)
    assert {id(each) for each in others} == {id(documents.prepare(LONG))}
    assert documents._examining == {}


async def test_a_long_document_is_refused_as_a_short_one_is() -> None:
    """With the same errors, every time."""
    documents = cache()
    for _ in range(2):
        with pytest.raises(RequestRefused) as refused:
            await documents.prepare_aside(LONG.replace("title", "titel"))
        assert refused.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
