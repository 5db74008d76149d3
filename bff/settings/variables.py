"""All settings, read from `STOREFRONT_*` variables here and nowhere else; every default starts the embedded shop."""

import os
import re
from collections.abc import Iterable
from email.headerregistry import Address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import DirectoryPath, Field, IPvAnyNetwork, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bff.settings.secret_files import SecretFiles, secrets_directory
from bff.settings.store_urls import require_usable
from bff.settings.territories import CardForms, Provider, TerritorySettings, demo_territories
from datasources.mail.servers import mail_server
from domain.kit.limits import RULES
from domain.search import UnavailableProducts
from domain.territories.markets import Territories

PREFIX = "STOREFRONT_"


def unknown_settings(names: Iterable[str]) -> list[str]:
    """Variables, or files of secrets, that look like settings but are not: misspelled, most likely."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    named = (name for name in names if name.upper().startswith(PREFIX))
    return sorted(
        name
        for name in named
        if name.upper().split("__")[0] not in known and not name.upper().startswith(f"{PREFIX}TEST_")
    )


class Settings(BaseSettings):
    """One field per setting. Empty store URLs mean: the embedded store in `data_dir`, started by `storefront up`."""

    # Inputs may hold passwords: no error repeats one.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore", hide_input_in_errors=True
    )

    # In production the shop demands what `bff/settings/production.py` lists, and its defaults are stricter.
    profile: Literal["development", "production"] = "development"
    data_dir: Path = Path(".data")
    # One file per setting, as orchestrators mount secrets; a variable overrides the file of its name.
    secrets_dir: DirectoryPath | None = None
    # Stores. `sqlite+aiosqlite:///FILE` or `mysql+aiomysql://`; `mongodb://`; `redis://` or `redis+cluster://`, or both
    # as `rediss`; `tantivy:///DIRECTORY` or `http(s)://` of a Meilisearch server; `http(s)://` of the payment sandbox.
    # Their TLS parameters are described in `datasources/kit/tls.py`.
    database_url: SecretStr = SecretStr("")
    mongo_url: SecretStr = SecretStr("")
    mongo_database: str = "storefront"
    redis_url: SecretStr = SecretStr("")
    # Put before every Redis key and the names of search indexes, so that shops can share a server.
    prefix: str = ""
    search_url: str = ""
    search_key: SecretStr = SecretStr("")
    # What searches do with sold-out products unless a client says otherwise.
    search_unavailable: UnavailableProducts = UnavailableProducts.HIDE
    sandbox_url: str = ""
    sandbox_key: SecretStr = SecretStr("sandbox-secret-key")
    # The sandbox signs its webhooks with it; while it is empty, the shop accepts no webhook.
    sandbox_webhook_secret: SecretStr = SecretStr("")
    # Who takes the money, unless a payment method of a territory names another provider. Stripe needs the `stripe`
    # extra and both of its secrets (`sk_...`, `whsec_...`). With its publishable key (`pk_...`)
    # browsers show the card form of Stripe on the checkout page.
    payment_provider: Provider = "sandbox"
    stripe_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_publishable_key: str = ""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=256)
    database_pool: int = Field(default=16, ge=1, le=512)
    # Addresses that clients see: of this API, of the storefront's pages, of the files (a CDN) and of the checkout.
    public_url: str = ""
    site_url: str = ""
    files_url: str = ""
    checkout_url: str = ""

    # What signs outgoing webhooks, made once and kept in `data_dir` when empty; during a rotation also the one before.
    webhook_secret: SecretStr = SecretStr("")
    webhook_secret_before: SecretStr = SecretStr("")
    # For development and tests: endpoints of webhooks may be on private networks, and without https.
    webhook_private_endpoints: bool = False

    # Where mails go: `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host:465`. When empty, they
    # are files in `data_dir`/mail.
    mail_url: SecretStr = SecretStr("")
    # From whom they come.
    mail_from: str = "shop@localhost.localdomain"

    shop_name: str = "Storefront Demo"
    # How the ids of the API begin, `gid://storefront/` or `gid://shopify/`; the shop understands both.
    id_prefix: Literal["storefront", "shopify"] = "storefront"
    territories: list[TerritorySettings] = Field(default_factory=demo_territories, min_length=1)

    # Secret of the access tokens; made once and kept in `data_dir` when empty.
    token_secret: SecretStr = SecretStr("")
    token_minutes: int = Field(default=60, ge=1, le=60 * 24)

    # Limits of the GraphQL edge.
    request_seconds: float = Field(default=10.0, gt=0)
    body_bytes: int = Field(default=256 * 1024, ge=1024)
    # What all caches of one process may take together; the least recently used entries make room.
    cache_bytes: int = Field(default=64 * 1024 * 1024, ge=1024 * 1024)
    max_cost: int = Field(default=5_000, ge=1)
    max_depth: int = Field(default=16, ge=1)
    # By default both are on in development and off in production.
    introspection: bool | None = None
    graphiql: bool | None = None

    store_seconds: float = Field(default=5.0, gt=0)
    payment_seconds: float = Field(default=5.0, gt=0)
    hold_seconds: int = Field(default=600, ge=1)
    # How long a payment stays open before the shop asks the provider about it, and how often the shop asks.
    settle_after_seconds: int = Field(default=10, ge=1)
    settle_every_seconds: float = Field(default=5.0, gt=0)
    # One worker of the fleet compares the stores this often; a run that takes nine tenths of the time is cut off.
    reconcile_seconds: float = Field(default=300.0, ge=1)
    # A cart that nobody has changed for so long ends, with the personal data in it.
    cart_days: int = Field(default=30, ge=1)
    # The same for a wishlist that belongs to no account.
    wishlist_days: int = Field(default=180, ge=1)
    # Submits that may wait in one process; further ones must come back later.
    submit_queue: int = Field(default=2_000, ge=1)
    homepage_missing_seconds: int = Field(default=5, ge=1)
    # The least time between two builds of one page.
    homepage_apart_seconds: float = Field(default=2.0, gt=0)
    # A sale counts half as much after each half-life; best sellers are ranked this often.
    trending_half_life_days: float = Field(default=7.0, gt=0)
    trending_seconds: float = Field(default=60.0, gt=0)
    # A process that starts is not ready before it has every homepage, but waits no longer than this for them.
    homepage_warm_seconds: float = Field(default=20.0, ge=0)
    # For how long a CDN or a browser may keep a public answer without asking again.
    public_max_age_seconds: int = Field(default=1, ge=0, le=3_600)
    # Proxies, by address or network, whose X-Forwarded-For and country headers are believed; best header first.
    trusted_proxies: list[IPvAnyNetwork] = []
    country_headers: list[str] = ["CloudFront-Viewer-Country", "CF-IPCountry"]
    # Networks in which many people share addresses: their budgets are larger. Factors of budgets, by name of a rule.
    shared_networks: list[IPvAnyNetwork] = []
    limits: dict[str, float] = {}
    # Countries of addresses in the MaxMind DB format; the registries' lists, which the shop brings along, when empty.
    geoip_file: Path | None = None
    # Documents that clients may name by hash: a directory of .graphql files, or a JSON file.
    documents: Path | None = None
    documents_only: bool = False
    log_level: str = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic passes all sources by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # its directory cannot be a variable's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """By precedence: arguments in code, then variables, then files of secrets."""
        return init_settings, env_settings, SecretFiles(settings_cls, secrets_directory(os.environ))

    @field_validator("geoip_file", "documents", "secrets_dir", "introspection", "graphiql", mode="before")
    @classmethod
    def _not_set(cls, value: object) -> object:
        """An empty variable is the default; it names no file, and not the working directory."""
        return None if value == "" else value

    @field_validator("limits")
    @classmethod
    def _factors(cls, value: dict[str, float]) -> dict[str, float]:
        """Factors of rules that exist; a factor of 0 would let nobody in."""
        names = {rule.name for rule in RULES}
        for name, factor in value.items():
            if name not in names:
                raise ValueError(f"must name rules of docs/operations.md; {name!r} is none")
            if not 0.01 <= factor <= 1_000_000:
                raise ValueError(f"the factor of {name!r} must be between 0.01 and 1000000")
        return value

    @field_validator("stripe_publishable_key")
    @classmethod
    def _publishable(cls, value: str) -> str:
        """A key for browsers; a secret one must never get there, and is not repeated."""
        if value and not re.fullmatch(r"pk_[A-Za-z0-9_]{1,250}", value):
            raise ValueError("must be a publishable key of Stripe, which begins with `pk_`")
        return value

    @field_validator("public_url", "site_url", "files_url", "checkout_url")
    @classmethod
    def _address(cls, value: str) -> str:
        """An address that paths can follow, without its final slash."""
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("must be an http or https URL without a query, such as https://shop.example")
        return value.rstrip("/")

    @field_validator("database_url", "mongo_url", "redis_url", "search_url", "sandbox_url")
    @classmethod
    def _usable(cls, value: SecretStr | str, info: ValidationInfo) -> SecretStr | str:
        """A URL that the shop can use, its certificates too; its text may hold a password and is never repeated."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text:
            require_usable(info.field_name or "", text)
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        """A server that the shop can name; the text may hold a password and is never repeated."""
        if value.get_secret_value():
            mail_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        """One address, which a header can hold."""
        try:
            Address(addr_spec=value)
        except ValueError as error:
            raise ValueError("must be one e-mail address, such as orders@shop.example") from error
        return value

    @property
    def is_production(self) -> bool:
        """Whether the shop runs with the strict profile."""
        return self.profile == "production"

    @property
    def shows_schema(self) -> bool:
        """Whether clients may query the schema."""
        return not self.is_production if self.introspection is None else self.introspection

    @property
    def shows_graphiql(self) -> bool:
        """Whether the explorer is served."""
        return not self.is_production if self.graphiql is None else self.graphiql

    def markets(self) -> Territories:
        """The territories as the domain knows them."""
        form = CardForms(self.sandbox_url, self.stripe_publishable_key or None)
        return Territories(tuple(territory.market(self.payment_provider, form) for territory in self.territories))

    def providers(self) -> set[str]:
        """The payment providers that the shop needs: its own, and those of the methods of its territories."""
        named = {method.provider for territory in self.territories for method in territory.payment_methods}
        return {self.payment_provider, *named}
