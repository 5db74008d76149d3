"""Who makes a request: shoppers, staff and what each of them may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.territories.delivery import Address


class Permission(StrEnum):
    """What a member of staff may change. Staff may do nothing that was not granted."""

    PRODUCTS = "PRODUCTS"
    INVENTORY = "INVENTORY"
    HOMEPAGE = "HOMEPAGE"
    ORDERS = "ORDERS"
    CUSTOMERS = "CUSTOMERS"
    DISCOUNTS = "DISCOUNTS"
    FLASH_SALES = "FLASH_SALES"
    WEBHOOKS = "WEBHOOKS"
    MAILS = "MAILS"


@dataclass(frozen=True, slots=True)
class Customer:
    """A shopper's account. `email` is lower case."""

    id: int
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    accepts_marketing: bool
    created_at: datetime
    is_email_verified: bool = False


@dataclass(frozen=True, slots=True)
class AccountState:
    """What links and changes of an account depend on. `pending_email` replaces `email` once its owner confirms it."""

    customer_id: int
    email: str
    pending_email: str | None
    password_hash: str | None
    is_email_verified: bool
    token_version: int


@dataclass(frozen=True, slots=True)
class CustomerAddress:
    """An address of the address book of an account."""

    id: int
    address: Address
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """Changes of an account by its owner. `texts` holds the given ones of names and phone; None empties one."""

    texts: Mapping[str, str | None] = field(default_factory=dict)
    accepts_marketing: bool | None = None
    email: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account as the login reads it. `password_hash` is argon2id, None for accounts that never set a password."""

    customer_id: int
    password_hash: str | None
    permissions: frozenset[Permission]
    token_version: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who makes a request: anonymous (maybe with a device id), a shopper, or staff with permissions.

    `token_version` is that of the token in the request. The token is valid while the account has the same version.
    """

    customer_id: int | None = None
    token_version: int = 0
    permissions: frozenset[Permission] = frozenset()
    device_id: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether this viewer is staff with that permission."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Caller:
    """The client of a login: its address, and what it shows to prove that somebody has logged in there before."""

    address: str = ""
    proof: str = ""


ANONYMOUS = Viewer()


@dataclass(frozen=True, slots=True)
class Consent:
    """What a visitor allows: `preferences` to remember their taste, `analytics` to record what they do."""

    analytics: bool = False
    preferences: bool = False


NO_CONSENT, FULL_CONSENT = Consent(), Consent(True, True)


@dataclass(frozen=True, slots=True)
class StatedConsent:
    """What a client says about a visitor's consent; None where it says nothing."""

    analytics: bool | None = None
    preferences: bool | None = None

    def over(self, default: Consent) -> Consent:
        """The consent that counts: what is said, else the default."""
        return Consent(
            default.analytics if self.analytics is None else self.analytics,
            default.preferences if self.preferences is None else self.preferences,
        )


@dataclass(frozen=True, slots=True)
class SignUp:
    """A new account."""

    email: str
    password: str
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    accepts_marketing: bool = False


@dataclass(frozen=True, slots=True)
class LogIn:
    """An e-mail address and the password that goes with it."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token and when it expires."""

    token: str
    expires_at: datetime
