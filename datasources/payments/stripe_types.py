"""Methods of Stripe with a page of their own, which need nothing from the buyer before it.

Not here: methods for which Stripe wants details of the buyer first, such as the name (Bancontact, EPS), the e-mail
address (Przelewy24) or a code (BLIK).
"""

# By Stripe's name: whether Stripe can reserve the money now and take it later.
PAGES = {
    "alipay": False,
    "amazon_pay": True,
    "cashapp": True,
    "ideal": False,
    "mobilepay": True,
    "paypal": True,
    "revolut_pay": True,
    "satispay": True,
    "twint": False,
}
_PREFIX = "type_"


def token_of(stripe_type: str) -> str:
    """The payment token of a method with a page.

    >>> token_of("ideal")
    'type_ideal'
    """
    return _PREFIX + stripe_type


def type_of(token: str) -> str | None:
    """Stripe's name of the method of a token; None for tokens of Stripe's forms.

    >>> type_of("type_ideal"), type_of("pm_card_visa"), type_of("type_card")
    ('ideal', None, None)
    """
    name = token.removeprefix(_PREFIX)
    return name if token.startswith(_PREFIX) and name in PAGES else None
