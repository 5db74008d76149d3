"""The data files of the demo shop fit each other, the shop's importer and the drawings."""

from decimal import Decimal
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from bff.settings.variables import Settings
from datasources.imports.csv_records import CsvFile
from datasources.imports.products_csv import COLUMNS
from demo.catalog import products
from demo.catalog.collections import listings
from demo.catalog.prices import own_prices
from demo.catalog.products import drafts
from demo.content.menus import menus
from demo.homepage import homepages
from demo.kit.data import FOLDER, Data, read
from demo.pictures.__main__ import with_digests
from demo.pictures.library import sized
from domain.catalog.drafts import ProductDraft
from domain.catalog.records import Image
from domain.homepage.keys import Platform
from domain.homepage.sources import BannerSection, ShelfSource
from domain.kit.money import Money
from domain.territories.markets import Price, Territories, Territory
from services.imports.files import read_products

HOME = Territory("GB", "United Kingdom", "GBP")


def test_the_importer_takes_every_line_of_the_products_as_it_stands() -> None:
    """The importer neither drops nor corrects anything, and only the file has texts, pictures and stock."""
    with CsvFile(FOLDER / "products.csv", COLUMNS) as file:
        found = list(read_products(file, "GBP"))
    assert all(isinstance(one, ProductDraft) for one in found)
    assert len(found) == 200
    for draft in drafts(Settings().markets()):
        read_draft = found.pop(0)
        assert isinstance(read_draft, ProductDraft)
        assert (read_draft.handle, read_draft.html, read_draft.tags) == (draft.handle, draft.html, draft.tags)
        assert [image.url for image in read_draft.images] == [image.url for image in draft.images]
        assert [one.inventory for one in read_draft.variants] == [one.inventory for one in draft.variants]


def test_a_line_that_the_importer_does_not_take_ends_the_seeding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the line."""
    (tmp_path / "products.csv").write_text("Handle,Title,Variant Price\nmug,Mug,4.50\njug,Jug,dear\n")
    monkeypatch.setattr(products, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"products\.csv, line 3: Variant Price is not an amount of GBP"):
        drafts(Territories((HOME,)))


def test_a_misspelt_field_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data file that does not fit its records is not taken in part."""

    class Thing(Data, frozen=True):
        title: str = ""

    (tmp_path / "things.json").write_text('[{"title": "Mug"}, {"tilte": "Jug"}]')
    monkeypatch.setattr("demo.kit.data.FOLDER", tmp_path)
    with pytest.raises(msgspec.ValidationError, match=r"unknown field `tilte` - at `\$\[1\]`"):
        read("things.json", tuple[Thing, ...])


@pytest.mark.parametrize("name", sorted(file.name for file in FOLDER.iterdir()))
def test_every_picture_has_the_digest_of_its_drawing(name: str) -> None:
    """Addresses in the data files are served; after a change to the drawings run `python -m demo.pictures`."""
    text = (FOLDER / name).read_text("utf-8")
    assert with_digests(text) == text, "run `python -m demo.pictures`"


def test_digests_are_put_right_and_other_addresses_stay() -> None:
    """Only names of pictures that can be drawn change."""
    stale = "a /media/pictures/mug.clay.front.harbour-mug.000000000000.svg b"
    fresh = with_digests(stale)
    assert fresh != stale
    assert with_digests(fresh) == fresh
    other = "/media/pictures/anvil.clay.front.harbour-mug.000000000000.svg /media/mug.svg"
    assert with_digests(other) == other


def test_images_have_the_key_and_the_size_of_their_picture() -> None:
    """Both follow from the address; one that is not of a picture is refused."""
    address = "/media/pictures/summer.butter.wide.summer.000000000000.svg"
    assert sized(Image("any", address, "Summer")) == Image("summer.butter.wide.summer", address, "Summer", 2000, 800)
    with pytest.raises(ValueError, match=r"/media/mug\.svg is not the address of a picture"):
        sized(Image("any", "/media/mug.svg"))


def test_sizes_in_the_data_are_those_of_the_pictures() -> None:
    """Images written out in full say what their addresses say."""
    sections = chain.from_iterable(page for _, page in homepages().values())
    banners = chain.from_iterable(one.banners for one in sections if isinstance(one, BannerSection))
    images = [*(one.image for one in listings()), *(banner.image for banner in banners)]
    assert [sized(image) for image in images] == images


def test_price_lists_name_variants_that_exist() -> None:
    """No price is written for a SKU that the products do not have."""
    territories = Settings().markets()
    skus = {variant.sku for draft in drafts(territories) for variant in draft.variants}
    assert own_prices(territories).keys() <= skus


def test_price_lists_hold_for_territories_with_their_currency() -> None:
    """A territory that trades in another currency, or has no price list, takes the price at home."""
    dollars = Territory("US", "United States", "USD", Decimal("1.27"))
    found = own_prices(Territories((HOME, dollars, Territory("EU", "Elsewhere", "SEK"), Territory("JP", "J", "JPY"))))
    assert found["APR-005-NAV-1"] == (("US", Price(Money(3_400, "USD"))),)
    assert {code for prices in found.values() for code, _ in prices} == {"US"}
    assert own_prices(Territories((Territory("US", "United States", "USD"),))) == {}


def test_every_platform_has_a_homepage_of_menus_and_collections_that_exist() -> None:
    """Shelves and banners lead to collections of the shop."""
    handles = {one.handle for one in listings()}
    known_menus = {menu.handle for menu in menus(dict.fromkeys(handles, 1))}
    pages = homepages()
    assert pages.keys() == set(Platform)
    for menu, sections in pages.values():
        assert menu in known_menus
        assert {one.collection for one in sections if isinstance(one, ShelfSource)} <= handles
        banners = chain.from_iterable(one.banners for one in sections if isinstance(one, BannerSection))
        assert {banner.url.removeprefix("/collections/") for banner in banners} <= handles


def test_departments_come_first_among_the_collections_of_a_product() -> None:
    """Past orders take the first collection for the department that shoppers like."""
    liked = {handle for draft in drafts(Settings().markets()) for handle, _ in draft.collections[:1]}
    assert len(liked) == 10
    assert liked == {one.handle for one in listings()[:10]}
