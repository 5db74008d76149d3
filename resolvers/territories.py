"""Postal addresses as people read them."""

from babel import Locale
from strawberry import Parent

from domain.territories.delivery import Address

_COUNTRIES = Locale("en").territories


def full_name(root: Parent[Address]) -> str | None:
    """First and last name; None if the address has neither."""
    return " ".join(filter(None, (root.first_name, root.last_name))) or None


def country_name(root: Parent[Address]) -> str | None:
    """The English name of the country."""
    return _COUNTRIES.get(root.country)


def formatted(root: Parent[Address]) -> list[str]:
    """The lines of the address without empty ones, the country last."""
    town = " ".join(filter(None, (root.city, root.province, root.zip)))
    lines = (full_name(root), root.company, root.address1, root.address2, town, country_name(root))
    return [line for line in lines if line]
