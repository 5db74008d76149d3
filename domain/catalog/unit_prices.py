"""Prices per unit of measure: a variant says how much is in it, as in `750 ml per 1 l`."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from domain.kit.money import Money

# The metafield of a variant that says it.
NAMESPACE, KEY = "unit_price", "measure"
_FORM = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([A-Za-z]+2?|m3) per (\d{1,6}) ?([A-Za-z]+2?|m3)", re.ASCII)
# What measures the same, each in the first of its units.
_KINDS: dict[str, dict[str, Decimal]] = {
    "VOLUME": {
        name: Decimal(factor)
        for name, factor in (("ML", "1"), ("CL", "10"), ("L", "1000"), ("M3", "1000000"), ("FLOZ", "29.5735"))
    },
    "WEIGHT": {
        name: Decimal(factor)
        for name, factor in (("G", "1"), ("MG", "0.001"), ("KG", "1000"), ("OZ", "28.3495"), ("LB", "453.592"))
    },
    "LENGTH": {
        name: Decimal(factor)
        for name, factor in (("MM", "1"), ("CM", "10"), ("M", "1000"), ("IN", "25.4"), ("FT", "304.8"), ("YD", "914.4"))
    },
    "AREA": {"M2": Decimal(1), "FT2": Decimal("0.092903")},
    "COUNT": {"ITEM": Decimal(1)},
}


@dataclass(frozen=True, slots=True)
class UnitMeasure:
    """How much is in a unit, and what its price is compared by: `750 ml per 1 l`."""

    kind: str
    quantity: Decimal
    quantity_unit: str
    reference: int
    reference_unit: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The measure; None for a text of another form, or for units that do not measure the same.

        >>> UnitMeasure.read("750 ml per 1 l").kind, UnitMeasure.read("750 ml per 1 kg")
        ('VOLUME', None)
        """
        found = _FORM.fullmatch(text.strip())
        if found is None or not Decimal(found[1]) or not int(found[3]):
            return None
        unit, reference_unit = found[2].upper(), found[4].upper()
        kind = next((kind for kind, units in _KINDS.items() if unit in units and reference_unit in units), None)
        return None if kind is None else cls(kind, Decimal(found[1]), unit, int(found[3]), reference_unit)

    def price(self, whole: Money) -> Money:
        """What the reference costs when the whole costs that much, rounded half up.

        >>> UnitMeasure.read("750 ml per 1 l").price(Money(1200, "GBP"))
        Money(minor=1600, currency='GBP')
        """
        units = _KINDS[self.kind]
        share = self.reference * units[self.reference_unit] / (self.quantity * units[self.quantity_unit])
        return Money(int((whole.minor * share).to_integral_value(ROUND_HALF_UP)), whole.currency)
