"""For whom a value is the same. The scope of an answer is the widest number among its fields."""

from enum import IntEnum


class Scope(IntEnum):
    """`schema.scopes` declares the scope of each field; `bff.edge.caching` says what caches may do with each.

    VIEWER values are the same for everybody in a territory about whom the shop knows nothing, and somebody's own
    otherwise, such as a list without what a shopper has hidden.
    """

    PUBLIC = 1
    TERRITORY = 2
    VIEWER = 3
    PRIVATE = 4
    # Not even the viewer's own client may keep it: errors, answers to mutations, answers in which something is absent.
    NEVER = 5
