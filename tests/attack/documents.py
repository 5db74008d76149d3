"""Distinct documents of about 14 kB, as a client writes them that wants the server to remember much."""

from collections.abc import Callable

ALIASES = 300
_FILL = "fill_" * 7


def _aliases(number: int, field: str) -> str:
    return " ".join(f"a{number}_{each}_{_FILL}: {field}" for each in range(ALIASES))


def query(number: int) -> str:
    """Valid and cheap."""
    return f"{{ shop {{ {_aliases(number, 'name')} }} }}"


def mutation(number: int) -> str:
    """Valid, and refused by the shop: there is no such cart."""
    return (
        f'mutation {{ cartNoteUpdate(cartId: "gid://shopify/Cart/none{number}", note: "") '
        f"{{ userErrors {{ {_aliases(number, 'message')} }} }} }}"
    )


def homepage(number: int) -> str:
    """A homepage that no other client asks for in this way."""
    return f"{{ homepage(platform: WEB) {{ {_aliases(number, 'version')} }} }}"


def unknown_fields(number: int) -> str:
    """Each of its errors has a message of its own."""
    return f"{{ shop {{ {_aliases(number, f'nam{number}')} }} }}"


def broken(number: int) -> str:
    """It breaks off after its last field."""
    return query(number)[:-4]


KINDS: dict[str, Callable[[int], str]] = {
    "queries": query,
    "mutations": mutation,
    "homepages": homepage,
    "unknown fields": unknown_fields,
    "syntax errors": broken,
}
