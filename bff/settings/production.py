"""What `STOREFRONT_PROFILE=production` demands of the other settings, and of the accounts in the database."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from urllib.parse import urlsplit

from pydantic import SecretStr

from bff.processes.problems import ProcessProblem
from bff.settings.variables import PREFIX, Settings

# A secret of 32 random characters practically always has more different ones than this.
_SECRET_CHARACTERS = 32
_DIFFERENT_CHARACTERS = 10
_EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_STORES = ("database_url", "mongo_url", "redis_url", "search_url")
_ADDRESSES = ("site_url", "files_url", "checkout_url")


def require_production_settings(settings: Settings) -> None:
    """Raises ProcessProblem with every setting that the profile does not accept, and the rule; never with a value."""
    if settings.is_production and (broken := list(_broken(settings))):
        rules = "\n".join(f"{PREFIX}{name.upper()} {rule}" for name, rule in broken)
        raise ProcessProblem(f"{PREFIX}PROFILE=production does not start with these settings:\n{rules}")


def refuse_demo_accounts(emails: Sequence[str]) -> None:
    """Raises ProcessProblem when accounts have the public password of the demo shop."""
    if emails:
        raise ProcessProblem(
            f"{PREFIX}PROFILE=production does not start with the accounts of the demo shop, whose password is public: "
            f"{', '.join(emails)}. docs/operations.md says how to remove their passwords."
        )


def _broken(settings: Settings) -> Iterator[tuple[str, str]]:
    """The settings that break a rule, each with the rule."""
    for name in _STORES:
        if not _text(getattr(settings, name)):
            yield name, "must be set: embedded stores are for development."
    yield from _broken_secrets(settings)
    if urlsplit(settings.public_url).scheme != "https":
        yield "public_url", "must be the https URL of this API: cookies are sent over https only."
    for name in _ADDRESSES:
        if urlsplit(getattr(settings, name)).scheme not in ("", "https"):
            yield name, "must be an https URL."
    if not settings.trusted_proxies:
        yield (
            "trusted_proxies",
            "must name the proxies that end TLS: else all visitors share the limits of one address.",
        )
    if any(network in _EVERYBODY for network in settings.trusted_proxies):
        yield "trusted_proxies", "must not name all addresses: any visitor could then claim any address."


def _broken_secrets(settings: Settings) -> Iterator[tuple[str, str]]:
    secret = settings.token_secret.get_secret_value()
    if len(secret) < _SECRET_CHARACTERS or len(set(secret)) < _DIFFERENT_CHARACTERS:
        yield "token_secret", f"must have at least {_SECRET_CHARACTERS} random characters, the same in all processes."
    if settings.payment_provider == "sandbox":
        yield "payment_provider", "must be `stripe`: the sandbox moves no money."
        return
    for name in ("stripe_key", "stripe_webhook_secret"):
        if not _text(getattr(settings, name)):
            yield name, "must be set."


def _text(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
