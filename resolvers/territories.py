"""Postal addresses as people read them."""

import hashlib
from typing import Annotated

from babel import Locale
from strawberry import Parent

from domain.territories.delivery import Address
from resolvers.kit.arguments import Arg

_COUNTRIES = Locale("en").territories
_BY_NAME = {name.casefold(): code for code, name in _COUNTRIES.items() if len(code) == 2 and code.isalpha()}


def full_name(root: Parent[Address]) -> str | None:
    """First and last name; None if the address has neither."""
    return " ".join(filter(None, (root.first_name, root.last_name))) or None


def country_name(root: Parent[Address]) -> str | None:
    """The English name of the country."""
    return _COUNTRIES.get(root.country)


def country_of(text: str) -> str | None:
    """The ISO 3166 code of a country by its code or English name; None for anything else.

    >>> country_of("gb"), country_of("United Kingdom"), country_of("Atlantis")
    ('GB', 'GB', None)
    """
    code = text.strip().upper()
    return code if len(code) == 2 and code in _COUNTRIES else _BY_NAME.get(text.strip().casefold())


def formatted(
    root: Parent[Address],
    with_name: Annotated[bool | None, Arg(description="Whether the name is among the lines.")] = True,
    with_company: Annotated[bool | None, Arg(description="Whether the company is among the lines.")] = True,
) -> list[str]:
    """The lines of the address without empty ones, the country last."""
    return root.lines(country_name(root), with_name=bool(with_name), with_company=bool(with_company))


def formatted_area(root: Parent[Address]) -> str | None:
    """City, province and country in one line."""
    return ", ".join(filter(None, (root.city, root.province, country_name(root)))) or None


def address_digest(address: Address) -> str:
    """A name for the content of an address, equal for equal addresses."""
    return hashlib.blake2b(repr(address).encode(), digest_size=12).hexdigest()
