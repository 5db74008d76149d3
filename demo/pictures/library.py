"""Drawn pictures with their digests: a process draws a picture once and keeps the last 2048."""

import hashlib
from dataclasses import replace
from functools import lru_cache

from demo.pictures.draw import draw
from demo.pictures.names import PATH, SUFFIX, Picture, read_name
from domain.catalog.records import Image


@lru_cache(maxsize=2048)
def drawn(picture: Picture) -> tuple[bytes, str]:
    """The SVG of a picture and the digest its name ends in."""
    content = draw(picture)
    return content, hashlib.sha256(content).hexdigest()[:12]


def address_of(picture: Picture) -> str:
    """Where the shop serves the picture: a path below its own address."""
    return f"{PATH}{picture.stem}.{drawn(picture)[1]}{SUFFIX}"


def sized(image: Image) -> Image:
    """The image with the key and the size of the picture at its address; raises `ValueError` if there is no picture."""
    found = read_name(image.url.removeprefix(PATH).removesuffix(SUFFIX))
    if found is None:
        raise ValueError(f"{image.url} is not the address of a picture")
    picture, _ = found
    return replace(image, id=picture.stem, width=picture.width, height=picture.height)
