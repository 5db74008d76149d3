"""Methods of Stripe that need none of its forms: the shop names the type, and what Stripe wants to know of the buyer.

Not here: methods whose money comes after days (SEPA debits), for an order holds its units for minutes.
"""

from dataclasses import dataclass
from typing import Any

from domain.payments.records import Payer


@dataclass(frozen=True, slots=True)
class StripeType:
    """`captures_later`: Stripe can reserve the money now. `needs_code`: the buyer reads one off the app of the bank.

    `currencies`: the only ones that it takes; empty for methods of many, which Stripe checks.
    """

    captures_later: bool = False
    needs_name: bool = False
    needs_email: bool = False
    needs_code: bool = False
    currencies: tuple[str, ...] = ()


_PLAIN, _LATER, _EURO = StripeType(), StripeType(captures_later=True), ("EUR",)
# By Stripe's name.
TYPES = {
    "alipay": _PLAIN,
    "amazon_pay": _LATER,
    "bancontact": StripeType(needs_name=True, currencies=_EURO),
    "blik": StripeType(needs_code=True, currencies=("PLN",)),
    "cashapp": StripeType(captures_later=True, currencies=("USD",)),
    "eps": StripeType(needs_name=True, currencies=_EURO),
    "ideal": StripeType(currencies=_EURO),
    "mobilepay": _LATER,
    "p24": StripeType(needs_email=True, currencies=("EUR", "PLN")),
    "paypal": _LATER,
    "revolut_pay": _LATER,
    "satispay": StripeType(captures_later=True, currencies=_EURO),
    "twint": StripeType(currencies=("CHF",)),
}
_PREFIX = "type_"


def token_of(stripe_type: str) -> str:
    """The payment token of a method.

    >>> token_of("ideal")
    'type_ideal'
    """
    return _PREFIX + stripe_type


def params_of(token: str, payer: Payer) -> dict[str, Any] | None:
    """What an intent says of its method; None for the token of a method that lacks what Stripe wants.

    >>> params_of("pm_card_visa", Payer()), params_of("ctoken_1", Payer())
    ({'payment_method': 'pm_card_visa'}, {'confirmation_token': 'ctoken_1'})
    >>> params_of("type_eps", Payer(name="Ada Byron"))
    {'payment_method_data': {'type': 'eps', 'billing_details': {'name': 'Ada Byron'}}}
    >>> params_of("type_blik:123456", Payer())["payment_method_options"]
    {'blik': {'code': '123456'}}
    >>> params_of("type_blik", Payer()), params_of("type_p24", Payer(name="Ada Byron"))
    (None, None)
    """
    name, _, code = token.removeprefix(_PREFIX).partition(":")
    known = TYPES.get(name) if token.startswith(_PREFIX) else None
    if known is None:
        return {"confirmation_token" if token.startswith("ctoken_") else "payment_method": token}
    details = {"name": payer.name} if known.needs_name else {"email": payer.email} if known.needs_email else {}
    if not all(details.values()) or bool(code) is not known.needs_code:
        return None
    data = {"type": name} | ({"billing_details": details} if details else {})
    return {"payment_method_data": data} | ({"payment_method_options": {name: {"code": code}}} if code else {})
