"""What a cart costs: the parts always add up, and nothing is taken off twice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.records import Variant
from domain.checkout.pricing import CartItem, CartPrice, CodeProblem, EnteredCode, price_cart
from domain.discounts.rules import Discount, DiscountKind, DiscountState
from domain.kit.money import Money
from domain.territories.delivery import DeliveryOption, DeliveryRate
from domain.territories.markets import Tax, Territory

POST = DeliveryOption("post", "Post", (DeliveryRate(395, 1_000), DeliveryRate(795)))
COURIER = DeliveryOption("courier", "Courier", (DeliveryRate(995),), free_from_minor=5_000)
GB = Territory("GB", "United Kingdom", "GBP", countries=("GB",), tax=Tax(Decimal("0.2")), delivery=(COURIER, POST))
US = Territory("US", "USA", "USD", Decimal("1.25"), ("US",), tax=Tax(Decimal("0.0725"), included=False))


def item(minor: int, quantity: int = 1, *, currency: str = "GBP", grams: int = 100, taxable: bool = True) -> CartItem:
    """Units of a variant."""
    variant = Variant(
        id=minor,
        product_id=1,
        sku=None,
        title="Mug",
        position=1,
        options=(),
        price=Money(minor, currency),
        compare_at=None,
        available=10,
        sells_out=True,
        grams=grams,
        taxable=taxable,
        requires_shipping=True,
        barcode=None,
        image_url=None,
    )
    return CartItem(variant, quantity)


def discount(kind: DiscountKind, **facts: object) -> Discount:
    """A discount that holds now."""
    values: dict[str, object] = {
        "id": 1,
        "code": kind.value,
        "title": "",
        "kind": kind,
        "basis_points": 0,
        "minor": 0,
        "minimum_minor": 0,
        "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
        "ends_at": None,
        "total_limit": None,
        "customer_limit": None,
        "is_active": True,
        "state": DiscountState.ACTIVE,
    }
    return Discount(**{**values, **facts})  # type: ignore[arg-type]  # names and types are those of the record


def entered(each: Discount, used: int = 0, by_buyer: int | None = None) -> EnteredCode:
    """A code as entered."""
    return EnteredCode(each.code.lower(), each, used, by_buyer)


TENTH = discount(DiscountKind.PERCENTAGE, id=1, basis_points=1_000)
FIVER = discount(DiscountKind.AMOUNT, id=2, minor=500)
FREE = discount(DiscountKind.FREE_SHIPPING, id=3)


def problems(price: CartPrice) -> list[CodeProblem | None]:
    """Why each code takes nothing off."""
    return [effect.problem for effect in price.codes]


def test_prices_that_contain_the_tax_are_charged_as_they_are() -> None:
    """20 % in 24.00 are 4.00."""
    price = price_cart([item(1_200, 2)], GB, GB)
    assert (price.total, price.tax, price.taxes_included) == (Money(2_400, "GBP"), Money(400, "GBP"), True)


def test_tax_that_prices_do_not_contain_is_added_to_taxable_lines_alone() -> None:
    """7.25 % on 10.00, none on the book."""
    price = price_cart([item(1_000, currency="USD"), item(500, currency="USD", taxable=False)], US, GB)
    assert (price.subtotal.minor, price.tax.minor, price.total.minor) == (1_500, 73, 1_573)


def test_delivery_is_the_cheapest_way_until_another_is_chosen() -> None:
    """Its tax is a part of the tax."""
    cheap = price_cart([item(1_000)], GB, GB, ships=True)
    chosen = price_cart([item(1_000)], GB, GB, ships=True, handle="courier")
    assert (cheap.shipping.minor, cheap.total.minor, cheap.tax.minor) == (395, 1_395, 167 + 66)
    assert (chosen.shipping.minor, chosen.total.minor) == (995, 1_995)
    assert [each.option.handle for each in cheap.options] == ["post", "courier"]


def test_delivery_depends_on_weight_and_on_what_is_paid() -> None:
    """Heavier goods cost more to send; from 50.00 after discounts on, the courier is free."""
    assert price_cart([item(1_000, grams=1_001)], GB, GB, ships=True).shipping.minor == 795
    assert price_cart([item(5_000)], GB, GB, ships=True).shipping.minor == 0
    assert price_cart([item(5_000)], GB, GB, [entered(TENTH)], ships=True).shipping.minor == 395


def test_delivery_costs_nothing_before_it_is_known_whereto() -> None:
    """The delivery options are still shown."""
    price = price_cart([item(1_000)], GB, GB)
    assert (price.delivery, price.total.minor, len(price.options)) == (None, 1_000, 2)


def test_a_percentage_is_taken_off_lines_in_proportion() -> None:
    """Ten percent of 9.99 and 0.01 are 1.00; the line of one cent gets no share."""
    price = price_cart([item(999), item(1)], GB, GB, [entered(TENTH)])
    assert ([each.discount for each in price.items], price.total.minor) == ([100, 0], 900)


def test_an_amount_is_exchanged_and_never_more_than_the_goods() -> None:
    """5.00 GBP are 6.25 USD; 3.00 GBP of goods are free."""
    dollars = price_cart([item(1_000, currency="USD")], US, GB, [entered(FIVER)])
    assert dollars.discount.minor == 625
    assert price_cart([item(300)], GB, GB, [entered(FIVER)]).total.minor == 0


def test_free_shipping_goes_together_with_one_discount_on_goods() -> None:
    """The second code on goods takes nothing off."""
    price = price_cart([item(1_000)], GB, GB, [entered(TENTH), entered(FIVER), entered(FREE)], ships=True)
    assert problems(price) == [None, CodeProblem.NOT_COMBINABLE, None]
    assert (price.discount.minor, price.total.minor) == (100 + 395, 900)


def test_a_code_says_why_it_takes_nothing_off() -> None:
    """Unknown, over, used up, used by this buyer, buyer unknown, too little bought."""
    once = discount(DiscountKind.AMOUNT, minor=100, customer_limit=1)
    codes = [
        EnteredCode("nonsense"),
        entered(discount(DiscountKind.AMOUNT, minor=100, state=DiscountState.EXPIRED)),
        entered(discount(DiscountKind.AMOUNT, minor=100, total_limit=5), used=5),
        entered(once, by_buyer=1),
        entered(once),
        entered(discount(DiscountKind.AMOUNT, minor=100, minimum_minor=1_001), by_buyer=0),
    ]
    price = price_cart([item(1_000)], GB, GB, codes)
    assert problems(price) == [
        CodeProblem.NOT_FOUND,
        CodeProblem.INACTIVE,
        CodeProblem.USED_UP,
        CodeProblem.USED_BY_CUSTOMER,
        CodeProblem.CUSTOMER_UNKNOWN,
        CodeProblem.TOO_LITTLE_BOUGHT,
    ]
    assert price.total.minor == 1_000


ITEMS = st.lists(
    st.builds(item, st.integers(0, 10**6), st.integers(1, 1_000), grams=st.integers(0, 5_000), taxable=st.booleans()),
    max_size=8,
)
CODES = st.lists(st.sampled_from([TENTH, FIVER, FREE]).map(entered), max_size=4)
RATES = st.decimals(Decimal(0), Decimal(1), places=4)


@given(ITEMS, CODES, RATES, st.booleans(), st.booleans())
def test_the_parts_add_up_to_the_total(
    items: Sequence[CartItem], codes: Sequence[EnteredCode], rate: Decimal, included: bool, ships: bool
) -> None:
    """total = lines - discounts + delivery, + tax where prices do not contain it; for every line too."""
    where = Territory("GB", "UK", "GBP", tax=Tax(rate, included), delivery=(POST, COURIER))
    price = price_cart(items, where, where, codes, ships=ships)
    added = 0 if included else price.tax.minor
    assert price.total.minor == price.subtotal.minor - price.discount.minor + price.shipping.minor + added
    for each in price.items:
        assert 0 <= each.discount <= each.item.minor
        assert each.charged == each.item.minor - each.discount + (0 if included else each.tax)
    assert price.discount.minor == sum(effect.minor for effect in price.codes)
    assert 0 <= price.tax.minor <= price.total.minor or not included
