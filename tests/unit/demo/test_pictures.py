"""Pictures are drawn from their names, and only from names that this shop gave out."""

from collections.abc import AsyncIterator
from xml.etree import ElementTree

import httpx
import pytest
from starlette.applications import Starlette

from bff.routes.pictures import routes
from demo.pictures.colours import BY_SLUG
from demo.pictures.draw import draw
from demo.pictures.library import address_of, drawn
from demo.pictures.names import Picture, View, read_name
from demo.pictures.shapes import SCENES, SHAPES

MUG = Picture("mug", "clay", "harbour-mug")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the picture routes."""
    transport = httpx.ASGITransport(Starlette(routes=routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        yield client


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("subject", [*SHAPES, *SCENES])
def test_every_subject_is_drawn_as_xml_of_the_size_it_promises(subject: str, view: View) -> None:
    picture = Picture(subject, "sage", "anything", view)
    root = ElementTree.fromstring(draw(picture))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == (str(picture.width), str(picture.height))


def test_drawings_hold_nothing_that_runs_or_loads() -> None:
    for subject in [*SHAPES, *SCENES]:
        markup = draw(Picture(subject, "plum", "x")).lower()
        assert not any(word in markup for word in (b"<script", b"href", b"<style", b"url(http", b"<image", b" on"))


def test_another_colour_slug_or_view_is_another_drawing() -> None:
    pictures = [MUG, *(Picture("mug", colour, "harbour-mug") for colour in BY_SLUG if colour != "clay")]
    pictures += [Picture("mug", "clay", "tideline-mug"), *(Picture("mug", "clay", "a", view) for view in View)]
    assert len({draw(picture) for picture in pictures}) == len(pictures)


def test_a_name_reads_back_as_the_picture_it_was_made_from() -> None:
    name = address_of(MUG).removeprefix("/media/pictures/").removesuffix(".svg")
    assert read_name(name) == (MUG, drawn(MUG)[1])


async def test_a_picture_is_served_to_be_kept_for_ever_and_to_run_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get(address_of(MUG))
    assert answer.status_code == 200
    assert answer.content == draw(MUG)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("size", ["_50x50", "_50x", "_x1024"])
async def test_a_size_behind_the_name_of_a_picture_is_understood(client: httpx.AsyncClient, size: str) -> None:
    """Clients of Shopify write it there; a drawing has every size."""
    answer = await client.get(address_of(MUG).replace(".svg", f"{size}.svg"))
    assert (answer.status_code, answer.content) == (200, draw(MUG))


@pytest.mark.parametrize(
    "name",
    [
        "mug.clay.front.harbour-mug.000000000000_50x50",
        "mug.clay.front.harbour-mug.000000000000",
        "mug.clay.front.harbour-mug",
        "anvil.clay.front.harbour-mug.000000000000",
        "mug.ultraviolet.front.harbour-mug.000000000000",
        "mug.clay.sideways.harbour-mug.000000000000",
        f"mug.clay.front.{'a' * 101}.000000000000",
        "..%2f..%2fetc%2fpasswd",
        "%00",
    ],
)
async def test_names_the_shop_did_not_give_out_are_not_found(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/media/pictures/{name}.svg")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_made_up_names_do_not_fill_the_memory(client: httpx.AsyncClient) -> None:
    drawn.cache_clear()
    limit = drawn.cache_info().maxsize
    assert limit is not None
    for number in range(limit + 10):
        drawn(Picture("mug", "clay", f"made-up-{number}"))
    assert drawn.cache_info().currsize == limit
    assert (await client.get(address_of(MUG))).status_code == 200
