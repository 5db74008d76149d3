"""The key by which the rows of a table could be spread over several database servers.

Each table declares its key: `sa.Table(..., info=BY_BUYER)`. Today one server holds all tables.
"""

from enum import StrEnum
from typing import Final

import sqlalchemy as sa


class Distribution(StrEnum):
    """`BUYER`: a row is stored with its customer or guest. `VARIANT`: with the variant whose units it counts.

    `REFERENCE`: small tables that seldom change; every server has a copy.
    """

    BUYER = "buyer"
    VARIANT = "variant"
    REFERENCE = "reference"


_NAME: Final = "distribution"
BY_BUYER: Final = {_NAME: Distribution.BUYER}
BY_VARIANT: Final = {_NAME: Distribution.VARIANT}
REFERENCE: Final = {_NAME: Distribution.REFERENCE}


def distribution_of(table: sa.Table) -> Distribution:
    """The key that a table declares. Raises KeyError for a table without one."""
    found: Distribution = table.info[_NAME]
    return found
