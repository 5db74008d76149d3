"""What a silhouette is made of: markup written here by hand, never by a visitor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A thing on a 400 x 400 canvas standing at y = 325.

    `body` is the path that takes the colour; `under` and `over` are markup behind and before it in which `{m}`, `{d}`,
    `{l}` and `{a}` stand for the main, dark, light and accent colours. A `patterned` body may be decorated; one without
    `floor` hangs in the air and throws no shadow.
    """

    body: str
    under: str = ""
    over: str = ""
    patterned: bool = True
    floor: bool = True
