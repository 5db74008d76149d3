"""The worst shapes of requests, each as a document of a given size. `{n}` makes documents distinct."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Write = Callable[[int], str]
_WORDS = "mug lamp blanket oak clay vase bowl plate spoon linen"
_LEAVES = "id handle title vendor productType createdAt updatedAt publishedAt description descriptionHtml tags"
_LEAVES += " availableForSale totalInventory"


@dataclass(frozen=True, slots=True)
class Shape:
    """`write` makes a document of some size: the largest that the limits allow is measured."""

    name: str
    write: Write
    variables: Mapping[str, Any] = field(default_factory=dict)
    most: int = 3_000


def _times(part: str) -> Callable[[int], str]:
    return lambda size: " ".join(part.replace("#", str(each)) for each in range(size))


def _in(outer: str, part: str) -> Write:
    many = _times(part)
    return lambda size: outer.replace("@", many(size))


def _list(head: str, leaves: str) -> Write:
    return lambda size: head.replace("#", str(min(size, 250))).replace("@", leaves)


def _fragments(size: int) -> str:
    names = " ".join(f"...F{each}" for each in range(size))
    return f"{{ shop {{ {names} }} }} " + " ".join(f"fragment F{each} on Shop {{ name }}" for each in range(size))


def _doubling(size: int) -> str:
    """Each fragment spreads the next one twice."""
    levels = min(size, 12)
    parts = [f"fragment F{each} on Shop {{ ...F{each + 1} ...F{each + 1} }}" for each in range(levels)]
    return " ".join(["{ shop { ...F0 } }", *parts, f"fragment F{levels} on Shop {{ name }}"])


def _deferred(size: int) -> str:
    pictures = "... @defer { title images(first: 5) { nodes { url } } }"
    return f"{{ products(first: {min(size, 250)}) {{ nodes {{ ... @defer {{ {_LEAVES} }} {pictures} }} }} }}"


SHAPES = [
    Shape("aliases of a leaf", _in("{ shop { @ } }", "a#: name")),
    Shape("one leaf again and again", _in("{ shop { @ } }", "name")),
    Shape(
        "pairs of lists under one name",
        _in("{ products(first: 1) { nodes { @ } } }", "images(first: 1) { nodes { url } }"),
    ),
    Shape("pairs of objects under one name", _in("{ shop { @ } }", "primaryDomain { url }")),
    Shape("fragments side by side", _fragments),
    Shape("fragments that double", _doubling),
    Shape("inline fragments", _in("{ shop { @ } }", "... on Shop { a#: name }")),
    Shape("directives", _in("{ shop { @ } }", "a#: name @include(if: true)")),
    Shape("deferred fragments", _in("{ shop { @ } }", "... @defer { a#: name }")),
    Shape("deferred fragments of products", _deferred),
    Shape(
        "fragments deferred again",
        _in(
            "{ products(first: 100) { nodes { @ } } }",
            "... @defer { a#: title seo { title ... @defer { description } } }",
        ),
    ),
    Shape("unknown fields", _in("{ shop { @ } }", "nam#")),
    Shape("unknown fields of products", _in("{ products(first: 1) { nodes { @ } } }", "titel#")),
    Shape("unknown arguments", _in("{ @ }", 'a#: product(handel#: "x") { id }')),
    Shape(
        "unknown input fields",
        _in("mutation { cartCreate(input: { @ }) { cart { id } } }", "not#: 1"),
    ),
    Shape("unknown enum values", _in("{ @ }", "a#: products(first: 1, sortKey: TITEL#) { nodes { id } }")),
    Shape("unknown types", lambda size: f"query({_times('$v#: Prodct#')(size)}) {{ __typename }}"),
    Shape("unknown directives", _in("{ shop { @ } }", "a#: name @skipp#")),
    Shape("wrong variables", lambda size: f"query({_times('$v#: Int = 1')(size)}) {{ __typename }}"),
    Shape("deep values", lambda size: "{ product(handle: " + "[" * size + "]" * size + ") { id } }", most=1_500),
    Shape("long list values", _in("{ nodes(ids: [@]) { id } }", '"gid://shopify/Product/#"')),
    Shape("roots with lookups", _in("{ @ }", 'a#: product(handle: "none-#") { id }')),
    Shape("collections by handle", _in("{ @ }", 'a#: collection(handle: "none-#") { id }')),
    Shape("products, many leaves", _list("{ products(first: #) { nodes { @ } } }", _LEAVES)),
    Shape(
        "products, many variants",
        _list(
            "{ products(first: #) { nodes { variants(first: 250) { nodes { id title sku price { amount } } } } } }", ""
        ),
    ),
    Shape(
        "products, variants and images",
        _list(
            "{ products(first: #) { nodes { @ variants(first: 100) { nodes { id title availableForSale selectedOptions "
            "{ name value } price { amount currencyCode } image { url } } } "
            "images(first: 100) { nodes { url width } } } } }",
            _LEAVES,
        ),
    ),
    Shape(
        "collections of products",
        _list("{ collections(first: #) { nodes { title products(first: 100) { nodes { id title } } } } }", ""),
    ),
    Shape(
        "lists again under aliases",
        _in("{ products(first: 250) { nodes { @ } } }", "a#: variants(first: 1) { nodes { id } }"),
    ),
    Shape(
        "lists of one product under aliases",
        _in("{ products(first: 1) { nodes { @ } } }", "a#: variants(first: 1#) { nodes { id } }"),
    ),
    Shape(
        "filters of collections", _in("{ @ }", 'a#: products(first: 1, query: "title:mug# OR tag:x#") { nodes { id } }')
    ),
    Shape("searches", _in("{ @ }", f'a#: search(query: "{_WORDS} #", first: 250) {{ totalCount }}')),
    Shape(
        "predictions",
        _in("{ @ }", 'a#: predictiveSearch(query: "blankit lammp spon#") { products { id } queries { text } }'),
    ),
    Shape(
        "homepages under aliases",
        _in(
            "{ homepage(platform: WEB) { sections { id title @ } } }",
            "... on HomepageShelf { a#: products { id title } }",
        ),
    ),
    Shape(
        "carts refused",
        _in(
            "mutation { @ }", 'a#: cartNoteUpdate(cartId: "gid://shopify/Cart/none#", note: "") { userErrors { code } }'
        ),
    ),
    Shape("introspection", _in("{ __schema { types { @ } } }", "a#: fields { name }")),
    Shape(
        "introspection of types",
        _in(
            "{ __schema { types { name fields { name args { name type { name } } "
            "type { name ofType { name } } } @ } } }",
            "a#: description",
        ),
    ),
]
