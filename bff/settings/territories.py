"""Settings of the markets: currency, prices, taxes and ways of delivery. Those of the demo shop are the default."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from datasources.payments import stripe_types
from domain.accounts import Consent
from domain.payments.records import PaymentMethod, PaymentMethodKind
from domain.territories.delivery import DeliveryOption, DeliveryRate
from domain.territories.markets import Tax, Territory

# The euro area, as ISO 3166 codes.
EURO_COUNTRIES = [*("AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR"), *("IE", "IT", "LT", "LU", "LV")]
EURO_COUNTRIES += ["MT", "NL", "PT", "SI", "SK"]


class RateSettings(BaseModel):
    """What sending costs up to a weight; minor units of the territory's currency."""

    minor: int = Field(ge=0)
    up_to_grams: int | None = Field(default=None, ge=1)


class DeliverySettings(BaseModel):
    """A way of sending; free from a subtotal on, where `free_from_minor` is given."""

    handle: str = Field(pattern="^[a-z0-9-]{1,64}$")
    title: str = Field(min_length=1, max_length=255)
    description: str = ""
    rates: list[RateSettings] = Field(min_length=1)
    free_from_minor: int | None = Field(default=None, ge=0)

    def option(self) -> DeliveryOption:
        """The way as the domain knows it."""
        rates = tuple(DeliveryRate(rate.minor, rate.up_to_grams) for rate in self.rates)
        return DeliveryOption(self.handle, self.title, rates, self.description, self.free_from_minor)


Provider = Literal["sandbox", "stripe"]


@dataclass(frozen=True, slots=True)
class CardForms:
    """What the card forms of the providers need: the address of the sandbox, and Stripe's key for browsers."""

    sandbox_url: str = ""
    publishable_key: str | None = None

    @property
    def token_url(self) -> str:
        """Where the sandbox makes tokens of cards."""
        return f"{self.sandbox_url.rstrip('/')}/tokens"


class PaymentMethodSettings(BaseModel):
    """A way to pay, and who takes the money. With a `token` or `stripe_type` no form of the provider is needed.

    With `capture` at FULFILLMENT a submit only reserves the money, and each parcel takes its part.
    """

    handle: str = Field(pattern="^[a-z0-9-]{1,64}$")
    title: str = Field(min_length=1, max_length=255)
    provider: Provider
    token: str | None = Field(default=None, min_length=1, max_length=255)
    stripe_type: str | None = None
    capture: Literal["SUBMIT", "FULFILLMENT"] = "SUBMIT"

    @model_validator(mode="after")
    def _known_page(self) -> Self:
        if self.stripe_type is None:
            return self
        if self.provider != "stripe" or self.token is not None:
            raise ValueError("`stripe_type` needs the provider `stripe`, and no `token`")
        if self.stripe_type not in stripe_types.TYPES:
            raise ValueError(f"`stripe_type` must be one of {', '.join(stripe_types.TYPES)}")
        if self.capture == "FULFILLMENT" and not stripe_types.TYPES[self.stripe_type].captures_later:
            raise ValueError(f"Stripe cannot capture `{self.stripe_type}` later: `capture` must be `SUBMIT`")
        return self

    def method(self, forms: CardForms) -> PaymentMethod:
        """The method as the domain knows it."""
        token = self.token if self.stripe_type is None else stripe_types.token_of(self.stripe_type)
        kind = PaymentMethodKind.CARD if token is None else PaymentMethodKind.REDIRECT
        if self.stripe_type is not None and stripe_types.TYPES[self.stripe_type].needs_code:
            kind = PaymentMethodKind.CODE
        is_form = kind is PaymentMethodKind.CARD
        return PaymentMethod(
            self.handle,
            self.title,
            self.provider,
            kind,
            forms.token_url if is_form and self.provider == "sandbox" else None,
            token,
            self.capture == "FULFILLMENT",
            forms.publishable_key if is_form and self.provider == "stripe" else None,
        )


def usual_methods(provider: Provider) -> list[PaymentMethodSettings]:
    """The methods of a territory that names none."""
    card = PaymentMethodSettings(handle="card", title="Card", provider=provider)
    if provider != "sandbox":
        return [card]
    page = PaymentMethodSettings(handle="sandbox", title="Pay at the sandbox", provider=provider, token="tok_redirect")  # noqa: S106
    return [card, page]


class TerritorySettings(BaseModel):
    """A market: `rate` is units of its currency for one unit of the first territory's.

    `tax_rate` is a share, 0.2 for 20 %, contained in prices or added to them. Without `delivery` everything is sent
    free of charge and no address is needed. `consent` is what a visitor allows whose client does not say; by default
    nothing in the EEA and the United Kingdom, and everything elsewhere. The first of its payment methods is the
    default; without any, the shop's provider takes cards, and the sandbox also shows a page of its own.
    """

    code: str = Field(pattern="^[A-Z]{2,8}$")
    name: str
    currency: str = Field(pattern="^[A-Z]{3}$")
    rate: Decimal = Field(default=Decimal(1), gt=0)
    countries: list[str] = []
    language: str = "EN"
    tax_rate: Decimal = Field(default=Decimal(0), ge=0, le=1)
    taxes_included: bool = True
    delivery: list[DeliverySettings] = []
    consent: list[Literal["analytics", "preferences"]] | None = None
    payment_methods: list[PaymentMethodSettings] = []

    @model_validator(mode="after")
    def _methods_take_the_currency(self) -> Self:
        """A method that cannot take the money of the territory would fail at each submit."""
        for method in self.payment_methods:
            known = stripe_types.TYPES.get(method.stripe_type or "")
            if known is not None and known.currencies and self.currency not in known.currencies:
                only = " or ".join(known.currencies)
                raise ValueError(f"Stripe takes only {only} by `{method.stripe_type}`: {self.code} has {self.currency}")
        return self

    def market(self, provider: Provider = "sandbox", forms: CardForms = CardForms()) -> Territory:
        """The territory as the domain knows it; `provider` takes its money, unless it has methods of its own."""
        methods = self.payment_methods or usual_methods(provider)
        return Territory(
            self.code,
            self.name,
            self.currency,
            self.rate,
            tuple(self.countries),
            self.language,
            Tax(self.tax_rate, self.taxes_included),
            tuple(each.option() for each in self.delivery),
            None if self.consent is None else Consent(**dict.fromkeys(self.consent, True)),
            tuple(each.method(forms) for each in methods),
        )


def demo_territories() -> list[TerritorySettings]:
    """Three markets that differ in everything."""
    return [
        TerritorySettings(
            code="GB",
            name="United Kingdom",
            currency="GBP",
            countries=["GB", "GG", "IM", "JE"],
            tax_rate=Decimal("0.2"),
            delivery=[
                _post("standard", "Standard", (395, 2_000), 795, free_from=5_000),
                _post("express", "Express, next working day", (695, 2_000), 1_295),
            ],
        ),
        TerritorySettings(
            code="US",
            name="United States",
            currency="USD",
            rate=Decimal("1.27"),
            countries=["US"],
            tax_rate=Decimal("0.0725"),
            taxes_included=False,
            delivery=[_post("standard", "Standard", (895, 2_000), 1_895)],
        ),
        TerritorySettings(
            code="EU",
            name="Euro area",
            currency="EUR",
            rate=Decimal("1.17"),
            countries=EURO_COUNTRIES,
            tax_rate=Decimal("0.21"),
            delivery=[_post("standard", "Standard", (695, 2_000), 1_395, free_from=9_900)],
        ),
    ]


def _post(
    handle: str, title: str, light: tuple[int, int], heavy: int, free_from: int | None = None
) -> DeliverySettings:
    minor, up_to_grams = light
    rates = [RateSettings(minor=minor, up_to_grams=up_to_grams), RateSettings(minor=heavy)]
    return DeliverySettings(handle=handle, title=title, rates=rates, free_from_minor=free_from)
