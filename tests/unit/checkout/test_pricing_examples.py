"""The examples of docs/pricing.md are true."""

import pytest

from domain.checkout.pricing import price_cart
from domain.kit.money import Money
from tests.kit.pricing_examples import Example, examples, told
from tests.kit.refund_examples import RefundExample, paid_back, refund_examples

EXAMPLES = examples()
REFUNDS = refund_examples()


def test_the_document_has_an_example_of_each_rule() -> None:
    """Every kind of input and of result occurs."""
    text = "".join(example.text for example in EXAMPLES)
    for word in ("contained", "added", " at ", "untaxed", "not sent", " g", "free from", "chosen:", "free delivery"):
        assert word in text
    assert {name for example in EXAMPLES for name in example.expected} >= {"line taxes", "delivery tax", "selected"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text.splitlines()[1])
def test_examples_of_the_document_are_true(example: Example) -> None:
    """The function that prices carts gives what the document says."""
    found = told(
        price_cart(
            example.items, example.where, example.default, example.codes, ships=example.ships, handle=example.chosen
        )
    )
    assert {name: found[name] for name in example.expected} == example.expected


@pytest.mark.parametrize("example", REFUNDS, ids=lambda example: example.text.splitlines()[0])
def test_examples_of_refunds_are_true(example: RefundExample) -> None:
    """The function that decides what a refund pays gives what the document says."""
    paid, left = paid_back(example)
    found = {
        "refunds": ", ".join(str(Money(minor, "GBP").decimal) for minor in paid),
        "left": str(Money(left, "GBP").decimal),
    }
    assert len(REFUNDS) >= 4
    assert found == example.expected
