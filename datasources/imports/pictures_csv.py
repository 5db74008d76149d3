"""The pictures of a row of Shopify's product CSV, and web addresses as people write them."""

import hashlib
import re

from datasources.imports.cells import text, whole
from domain.catalog.records import Image
from domain.kit.urls import is_url

MAX_URL = 1_024
_MAX_POSITION = 10**9
# A host without a scheme: `cdn.example.com/a.jpg`.
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/", re.IGNORECASE)
# Some programs put all pictures of a product into one cell.
_BETWEEN = re.compile(r"\s*[,;|]\s*(?=(?:https?:)?//)", re.IGNORECASE)
_MARKUP = re.compile('[<>"]')


def images_of(cells: dict[str, str], next_position: int) -> tuple[list[tuple[int, Image]], list[str]]:
    """The pictures of a row with their positions, and notes on those left out. Raises `BadCell`."""
    warnings: list[str] = []
    images: list[tuple[int, Image]] = []
    position = whole(cells, "Image Position", _MAX_POSITION)
    alt_text = text(cells, "Image Alt Text", 512) or None
    for url in filter(None, _BETWEEN.split(cells.get("Image Src", ""))):
        if (address := web_address(url)) is None:
            warnings.append("Image Src is not a web address: the picture was left out")
            continue
        place = next_position + len(images) if position is None else position
        images.append((place, image(address, alt_text)))
    return images, warnings


def image(url: str, alt_text: str | None = None) -> Image:
    """A picture with the key that its address gives it."""
    return Image(hashlib.sha256(url.encode()).hexdigest()[:16], url, alt_text)


def variant_image(cells: dict[str, str], warnings: list[str]) -> str | None:
    """The picture of a variant. Adds a note if it was left out."""
    if not (url := cells.get("Variant Image", "")):
        return None
    if (address := web_address(url)) is None:
        warnings.append("Variant Image is not a web address: the picture was left out")
    return address


def web_address(url: str) -> str | None:
    """An address with a scheme and without spaces; None when it is none.

    >>> web_address("//cdn.example.com/my photo.jpg"), web_address("C:/a.jpg")
    ('https://cdn.example.com/my%20photo.jpg', None)
    """
    found = url.strip().replace(" ", "%20")
    if found.startswith("//") or _HOST.match(found):
        found = "https://" + found.removeprefix("//")
    return found if len(found) <= MAX_URL and is_url(found) and not _MARKUP.search(found) else None
