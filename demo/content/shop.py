"""The demo shop as it presents itself, with its policies."""

from dataclasses import replace

from demo.content.objects import metafields_of_shop
from demo.kit.data import Data, read
from domain.catalog.records import Image
from domain.content import Brand, Policy, Shop


class _Policy(Data, frozen=True):
    """A legal text; its HTML is kept as a list of blocks."""

    handle: str
    title: str
    html: tuple[str, ...]


class _Shop(Data, frozen=True):
    """How the shop describes itself."""

    description: str
    logo: Image
    brand: Brand
    policies: tuple[_Policy, ...]


def policies() -> tuple[Policy, ...]:
    """The legal texts, by paths below the shop's own address."""
    return tuple(map(_legal_text, _shop().policies))


def shop(name: str, url: str, currency: str) -> Shop:
    """The shop under that name, which is the text of its logo too."""
    found = _shop()
    logo = replace(found.logo, alt_text=name)
    brand = replace(found.brand, cover=logo, square_logo=logo)
    return Shop(name, found.description, url, currency, logo, policies(), brand, metafields_of_shop())


def _shop() -> _Shop:
    return read("shop.json", _Shop)


def _legal_text(policy: _Policy) -> Policy:
    handle = policy.handle
    return Policy(handle, handle, policy.title, "".join(policy.html), f"/policies/{handle}")
