"""Drawn pictures with their digests: a picture is drawn once per process while it is asked for."""

import hashlib
from functools import lru_cache

from domain.catalog.records import Image
from services.seed.pictures.draw import draw
from services.seed.pictures.names import PATH, Picture


@lru_cache(maxsize=2048)
def drawn(picture: Picture) -> tuple[bytes, str]:
    """The SVG of a picture and the digest its name ends in."""
    content = draw(picture)
    return content, hashlib.sha256(content).hexdigest()[:12]


def image_of(picture: Picture, alt_text: str) -> Image:
    """The picture as an image of the catalogue, by a path below the shop's own address."""
    name = f"{picture.stem}.{drawn(picture)[1]}"
    return Image(picture.stem, f"{PATH}{name}.svg", alt_text, picture.width, picture.height)
