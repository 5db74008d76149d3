"""What documents cost, and that measuring them is linear in their length."""

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse

from bff.edge.answer_size import MAX_FRAGMENTS, PARTS_PER_FRAGMENT
from bff.edge.cost import CAP, LIST_COST, PARTS_PER_COST, YIELD_COST_CAP, measure
from bff.edge.list_sizes import ListSizes, list_sizes, size_variables


def cost(text: str) -> int:
    return measure(parse(text)).cost


def depth(text: str) -> int:
    return measure(parse(text)).depth


def test_fields_aliases_and_directives_are_counted() -> None:
    """Every selection costs 1, every directive and variable 1, a root field 25 more."""
    assert cost("{ a }") == 26
    assert cost("{ a { b c } }") == 28
    assert cost("{ a { x: b y: b @skip(if: true) } }") == 29
    assert cost("query($v: Int) { a { b } }") == 28
    assert cost("query @inContext(country: GB) { a { b } }") == 28
    assert cost("{ ... { a { b } } }") == 28


def test_mutations_cost_more_than_queries() -> None:
    """Each root field of a mutation costs 50 more."""
    assert cost("mutation { a b }") == 102


def test_few_passwords_are_hashed_for_one_document() -> None:
    """Under any alias; the default limit allows four logins."""
    assert cost("mutation { a: customerAccessTokenCreate { b } c: customerCreate { d } }") == 2 * (51 + 1 + 1_000)


def test_few_suggestions_are_looked_for_in_one_document() -> None:
    """Under any alias: each compares words with those of many titles."""
    assert cost("{ a: predictiveSearch { b } c: predictiveSearch { d } }") == 2 * (26 + 1 + 250)


def test_fragments_cost_what_they_hold_wherever_they_are_spread() -> None:
    """A spread costs 1 and the fragment's content, each time; the fragment costs its content once more."""
    assert cost("{ a { ...F } b { ...F } } fragment F on A { c d }") == 2 * 26 + 2 * 3 + 2


def test_fragments_that_nothing_spreads_are_counted() -> None:
    """Validation reads them before it says that they are unused."""
    assert cost("{ a } fragment F on A { b c { d } }") == 26 + 3


def test_root_fields_inside_fragments_cost_as_root_fields() -> None:
    """Hiding root fields in fragments makes them no cheaper."""
    assert cost("{ ...F } fragment F on Query { ...G } fragment G on Query { a b }") == 2 + 2 * 26 + 1 + 2


def test_all_operations_of_a_document_are_counted() -> None:
    """One runs, but all are validated."""
    assert cost("query A { a } query B { a }") == 52


@pytest.mark.parametrize(
    ("size", "most"),
    [("1", 1), ("24", 24), ("100", 100), ("250", 250), ("9999", 250), ("9" * 10_000, 250), ("-5", 1), ("$n", 1)],
)
def test_lists_cost_what_their_selections_can_yield(size: str, most: int) -> None:
    """Half of the fields that the items can have; no list of the schema has more than 250 items."""
    for argument in ("first", "last"):
        assert cost(f"{{ a({argument}: {size}) {{ b c }} }}") == 28 + LIST_COST + 1 + (most - 1)
        assert cost(f"{{ a({argument}: {size}) {{ ...F }} }} fragment F on A {{ b c }}") == 31 + LIST_COST + 1 + (
            most - 1
        )


def test_lists_in_lists_cost_their_product() -> None:
    """Through fragments too; each of the twenty inner lists is one more read."""
    inner = 20 * 10 + 20 - 2
    assert cost("{ a(first: 20) { b(first: 10) { c } } }") == 28 + 2 * LIST_COST + 21 + inner // 2
    in_fragment = "{ a(first: 20) { ...F } } fragment F on A { b(first: 10) { c } }"
    assert cost(in_fragment) == 31 + 3 * LIST_COST + 21 + inner // 2


def test_fields_of_lists_cost_no_more_than_the_largest_answer() -> None:
    """The shop stops such an answer; the fields that are written cost as usual."""
    fields = " ".join(f"f{n}" for n in range(30))
    assert cost(f"{{ a(first: 250) {{ {fields} }} }}") == 26 + 30 + LIST_COST + 1 + YIELD_COST_CAP


def test_lists_of_lists_of_lists_are_refused() -> None:
    """The reads happen before the answer turns out to be too large."""
    assert cost("{ a(first: 250) { b(first: 250) { c(first: 1) { d } } } }") > 250 * 250
    aliases = " ".join(f"v{n}: variants(first: 1) {{ id }}" for n in range(100))
    assert cost(f"{{ products(first: 250) {{ {aliases} }} }}") > 100 * 250


def test_values_cost_something() -> None:
    """Thousands of ids, nested lists, and objects with more members than any input of the schema has."""
    assert cost("{ a(ids: [" + "1 " * 4_000 + "]) }") == 26 + 1_000
    assert cost("{ a(b: " + "[" * 160 + "]" * 160 + ") }") == 26 + 40
    members = " ".join(f"m{n}: 1" for n in range(50))
    assert cost(f"{{ a(b: {{ {members} }}) }}") == 26 + 12
    assert cost(f"{{ a(b: {{ {members} more: 1 }}) }}") == 26 + 13 + 10


def test_searches_cost_what_an_engine_takes() -> None:
    """Under any alias."""
    assert cost("{ a: search { b } c: search { d } }") == 2 * (26 + 1 + 25)


def test_the_product_page_of_a_storefront_is_within_the_limit() -> None:
    """The product of 100, 250 and 20 is not what a storefront gets: it pays for the largest answer."""
    text = """query getProducts($sortKey: ProductSortKeys, $reverse: Boolean, $query: String) {
      products(sortKey: $sortKey, reverse: $reverse, query: $query, first: 100) { edges { node { ...product } } } }
    fragment product on Product { id handle title options { id name values } priceRange { maxVariantPrice { amount } }
      variants(first: 250) { edges { node { id title selectedOptions { name value } price { amount } } } }
      images(first: 20) { edges { node { ...image } } } }
    fragment image on Image { url altText width height }"""
    assert YIELD_COST_CAP < cost(text) < 4_000


def test_the_full_introspection_query_is_within_the_default_limits() -> None:
    """GraphiQL opens with it."""
    text = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    measured = measure(parse(text))
    assert measured.cost < 4_000
    assert measured.depth <= 16


def test_descriptions_of_the_schema_cost_what_they_can_yield() -> None:
    """They have no sizes; fields of the same names elsewhere are no lists."""
    assert cost("{ __schema { types { fields { name } } } }") > 500 * 10 // PARTS_PER_COST
    assert cost('{ __type(name: "A") { ...F } } fragment F on __Type { fields { name } }') > 30
    assert cost("{ a { types { fields { name } } } }") == 29


def test_a_size_that_a_variable_says_is_known_with_the_variable() -> None:
    """Without a value, the document costs the least that it can."""
    document = parse("query($n: Int, $m: Int) { a(first: $n) { b(last: $m) { c } } }")
    assert size_variables(document) == {"n", "m"}
    least, most = measure(document), measure(document, {"n": 250, "m": 250})
    assert least.cost == measure(parse("query($n: Int, $m: Int) { a(first: 1) { b(last: 1) { c } } }")).cost
    assert most.cost == least.cost - least.ahead + YIELD_COST_CAP + 251


@pytest.mark.parametrize(
    ("variables", "sizes"),
    [
        ({"n": 3}, (("m", 20), ("n", 3))),
        ({"n": 9_999, "m": -1}, (("m", 1), ("n", 250))),
        ({"n": None, "m": None}, (("m", 1), ("n", 1))),
        ({"n": "many", "other": 7}, (("m", 20), ("n", 250))),
        ({}, (("m", 20),)),
    ],
)
def test_variables_say_sizes(variables: dict[str, object], sizes: ListSizes) -> None:
    """Or the defaults of the operation do. What execution refuses counts as the longest list."""
    document = parse("query A($n: Int, $m: Int = 20) { a(first: $n) { b(last: $m) { c } } }")
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert list_sizes(size_variables(document), operation, variables) == sizes


def test_an_answer_costs_what_it_had() -> None:
    """Lists that were shorter cost less than they could; lists that say no size cost what they were."""
    measured = measure(parse("{ a(first: 250) { b c } }"))
    floor = measured.cost - measured.ahead
    assert measured.actual(1) == measured.actual(0) == floor
    assert measured.actual(1 + 10 + 2 * 10) == floor + (1 + 10 + 2 * 10 - 3) // PARTS_PER_COST
    assert measured.actual(30_000) > measured.cost


def test_deferred_fragments_cost_wherever_they_can_be() -> None:
    """By the lists around them, inline or named, up to as many as come later. Other directives cost 1."""
    lists = "{{ a(first: {}) {{ b(first: 10) {{ ...F {} c }} }} }} fragment F on B {{ c }}"
    each = PARTS_PER_FRAGMENT // PARTS_PER_COST

    def more(first: int) -> int:
        return cost(lists.format(first, "@defer")) - cost(lists.format(first, "@include(if: true)"))

    assert [more(1), more(2), more(60)] == [10 * each, 20 * each, MAX_FRAGMENTS * each]
    assert cost("{ a { ... @defer { c } } }") == cost("{ a { ... @x { c } } }") + each


def test_depth_is_counted_through_fragments() -> None:
    """Fragments neither add depth nor hide it."""
    assert depth("{ a { b { c } } }") == 3
    assert depth("{ a { ... { ... on B { b { c } } } } }") == 3
    assert depth("{ a { ...F } } fragment F on A { b { ...G } } fragment G on B { c }") == 3


def test_doubling_fragments_are_measured_without_expanding_them() -> None:
    """2 to the power of 300 expansions are counted by 300 additions, and stop counting at the cap."""
    levels = " ".join(f"fragment F{n} on A {{ ...F{n + 1} ...F{n + 1} }}" for n in range(300))
    assert cost("{ ...F0 }" + levels + "fragment F300 on A { a }") == CAP


@pytest.mark.slow
def test_a_long_chain_of_fragments_does_not_exhaust_the_stack() -> None:
    """Nesting through fragments is as deep as the document is long."""
    chain = " ".join(f"fragment F{n} on A {{ a {{ ...F{n + 1} }} }}" for n in range(5_000))
    assert depth("{ ...F0 }" + chain + "fragment F5000 on A { a }") == 5_001


@pytest.mark.parametrize(
    "fragments",
    [
        "fragment F on A { ...F }",
        "fragment F on A { a { ...G } } fragment G on A { b { ...F } }",
        "fragment F on A { ...G ...F ...H } fragment G on A { ...H ...F } fragment H on A { ...F ...G ...H }",
        "fragment F on A { ...Missing }",
    ],
)
def test_fragments_that_spread_themselves_end(fragments: str) -> None:
    """Validation refuses them; measuring them comes first and must not loop."""
    assert cost("{ ...F }" + fragments) < 100


def test_what_validation_compares_pairwise_is_charged_pairwise() -> None:
    """A thousand fields under one name, or a thousand fragments, cost more than a thousand fields."""
    assert cost("{ a {" + " b" * 1000 + "} }") == 26 + 1000 + 100_000
    assert cost("{ a {" + "".join(f" b{n}" for n in range(1000)) + "} }") == 26 + 1000
    spread = "{ a {" + "".join(f" ...F{n}" for n in range(1000)) + "} }"
    assert cost(spread + "".join(f"fragment F{n} on A {{ b }}" for n in range(1000))) > 200_000
