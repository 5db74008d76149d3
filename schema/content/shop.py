"""The shop itself: its policies, its looks and how it takes money."""

from typing import Any
from urllib.parse import urlsplit

import strawberry
from strawberry import Parent

from domain import content as records
from domain.kit.ids import global_id
from resolvers.content import localization
from resolvers.content import reads as resolve
from resolvers.context import Info
from schema.catalog.metafields import HasMetafields
from schema.content.media import MediaImage
from schema.content.types import own_url
from schema.enums import CountryCode, CurrencyCode, enum_of
from schema.kit.common import Node, always, id_field, is_record
from schema.kit.scalars import URL, Color

Field = strawberry.field


@strawberry.type(description="A legal text of the shop.")
class ShopPolicy(Node):
    """A view over `domain.content.Policy`."""

    is_type_of = is_record(records.Policy)

    id = id_field("ShopPolicy")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    body = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=str)
    url = Field(resolver=own_url, description="The URL of the text in the shop.", graphql_type=URL)


@strawberry.type(description="A legal text of the shop that may be a default one.")
class ShopPolicyWithDefault:
    """A view over `domain.content.Policy`."""

    id = id_field("ShopPolicy")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    body = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=str)
    url = Field(resolver=own_url, description="The URL of the text in the shop.", graphql_type=URL)


@strawberry.type(description="Two colors that go together.")
class BrandColorGroup:
    """A view over a pair of colors."""

    background = Field(resolver=lambda root: root[0], description="The background.", graphql_type=Color | None)
    foreground = Field(resolver=lambda root: root[1], description="The foreground.", graphql_type=Color | None)


@strawberry.type(description="The colors of the shop.")
class BrandColors:
    """A view over `domain.content.Brand`."""

    primary: list[BrandColorGroup] = Field(description="The first ones.")
    secondary: list[BrandColorGroup] = Field(description="Further ones.")


@strawberry.type(description="The visual identity of the shop.")
class Brand:
    """A view over `domain.content.Shop`."""

    logo: MediaImage | None = Field(description="The logo.")
    square_logo = Field(
        resolver=lambda root: root.brand.square_logo,
        description="The logo in a square.",
        graphql_type=MediaImage | None,
    )
    cover_image = Field(
        resolver=lambda root: root.brand.cover, description="A large picture.", graphql_type=MediaImage | None
    )
    slogan = Field(resolver=lambda root: root.brand.slogan, description="A slogan.", graphql_type=str | None)
    short_description = Field(
        resolver=lambda root: root.brand.short_description,
        description="A description in a sentence.",
        graphql_type=str | None,
    )
    colors = Field(resolver=lambda root: root.brand, description="The colors.", graphql_type=BrandColors)


@strawberry.type(description="An address of the shop.")
class Domain:
    """A view over a URL."""

    url = Field(resolver=lambda root: root, description="The address.", graphql_type=URL)
    host = Field(resolver=lambda root: urlsplit(root).netloc, description="The host of the address.", graphql_type=str)
    ssl_enabled = Field(
        resolver=lambda root: root.startswith("https://"),
        description="Whether it is reached over TLS.",
        graphql_type=bool,
    )


_BRANDS = {
    "AMERICAN_EXPRESS": "American Express.",
    "DINERS_CLUB": "Diners Club.",
    "DISCOVER": "Discover.",
    "JCB": "JCB.",
    "MASTERCARD": "Mastercard.",
    "VISA": "Visa.",
}
_WALLETS = {
    "ANDROID_PAY": "Android Pay.",
    "APPLE_PAY": "Apple Pay.",
    "GOOGLE_PAY": "Google Pay.",
    "SHOPIFY_PAY": "Shop Pay.",
}
CardBrand = enum_of("CardBrand", "Brands of payment cards.", _BRANDS)
DigitalWallet = enum_of("DigitalWallet", "Wallets of phones and browsers.", _WALLETS)
_CARD_BRANDS: Any = list[CardBrand]  # type: ignore[valid-type]  # its members come from data
_DIGITAL_WALLETS: Any = list[DigitalWallet]  # type: ignore[valid-type]


def shop_id() -> strawberry.ID:
    """There is one shop."""
    return strawberry.ID(global_id("Shop", 1))


def shop_country(info: Info) -> str:
    """The first country of the first territory."""
    return next(iter(info.context.shop.territories.default.countries), "ZZ")


def currencies(info: Info) -> list[str]:
    """Each currency once, in the order of the territories."""
    return list(dict.fromkeys(territory.currency for territory in info.context.shop.territories.all))


@strawberry.type(description="The payment settings of the shop.")
class PaymentSettings:
    """A view over `domain.content.Shop`."""

    currency_code = Field(
        resolver=lambda root: root.currency, description="The shop's own currency.", graphql_type=CurrencyCode
    )
    country_code = Field(
        resolver=shop_country, description="The country of the shop's first territory.", graphql_type=CountryCode
    )
    enabled_presentment_currencies = Field(
        resolver=currencies, description="The currencies of all territories.", graphql_type=list[CurrencyCode]
    )
    accepted_card_brands = always(
        list(_BRANDS), _CARD_BRANDS, "The brands of cards that payment providers take for the shop."
    )
    supported_digital_wallets = always([], _DIGITAL_WALLETS, "Wallets; none so far.")
    shopify_payments_account_id = always(None, str | None, "Always null: the shop has another payment provider.")


def primary_domain(root: Parent[records.Shop], info: Info) -> str:
    """The setting, else the address in the description of the shop, else the one of this request."""
    return info.context.shop.urls.site or root.url or info.context.urls.site


def ships_to(info: Info) -> list[str]:
    """The countries of all territories."""
    return [country for territory in info.context.shop.territories.all for country in territory.countries]


def account_url(info: Info) -> str:
    """A page of the storefront."""
    return info.context.urls.page("/account")


def _policy(handle: str, description: str, type_: type = ShopPolicy) -> object:
    return Field(resolver=lambda root: resolve.policy(root, handle), description=description, graphql_type=type_ | None)


@strawberry.type(description="The shop.")
class Shop(Node, HasMetafields):
    """A view over `domain.content.Shop`."""

    is_type_of = is_record(records.Shop)

    id = Field(resolver=shop_id, description="A globally unique id.", graphql_type=strawberry.ID)
    name: str = Field(description="Its name.")
    description: str | None = Field(description="A description of the shop, in one or two sentences.")
    primary_domain = Field(resolver=primary_domain, description="The main domain.", graphql_type=Domain)
    brand = Field(resolver=lambda root: root, description="The visual identity.", graphql_type=Brand | None)
    payment_settings = Field(
        resolver=lambda root: root, description="The payment settings.", graphql_type=PaymentSettings
    )
    ships_to_countries = Field(
        resolver=ships_to, description="The countries that the shop ships to.", graphql_type=list[CountryCode]
    )
    privacy_policy = _policy("privacy-policy", "The privacy policy.")
    refund_policy = _policy("refund-policy", "The refund policy.")
    shipping_policy = _policy("shipping-policy", "The shipping policy.")
    terms_of_service = _policy("terms-of-service", "The terms of service.")
    terms_of_sale = _policy("terms-of-sale", "The terms of sale.")
    legal_notice = _policy("legal-notice", "Who runs the shop.")
    contact_information = _policy("contact-information", "How to reach the shop.")
    customer_account_url = Field(
        resolver=account_url, description="The page of shoppers' accounts.", graphql_type=str | None
    )
    money_format = Field(
        resolver=localization.money_format,
        description="A template for amounts of the visitor's currency.",
        graphql_type=str,
    )
    subscription_policy = _policy("subscription-policy", "The subscription policy.", ShopPolicyWithDefault)
