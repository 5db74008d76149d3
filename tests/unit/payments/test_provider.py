"""The settings name the payment provider."""

import importlib
import subprocess
import sys

import pytest
from pydantic import SecretStr, ValidationError

from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores.embedded import missing_stores
from bff.stores.payments import payment_provider
from datasources.payments.sandbox import SandboxPayments
from datasources.payments.stripe import StripePayments
from tests.kit.paths import ROOT

STRIPE = {"stripe_key": SecretStr("sk_test"), "stripe_webhook_secret": SecretStr("whsec_test")}


def settings(**facts: object) -> Settings:
    """Settings of a shop that is paid through Stripe."""
    return Settings(payment_provider="stripe").model_copy(update=facts)


async def test_the_sandbox_is_the_default() -> None:
    provider = payment_provider(Settings(sandbox_url="http://127.0.0.1:9"))
    assert isinstance(provider, SandboxPayments)
    await provider.close()


async def test_stripe_is_used_when_it_is_named() -> None:
    """And no payment sandbox is needed then."""
    provider = payment_provider(settings(**STRIPE))
    assert isinstance(provider, StripePayments)
    assert provider.name == "stripe"
    assert missing_stores(settings()) == ["redis_url", "mongo_url"]
    await provider.close()


@pytest.mark.parametrize("missing", list(STRIPE))
def test_stripe_without_its_secrets_says_which_it_needs(missing: str) -> None:
    with pytest.raises(ProcessProblem, match=r"STOREFRONT_STRIPE_KEY and STOREFRONT_STRIPE_WEBHOOK_SECRET"):
        payment_provider(settings(**(STRIPE | {missing: SecretStr("")})))


@pytest.mark.parametrize(("secret", "publishable"), [("sk_live_x", "pk_test_x"), ("rk_test_x", "pk_live_x")])
def test_keys_of_two_modes_are_refused(secret: str, publishable: str) -> None:
    """Else no card that a browser takes could be charged."""
    mixed = STRIPE | {"stripe_key": SecretStr(secret), "stripe_publishable_key": publishable}
    with pytest.raises(ProcessProblem, match="both be live keys or both be test keys"):
        payment_provider(settings(**mixed))


@pytest.mark.parametrize("wrong", ["sk_live_hunter2", "hunter2", "pk_live_x; script-src *"])
def test_no_secret_key_gets_to_browsers(wrong: str) -> None:
    """The error does not repeat it."""
    with pytest.raises(ValidationError, match="begins with `pk_`") as caught:
        Settings(stripe_publishable_key=wrong)
    assert wrong not in str(caught.value)


def test_stripe_without_its_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name}", name="stripe")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ProcessProblem, match=r"storefront\[stripe\]"):
        payment_provider(settings(**STRIPE))


@pytest.mark.slow
def test_the_library_is_not_imported_by_a_shop_that_does_not_use_it() -> None:
    program = "import sys, bff.app, bff.worker; sys.exit('stripe' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
