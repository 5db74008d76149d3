"""Names of pictures: a name describes the whole drawing and ends in its digest, so that caches can keep it
forever."""

import re
from dataclasses import dataclass
from enum import StrEnum

from demo.pictures.colours import BY_SLUG
from demo.pictures.shapes import SCENES, SHAPES

PATH = "/media/pictures/"
SUFFIX = ".svg"
MAX_NAME = 200
_NAME = re.compile(
    r"(?P<stem>(?P<subject>[a-z-]{1,20})\.(?P<colour>[a-z]{1,12})\.(?P<view>[a-z]{1,8})\."
    r"(?P<slug>[a-z0-9-]{1,100}))\.(?P<digest>[0-9a-f]{12})"
    # Clients of Shopify write a size behind the names of pictures. These are drawings: they have every size.
    r"(_[0-9]{0,5}x[0-9]{0,5})?"
)


class View(StrEnum):
    """How a subject is shown: alone, from close by, with another one, or as a wide banner."""

    FRONT = "front"
    CLOSE = "close"
    PAIR = "pair"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: a shape or a scene in a colour; `slug` seeds everything random."""

    subject: str
    colour: str
    slug: str
    view: View = View.FRONT

    @property
    def stem(self) -> str:
        """The name without its digest."""
        return f"{self.subject}.{self.colour}.{self.view}.{self.slug}"

    @property
    def width(self) -> int:
        """Pixels across; all pictures but wide ones are square."""
        return 2000 if self.view is View.WIDE else 800

    @property
    def height(self) -> int:
        """Pixels down."""
        return 800


def read_name(name: str) -> tuple[Picture, str] | None:
    """The picture that a name describes, and its digest; None when no such picture can be drawn.

    >>> read_name("mug.clay.front.harbour-mug.0123456789ab")
    (Picture(subject='mug', colour='clay', slug='harbour-mug', view=<View.FRONT: 'front'>), '0123456789ab')
    >>> read_name("mug.clay.front.<script>.0123456789ab") is None
    True
    """
    found = _NAME.fullmatch(name) if len(name) <= MAX_NAME else None
    if found is None or found["view"] not in set(View) or found["colour"] not in BY_SLUG:
        return None
    if found["subject"] not in SHAPES and found["subject"] not in SCENES:
        return None
    return Picture(found["subject"], found["colour"], found["slug"], View(found["view"])), found["digest"]
