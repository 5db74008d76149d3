"""The homepage in a shopper's order, from what they liked and hid."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import Viewer
from domain.homepage.records import ProductCard, TopCategories
from domain.homepage.serving import ServedHomepage, cards_of, product_key, served
from domain.homepage.sources import Banner, BannerSection, SoldOut, TextSection
from domain.personal import DISLIKED, Person, Taste, person_of, personalized
from tests.kit.homepages import card, page, shelf

TEXT = TextSection("text", "Text", "<p>Hello</p>")
BANNERS = BannerSection("banners", "Banners", tuple[Banner, ...]())


def _card(number: int, *categories: str) -> ProductCard:
    return replace(card(number), categories=categories)


PAGE = served(
    page(
        BANNERS,
        shelf("mugs", _card(1, "mugs"), _card(2, "mugs", "gifts"), sold_out=SoldOut.SHOW),
        TEXT,
        shelf("lamps", _card(3, "lamps"), _card(4, "lamps")),
        TopCategories("top", "Top", (shelf("mugs", _card(1, "mugs")), shelf("lamps", _card(3, "lamps")))),
    ),
    frozenset(),
)


def _order(answer: ServedHomepage) -> list[str]:
    return [section.id for section in answer.sections]


def _keys(answer: ServedHomepage) -> list[int]:
    return [product_key(each) for each in cards_of(answer)]


def test_what_a_shopper_likes_comes_first() -> None:
    """Rows among rows, categories among categories, products among products; banners and texts keep their places."""
    answer = personalized(PAGE, Taste({"lamps": 2.0, "gifts": 1.0}))
    assert _order(answer) == ["banners", "s-lamps", "text", "s-mugs", "top"]
    assert _keys(answer) == [3, 4, 2, 1, 3, 1]
    assert (answer.personalized, PAGE.personalized) == (True, False)


def test_a_liking_that_changes_nothing_leaves_every_piece_as_it_is() -> None:
    """So that results made from the pieces can be used again."""
    answer = personalized(PAGE, Taste({"elsewhere": 9.0}))
    assert all(mine is theirs for mine, theirs in zip(answer.sections, PAGE.sections, strict=True))


def test_hidden_products_appear_nowhere() -> None:
    """A row of nothing else disappears too."""
    answer = personalized(PAGE, Taste(hidden_products=frozenset({1, 3})))
    assert _keys(answer) == [2, 4]
    assert _order(answer) == ["banners", "s-mugs", "text", "s-lamps"]


@pytest.mark.parametrize(
    "taste",
    [Taste(hidden_categories=frozenset({"gifts"})), Taste({"gifts": DISLIKED}), Taste({"gifts": DISLIKED - 1})],
    ids=["hidden", "disliked", "disliked-more"],
)
def test_hidden_and_disliked_categories_appear_nowhere(taste: Taste) -> None:
    """Neither they nor their products show, in any row."""
    assert _keys(personalized(PAGE, taste)) == [1, 3, 4, 1, 3]
    everything = Taste(hidden_categories=frozenset({"mugs", "lamps"}))
    assert _order(personalized(PAGE, everything)) == ["banners", "text"]


def test_products_that_are_sold_out_stay_where_their_section_shows_them() -> None:
    """Hiding one product has nothing to do with the others."""
    sold = served(page(*PAGE.sections), frozenset({1}))
    answer = personalized(sold, Taste(hidden_products=frozenset({2})))
    assert _keys(answer)[0] == 1


CATEGORIES = ["mugs", "lamps", "gifts"]


@given(
    st.dictionaries(st.sampled_from(CATEGORIES), st.floats(-5, 5)),
    st.frozensets(st.integers(1, 4)),
    st.frozensets(st.sampled_from(CATEGORIES)),
)
def test_a_page_of_ones_own_has_nothing_new_and_nothing_hidden(
    affinities: dict[str, float], products: frozenset[int], categories: frozenset[str]
) -> None:
    """It is the common page in another order, without what is hidden or disliked, whatever the taste."""
    taste = Taste(affinities, products, categories)
    answer = personalized(PAGE, taste)
    left = [
        product_key(each)
        for each in cards_of(PAGE)
        if product_key(each) not in products and not taste.unwanted.intersection(each.categories)
    ]
    assert sorted(_keys(answer)) == sorted(left)
    assert {"banners", "text"} <= set(_order(answer))


@pytest.mark.parametrize(
    ("viewer", "person"),
    [
        (Viewer(), None),
        (Viewer(customer_id=7), Person("customer", "7")),
        (Viewer(customer_id=7, device_id="device:ab"), Person("customer", "7")),
        (Viewer(device_id="device:ab"), Person("device", "ab")),
        (Viewer(device_id="claimed:customer:7"), Person("claimed", "customer:7")),
    ],
)
def test_a_taste_belongs_to_the_account_else_to_the_device(viewer: Viewer, person: Person | None) -> None:
    """No name that an app makes up is ever that of an account or of a device that the shop named."""
    assert person_of(viewer) == person
    assert person is None or person.is_claimed == (person.kind == "claimed")
