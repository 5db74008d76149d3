"""Forms for addresses: the parts of each country in its own order, and nothing that the shop would then refuse."""

import pytest

from domain.territories.delivery import Address
from schema.enums import CountryCode
from services.territories import form_of, rules_of


def _names(country: str) -> list[str]:
    return [field.name for field in form_of(country).fields]


def test_each_country_has_its_own_parts_in_its_own_order() -> None:
    """Germans write the postal code before the town, the British have no provinces, Japanese begin with the code."""
    name = ["firstName", "lastName"]
    street = ["address1", "address2"]
    assert _names("DE") == [*name, "company", *street, "zip", "city"]
    assert _names("GB") == [*name, "company", *street, "city", "zip"]
    assert _names("US") == [*name, "company", *street, "city", "provinceCode", "zip"]
    assert _names("JP") == ["zip", "provinceCode", *street, "company", *name]


def test_fields_have_the_words_of_the_country() -> None:
    """An American enters a state and a ZIP code, an Irish person a county and an Eircode."""
    words = {country: {field.name: field.label for field in form_of(country).fields} for country in ("US", "IE")}
    assert (words["US"]["provinceCode"], words["US"]["zip"]) == ("state", "zip")
    assert (words["IE"]["provinceCode"], words["IE"]["zip"]) == ("county", "eircode")


def test_provinces_are_named_once_in_their_own_language() -> None:
    """The data have Japanese prefectures in two scripts."""
    provinces = form_of("JP").provinces
    assert len(provinces) == len({province.code for province in provinces}) == 47
    assert ("東京都", "東京都") in [(province.code, province.name) for province in provinces]


def test_a_country_that_the_data_do_not_know_has_the_usual_form() -> None:
    """It still can be filled in."""
    assert _names("ZZ") == ["firstName", "lastName", "company", "address1", "address2", "city", "zip"]


@pytest.mark.parametrize("country", [code.value for code in CountryCode])
def test_whoever_fills_in_the_required_fields_is_not_refused(country: str) -> None:
    """Of every country: the form has a field for each part that the rules require, and marks it."""
    form, rules = form_of(country), rules_of(country)
    required = {field.name for field in form.fields if field.is_required}
    assert {part.value for part in rules.required} <= required
    for province in form.provinces:
        assert rules.accepts_province(Address(country, province=province.code)), province
