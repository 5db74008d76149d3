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


def shareable(*, is_placed: bool, is_elsewhere: bool, is_known: bool) -> Scope | None:
    """The widest scope of an answer that caches in front of the shop may give to others; None when they may give none.

    `is_placed`: the request alone tells which country the answer is for. `is_elsewhere`: the client used another host
    than a cache sees, so that URLs in the answer are not for others. `is_known`: the shop knows something of the
    viewer, or may.
    """
    if is_elsewhere:
        return None
    if not is_placed:
        return Scope.PUBLIC
    return Scope.TERRITORY if is_known else Scope.VIEWER
