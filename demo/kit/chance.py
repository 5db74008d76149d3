"""Random numbers that are the same on every machine."""

from random import Random


def chance(*names: object) -> Random:
    """A stream of random numbers that depends on the names alone.

    >>> chance("mug", 1).random() == chance("mug", 1).random()
    True
    """
    return Random("/".join(map(str, names)))  # noqa: S311  # decides looks and demo figures, guards nothing
