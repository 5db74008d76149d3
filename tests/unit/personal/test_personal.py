"""The homepage in a shopper's order, from what they liked and hid."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import FULL_CONSENT, NO_CONSENT, Viewer
from domain.catalog.unwanted import Unwanted
from domain.homepage.records import ProductCard, TopCategories
from domain.homepage.serving import ServedHomepage, cards_of, product_key, served
from domain.homepage.sources import Banner, BannerSection, SoldOut, TextSection
from domain.personal.pages import personalized
from domain.personal.records import Person, person_of
from domain.personal.tastes import Actions, Taste
from tests.kit.homepages import card, page, shelf

TEXT = TextSection("text", "Text", "<p>Hello</p>")
BANNERS = BannerSection("banners", "Banners", tuple[Banner, ...]())


def card_in(number: int, *categories: str) -> ProductCard:
    return replace(card(number), categories=categories)


PAGE = served(
    page(
        BANNERS,
        shelf("mugs", card_in(1, "mugs"), card_in(2, "mugs", "gifts"), sold_out=SoldOut.SHOW),
        TEXT,
        shelf("lamps", card_in(3, "lamps"), card_in(4, "lamps")),
        TopCategories("top", "Top", (shelf("mugs", card_in(1, "mugs")), shelf("lamps", card_in(3, "lamps")))),
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
    answer = personalized(PAGE, Taste(unwanted=Unwanted(frozenset({1, 3}))))
    assert _keys(answer) == [2, 4]
    assert _order(answer) == ["banners", "s-mugs", "text", "s-lamps"]


def test_hidden_categories_appear_nowhere() -> None:
    """Neither they nor their products show, in any row, whatever the shopper likes."""
    hidden = Taste({"gifts": 9.0}, Unwanted(categories=frozenset({"gifts"})))
    assert _keys(personalized(PAGE, hidden)) == [1, 3, 4, 1, 3]
    everything = Taste(unwanted=Unwanted(categories=frozenset({"mugs", "lamps"})))
    assert _order(personalized(PAGE, everything)) == ["banners", "text"]


def test_products_that_are_sold_out_stay_where_their_section_shows_them() -> None:
    """Hiding one product has nothing to do with the others."""
    sold = served(page(*PAGE.sections), frozenset({1}))
    answer = personalized(sold, Taste(unwanted=Unwanted(frozenset({2}))))
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
    """It is the common page in another order, without what is hidden, whatever the taste."""
    taste = Taste(affinities, Unwanted(products, categories))
    answer = personalized(PAGE, taste)
    left = [
        product_key(each)
        for each in cards_of(PAGE)
        if product_key(each) not in products and categories.isdisjoint(each.categories)
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
    assert person_of(viewer, FULL_CONSENT) == person
    assert person is None or person.is_claimed == (person.kind == "claimed")


def test_a_device_is_known_with_consent_alone() -> None:
    """What an account has hidden is part of the account."""
    assert person_of(Viewer(device_id="device:ab"), NO_CONSENT) is None
    assert person_of(Viewer(customer_id=7, device_id="device:ab"), NO_CONSENT) == Person("customer", "7")
    hidden = Unwanted(frozenset({1}))
    assert Taste({"mugs": 1.0}, hidden, frozenset({2})).permitted(NO_CONSENT) == Taste(unwanted=hidden)


def _actions(**known: Any) -> Actions:
    nothing: dict[str, Any] = {"carted": {}, "looks": {}, "bought": {}, "product_looks": {}}
    return Actions(**nothing | {"bought_products": frozenset()} | known)


def test_what_is_looked_at_and_never_bought_sinks() -> None:
    """It rises at first; then its category comes behind those that nobody has touched, and the product last of all."""
    few = _actions(looks={"lamps": 3.0}, product_looks={3: 3.0}).taste(Unwanted())
    assert _order(personalized(PAGE, few)) == ["banners", "s-lamps", "text", "s-mugs", "top"]
    many = _actions(looks={"mugs": 20.0}, product_looks={1: 20.0}).taste(Unwanted())
    assert _order(personalized(PAGE, many)) == ["banners", "s-lamps", "text", "s-mugs", "top"]
    assert _keys(personalized(PAGE, many)) == [3, 4, 2, 1, 3, 1]


def test_what_was_bought_rises_however_often_it_was_looked_at() -> None:
    """A purchase outweighs looks at another category."""
    bought = _actions(
        looks={"mugs": 20.0, "lamps": 5.0},
        bought={"mugs": 6.0},
        product_looks={1: 20.0},
        bought_products=frozenset({1}),
    )
    taste = bought.taste(Unwanted())
    assert _order(personalized(PAGE, taste)) == ["banners", "s-mugs", "text", "s-lamps", "top"]
    assert not taste.sunk_products
