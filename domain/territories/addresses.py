"""Which parts of an address carriers need, country by country."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.territories.delivery import Address


class AddressPart(StrEnum):
    """The parts of an address that a country may require, by the names of `CartDeliveryAddressInput`."""

    LAST_NAME = "lastName"
    ADDRESS1 = "address1"
    CITY = "city"
    PROVINCE = "provinceCode"
    ZIP = "zip"

    def of(self, address: Address) -> str:
        """What the address has there; a company counts as a name."""
        match self:
            case AddressPart.LAST_NAME:
                value = address.last_name or address.company
            case AddressPart.ADDRESS1:
                value = address.address1
            case AddressPart.CITY:
                value = address.city
            case AddressPart.PROVINCE:
                value = address.province
            case AddressPart.ZIP:
                value = address.zip
        return (value or "").strip()


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The rules of one country. `zip` is the form of its postal codes, with an `example`; None where any is taken.

    `provinces`: their codes and names without case; none where any text is taken.
    """

    required: tuple[AddressPart, ...] = (AddressPart.LAST_NAME, AddressPart.ADDRESS1, AddressPart.CITY)
    zip: re.Pattern[str] | None = None
    example: str = ""
    provinces: frozenset[str] = frozenset()

    def missing(self, address: Address) -> tuple[AddressPart, ...]:
        """The required parts that an address lacks.

        >>> AddressRules().missing(Address("GB", last_name="Byron", city="London"))
        (<AddressPart.ADDRESS1: 'address1'>,)
        """
        return tuple(part for part in self.required if not part.of(address))

    def accepts_zip(self, address: Address) -> bool:
        """Whether the postal code has the form of the country. A missing one is a matter of `missing`.

        >>> rules = AddressRules(zip=re.compile("[0-9]{5}"))
        >>> rules.accepts_zip(Address("DE", zip="10115")), rules.accepts_zip(Address("DE", zip="1O115"))
        (True, False)
        """
        code = AddressPart.ZIP.of(address).upper()
        return not code or self.zip is None or self.zip.fullmatch(code) is not None

    def accepts_province(self, address: Address) -> bool:
        """Whether the country has the province, by its code, its ISO 3166-2 code or its name.

        >>> rules = AddressRules(provinces=frozenset({"ny", "new york"}))
        >>> [rules.accepts_province(Address("US", province=text)) for text in ("NY", "US-NY", "New York", "ZZ")]
        [True, True, True, False]
        """
        given = AddressPart.PROVINCE.of(address).casefold()
        return not given or not self.provinces or given.removeprefix(f"{address.country.lower()}-") in self.provinces


@dataclass(frozen=True, slots=True)
class AddressFormField:
    """A field of a form for addresses: a member of `CartDeliveryAddressInput`, and what the country calls it.

    `label` is a word of Google's address data, such as `state`, `prefecture` or `eircode`.
    """

    name: str
    label: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Province:
    """A part of a country as addresses name it: what to send as `provinceCode`, and how people read it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What a form for an address in that country has, in the order in which people there write it."""

    country: str
    fields: tuple[AddressFormField, ...]
    provinces: tuple[Province, ...] = ()
    zip_example: str | None = None
