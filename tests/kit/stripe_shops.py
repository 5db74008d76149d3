"""Shops that are paid by a Stripe of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import SecretStr

from bff.settings.territories import PaymentMethodSettings, TerritorySettings, demo_territories
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores
from datasources.payments.stripe import StripePayments
from domain.kit.ids import global_id
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Record
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe import SECRET

PUBLISHABLE_KEY = "pk_test_of_the_shop"
_TYPES = ("ideal", "bancontact", "p24", "blik")


def stripe_settings(settings: Settings, publishable_key: str = PUBLISHABLE_KEY) -> Settings:
    """A shop that takes cards and other methods by Stripe, and delivers."""
    methods = [PaymentMethodSettings(handle="card", title="Card", provider="stripe")]
    methods += [PaymentMethodSettings(handle=name, title=name, provider="stripe", stripe_type=name) for name in _TYPES]
    first: TerritorySettings = demo_territories()[0].model_copy(update={"payment_methods": methods})
    return settings.model_copy(
        update={
            "payment_provider": "stripe",
            "stripe_key": SecretStr("sk_test_of_the_shop"),
            "stripe_webhook_secret": SecretStr(SECRET),
            "stripe_publishable_key": publishable_key,
            "territories": [first],
        }
    )


def filled_in(product: Added, quantity: int = 1) -> Record:
    """A `CartInput` in which nothing is missing but the payment."""
    variant = global_id("ProductVariant", product.variant_id)
    buyer = {"email": "ada@example.com", "countryCode": "GB"}
    address = {
        "firstName": "Ada",
        "lastName": "Byron",
        "address1": "12 St James's Square",
        "city": "London",
        "zip": "SW1Y 4JH",
        "countryCode": "GB",
    }
    return {
        "lines": [{"merchandiseId": variant, "quantity": quantity}],
        "buyerIdentity": buyer,
        "delivery": {"addresses": [{"address": {"deliveryAddress": address}, "selected": True}]},
    }


@asynccontextmanager
async def stripe_stores(settings: Settings, fake: StrictStripe) -> AsyncIterator[Stores]:
    """The open stores of such a shop."""
    payments = StripePayments("sk_test_of_the_shop", SECRET, 5.0, fake.url)
    async with open_stores(settings) as stores:
        yield replace(stores, payments=payments)
    await payments.close()
