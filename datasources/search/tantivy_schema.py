"""How products are stored in a tantivy index, and how a search queries them."""

import math
from collections.abc import Sequence

import tantivy

from datasources.search.texts import MAX_LENGTH, filter_keys, indexed_words, labels_of, typos
from domain.search import SearchDocument

# Increase it with every change of the fields below or of how words are made: each version has its own index.
VERSION = 3

# The weight of a word: found as it is, as the beginning of a longer word, or with typos.
_WORTH = {"title": (10.0, 8.0, 4.0), "labels": (6.0, 5.0, 2.0), "description": (1.5, 1.0, 0.5)}
FIELDS, LABELS = tuple(_WORTH), ("title", "labels")
_SHORT_TITLE = 0.05  # among equals, a title with fewer other words is better
_POPULARITY = 0.05  # then what sells better, worth at most a twentieth


def build() -> tantivy.Schema:
    """The fields."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("product_id", fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("labels", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("description", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("filters", tokenizer_name="raw", index_option="basic")
    builder.add_float_field("popularity", fast=True)
    return builder.build()


def document(product: SearchDocument) -> tantivy.Document:
    """A product as indexed."""
    return tantivy.Document(
        id=[str(product.product_id)],
        product_id=[product.product_id],
        title=[_text(product.title)],
        labels=[" ".join(_text(label) for label in labels_of(product))],
        description=[_text(product.description)],
        filters=filter_keys(product),
        popularity=[_popularity(product.units_sold)],
    )


def _text(text: str) -> str:
    return " ".join(indexed_words(text))


def _popularity(units: int) -> float:
    """A weight that multiplies a score by 1 to 1.05: tantivy takes log2(2 + weight)."""
    share = 1 - 1 / (1 + math.log1p(max(units, 0)))
    return float(2 ** (1 + _POPULARITY * share) - 2)


def words_query(schema: tantivy.Schema, words: Sequence[str], only: Sequence[str] = FIELDS) -> tantivy.Query:
    """A query for every word somewhere in these fields, the last one as a beginning."""
    query = tantivy.Query
    if not words:
        return query.all_query()
    *whole, last = words
    must = [query.disjunction_max_query(_places(schema, word, False, only)) for word in whole]
    must.append(query.disjunction_max_query(_places(schema, last, True, only)))
    terms = [query.boost_query(query.term_query(schema, "title", word), _SHORT_TITLE) for word in words]
    return query.boolean_query(
        [*((tantivy.Occur.Must, each) for each in must), *((tantivy.Occur.Should, term) for term in terms)]
    )


def _places(schema: tantivy.Schema, word: str, is_last: bool, only: Sequence[str]) -> list[tantivy.Query]:
    """Where and how a word may match, each way with its weight."""
    query = tantivy.Query
    begins = is_last and len(word) < MAX_LENGTH
    places = []
    for field in only:
        exact, prefix, fuzzy = _WORTH[field]
        places.append(query.const_score_query(query.term_query(schema, field, word), exact))
        if begins:
            beginning = query.fuzzy_term_query(schema, field, word, distance=0, prefix=True)
            places.append(query.const_score_query(beginning, prefix))
        if distance := typos(word):
            similar = query.fuzzy_term_query(schema, field, word, distance=distance, prefix=begins)
            places.append(query.const_score_query(similar, fuzzy))
    return places


def filtered(
    schema: tantivy.Schema,
    query: tantivy.Query,
    keys: Sequence[str],
    without: Sequence[str] = (),
    unwanted: Sequence[int] = (),
) -> tantivy.Query:
    """The query narrowed to products with all of these filter keys and none of the others, without unwanted ones."""
    must, never = tantivy.Occur.Must, tantivy.Occur.MustNot
    terms = [(must, "filters", key) for key in keys] + [(never, "filters", key) for key in without]
    terms += [(never, "id", str(product_id)) for product_id in unwanted]
    if not terms:
        return query
    named = [(occur, tantivy.Query.term_query(schema, field, value)) for occur, field, value in terms]
    clauses = [(occur, tantivy.Query.const_score_query(term, 0.0)) for occur, term in named]
    return tantivy.Query.boolean_query([(must, query), *clauses])
