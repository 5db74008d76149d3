"""The payment provider that the settings name."""

import importlib
from urllib.parse import urlsplit

from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from datasources.orders.reads import Orders
from datasources.payments.sandbox import SandboxPayments
from domain.payments import PaymentMethod, PaymentMethodKind, PaymentProvider
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from services.payments.returns import ReturnLinks


def payment_provider(settings: Settings) -> PaymentProvider:
    """A client of the sandbox or of Stripe; ProcessProblem when a secret or library is missing.

    Stripe's library is an optional dependency: it is imported only when needed.
    """
    if settings.payment_provider == "stripe":
        return _stripe(settings)
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
    try:
        module = importlib.import_module("datasources.payments.stripe")
    except ModuleNotFoundError as error:
        if error.name != "stripe":
            raise
        raise ProcessProblem("install the `stripe` extra (pip install 'storefront[stripe]')") from None
    provider: PaymentProvider = module.StripePayments(key, webhook_secret, settings.payment_seconds)
    return provider


def payment_service(
    settings: Settings, provider: PaymentProvider, reads: Orders, orders: OrderService
) -> PaymentService:
    """Charges orders, and finds out about charges."""
    return PaymentService(provider, reads, orders, return_links(settings))


def return_links(settings: Settings) -> ReturnLinks:
    """Where buyers come back from pages of the provider."""
    return ReturnLinks(settings.token_secret.get_secret_value())


def payment_methods(settings: Settings) -> tuple[PaymentMethod, ...]:
    """How buyers can pay on the shop's own pages.

    None with Stripe: its methods need its own script, so that a storefront offers them.
    """
    if settings.payment_provider != "sandbox":
        return ()
    tokens = f"{settings.sandbox_url.rstrip('/')}/tokens"
    return (
        PaymentMethod("card", "Card", PaymentMethodKind.CARD, token_url=tokens),
        PaymentMethod("sandbox", "Pay at the sandbox", PaymentMethodKind.REDIRECT, token="tok_redirect"),  # noqa: S106
    )


def payment_origins(settings: Settings) -> list[str]:
    """The origins to which browsers send cards."""
    urls = {method.token_url for method in payment_methods(settings) if method.token_url}
    return sorted("://".join(urlsplit(url)[:2]) for url in urls)
