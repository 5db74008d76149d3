"""How products are stored in a tantivy index, and how a search queries them."""

import math

import tantivy

from datasources.search.texts import MAX_LENGTH, filter_key, indexed_words, typos
from domain.kit.folding import fold
from domain.search import SearchDocument, SearchSort

# Increase it with every change of the fields below or of how words are made: each version has its own index.
VERSION = 1

ORDERS = {
    SearchSort.PRICE: "by_price",
    SearchSort.TITLE: "by_title",
    SearchSort.BEST_SELLING: "by_units",
    SearchSort.CREATED_AT: "by_time",
}
# The weight of a word: found as it is, as the beginning of a longer word, or with typos.
_WORTH = {"title": (10.0, 8.0, 4.0), "labels": (6.0, 5.0, 2.0), "description": (1.5, 1.0, 0.5)}
_SHORT_TITLE = 0.05  # among equals, a title with fewer other words is better
_POPULARITY = 0.05  # then what sells better, worth at most a twentieth
_LONGEST_TITLE = 255


def build() -> tantivy.Schema:
    """The fields. Sort orders are texts that end with the product's id, so that no two products are equal."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("product_id", fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("labels", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("description", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("filters", tokenizer_name="raw", index_option="basic")
    for name in ORDERS.values():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("popularity", fast=True)
    return builder.build()


def document(product: SearchDocument) -> tantivy.Document:
    """A product as indexed."""
    labels = (product.vendor, product.product_type, *product.tags, *product.skus)
    key = f"{product.product_id:019d}"
    return tantivy.Document(
        id=[str(product.product_id)],
        product_id=[product.product_id],
        title=[_text(product.title)],
        labels=[" ".join(_text(label) for label in labels)],
        description=[_text(product.description)],
        filters=[AVAILABLE] * product.available + _filters(product),
        by_price=[f"{product.price_minor:019d}{key}"],
        by_title=[f"{fold(product.title)[:_LONGEST_TITLE]}\0{key}"],
        by_units=[f"{product.units_sold:019d}{key}"],
        by_time=[f"{product.created_at:019d}{key}"],
        popularity=[_popularity(product.units_sold)],
    )


AVAILABLE = filter_key("available", "yes")


def _filters(product: SearchDocument) -> list[str]:
    return [
        *(filter_key("tag", tag) for tag in product.tags),
        *(filter_key("collection", handle) for handle in product.collections),
        filter_key("vendor", product.vendor),
        filter_key("product_type", product.product_type),
    ]


def _text(text: str) -> str:
    return " ".join(indexed_words(text))


def _popularity(units: int) -> float:
    """A weight that multiplies a score by 1 to 1.05: tantivy takes log2(2 + weight)."""
    share = 1 - 1 / (1 + math.log1p(max(units, 0)))
    return float(2 ** (1 + _POPULARITY * share) - 2)


def words_query(schema: tantivy.Schema, words: list[str]) -> tantivy.Query:
    """A query for every word somewhere in the product, the last one as a beginning."""
    query = tantivy.Query
    if not words:
        return query.all_query()
    *whole, last = words
    must = [query.disjunction_max_query(_places(schema, word, False)) for word in whole]
    must.append(query.disjunction_max_query(_places(schema, last, True)))
    terms = [query.boost_query(query.term_query(schema, "title", word), _SHORT_TITLE) for word in words]
    return query.boolean_query(
        [*((tantivy.Occur.Must, each) for each in must), *((tantivy.Occur.Should, term) for term in terms)]
    )


def _places(schema: tantivy.Schema, word: str, is_last: bool) -> list[tantivy.Query]:
    """Where and how a word may match, each way with its weight."""
    query = tantivy.Query
    begins = is_last and len(word) < MAX_LENGTH
    places = []
    for field, (exact, prefix, fuzzy) in _WORTH.items():
        places.append(query.const_score_query(query.term_query(schema, field, word), exact))
        if begins:
            beginning = query.fuzzy_term_query(schema, field, word, distance=0, prefix=True)
            places.append(query.const_score_query(beginning, prefix))
        if distance := typos(word):
            similar = query.fuzzy_term_query(schema, field, word, distance=distance, prefix=begins)
            places.append(query.const_score_query(similar, fuzzy))
    return places


def filtered(schema: tantivy.Schema, query: tantivy.Query, keys: list[str], available: bool | None) -> tantivy.Query:
    """The query narrowed to filter keys, and to available or sold-out products only."""
    terms = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "filters", key)) for key in keys]
    clauses = [(tantivy.Occur.Must, query), *((occur, tantivy.Query.const_score_query(t, 0.0)) for occur, t in terms)]
    if available is not None:
        occur = tantivy.Occur.Must if available else tantivy.Occur.MustNot
        term = tantivy.Query.term_query(schema, "filters", AVAILABLE)
        clauses.append((occur, tantivy.Query.const_score_query(term, 0.0)))
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)
