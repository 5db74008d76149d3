"""Metafields: what a shop says about its products beyond the fields that every shop has."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_VALUE = 65_536  # characters
ONE_LINE, SEVERAL_LINES = "single_line_text_field", "multi_line_text_field"


class MetafieldOwner(StrEnum):
    """What a metafield belongs to."""

    PRODUCT = "PRODUCT"
    VARIANT = "VARIANT"


@dataclass(frozen=True, slots=True)
class MetafieldName:
    """A metafield by namespace and key, with its type if its source says one."""

    namespace: str
    key: str
    type: str = ""
    of_variant: bool = False


@dataclass(frozen=True, slots=True)
class MetafieldCell:
    """A value to write. An empty value removes the metafield; an empty type is that of the stored one."""

    namespace: str
    key: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class MetafieldKey:
    """Which metafield of which object."""

    owner: MetafieldOwner
    owner_id: int
    namespace: str
    key: str


@dataclass(frozen=True, slots=True)
class Metafield:
    """A stored metafield; `value` is a text whatever the type."""

    id: int
    owner: MetafieldOwner
    owner_id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


def type_of(value: str) -> str:
    """The type of a value whose source names none.

    >>> type_of("Wool"), type_of("Wash cold.\\nDry flat.")
    ('single_line_text_field', 'multi_line_text_field')
    """
    return SEVERAL_LINES if "\n" in value or "\r" in value else ONE_LINE
