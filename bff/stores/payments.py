"""The payment provider that the settings name."""

import importlib
from urllib.parse import urlsplit

from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from datasources.orders.reads import Orders
from datasources.payments.routing import RoutedPayments
from datasources.payments.sandbox import SandboxPayments
from domain.payments.records import PaymentProvider
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from services.payments.returns import ReturnLinks


def payment_provider(settings: Settings) -> PaymentProvider:
    """The provider of the shop, which leads to those of the methods of its territories, if these are others.

    ProcessProblem when a secret or library is missing. Stripe's library is an optional dependency: it is imported only
    when needed.
    """
    open_provider = {"sandbox": _sandbox, "stripe": _stripe}
    first = open_provider[settings.payment_provider](settings)
    others = sorted(settings.providers() - {settings.payment_provider})
    return RoutedPayments(first, *(open_provider[name](settings) for name in others)) if others else first


def providers_of(provider: PaymentProvider) -> tuple[PaymentProvider, ...]:
    """The providers that send webhooks."""
    return tuple(provider.providers.values()) if isinstance(provider, RoutedPayments) else (provider,)


def _sandbox(settings: Settings) -> PaymentProvider:
    return SandboxPayments(
        settings.sandbox_url,
        settings.sandbox_key.get_secret_value(),
        settings.payment_seconds,
        settings.sandbox_webhook_secret.get_secret_value(),
    )


def _stripe(settings: Settings) -> PaymentProvider:
    key, webhook_secret = settings.stripe_key.get_secret_value(), settings.stripe_webhook_secret.get_secret_value()
    if not key or not webhook_secret:
        raise ProcessProblem("paying by Stripe needs STOREFRONT_STRIPE_KEY and STOREFRONT_STRIPE_WEBHOOK_SECRET")
    _require_one_mode(key, settings.stripe_publishable_key)
    try:
        module = importlib.import_module("datasources.payments.stripe")
    except ModuleNotFoundError as error:
        if error.name != "stripe":
            raise
        raise ProcessProblem("Stripe needs its library: run `make .venv/production.installed`") from None
    provider: PaymentProvider = module.StripePayments(key, webhook_secret, settings.payment_seconds)
    return provider


def _require_one_mode(key: str, publishable_key: str) -> None:
    """ProcessProblem if one key of Stripe moves real money and the other does not: no token of a browser would work."""
    if publishable_key and ("_live_" in key) is not ("_live_" in publishable_key):
        raise ProcessProblem(
            "STOREFRONT_STRIPE_KEY and STOREFRONT_STRIPE_PUBLISHABLE_KEY must both be live keys or both be test keys"
        )


def payment_service(
    settings: Settings, provider: PaymentProvider, reads: Orders, orders: OrderService
) -> PaymentService:
    """Charges orders, and finds out about charges."""
    return PaymentService(provider, reads, orders, return_links(settings))


def return_links(settings: Settings) -> ReturnLinks:
    """Where buyers come back from pages of the provider."""
    return ReturnLinks(settings.token_secret.get_secret_value())


def payment_origins(settings: Settings) -> list[str]:
    """The origins to which browsers send cards."""
    methods = (method for territory in settings.markets().all for method in territory.payment_methods)
    return sorted({"://".join(urlsplit(method.token_url)[:2]) for method in methods if method.token_url})


def has_stripe_form(settings: Settings) -> bool:
    """Whether the checkout page may need Stripe's script: for cards of a territory."""
    methods = (method for territory in settings.markets().all for method in territory.payment_methods)
    return any(method.publishable_key for method in methods)
