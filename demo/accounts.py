"""The people of the demo shop, all invented. Their passwords are public: these accounts are for demonstrations only."""

from dataclasses import dataclass
from typing import Literal

from demo.kit.data import Data, read
from domain.accounts import Permission, SignUp

# Public, because it is in the source; only demonstration shops are seeded.
DEMO_PASSWORD = "demo-password"  # noqa: S105  # documented as public


class Shopper(Data, frozen=True):
    """Somebody who bought before: mostly from the departments they like (handles), sometimes from others."""

    email: str
    first_name: str
    last_name: str
    country: str
    likes: tuple[str, ...]


class _Account(Data, frozen=True):
    """An account to log in with; "ALL" permissions include those of later versions of the shop."""

    email: str
    first_name: str
    last_name: str
    accepts_marketing: bool = False
    permissions: Literal["ALL"] | tuple[Permission, ...] = ()


class _People(Data, frozen=True):
    """Everybody."""

    accounts: tuple[_Account, ...]
    shoppers: tuple[Shopper, ...]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to log in with."""

    account: SignUp
    permissions: frozenset[Permission] = frozenset()


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Staff with every permission, staff for stock alone, and a shopper with past orders."""
    return tuple(map(_demo_account, _people().accounts))


def shoppers() -> tuple[Shopper, ...]:
    """The demo shopper and 79 others, each with a taste of their own."""
    return _people().shoppers


def _people() -> _People:
    return read("people.json", _People)


def _demo_account(one: _Account) -> DemoAccount:
    account = SignUp(one.email, DEMO_PASSWORD, one.first_name, one.last_name, accepts_marketing=one.accepts_marketing)
    return DemoAccount(account, frozenset(Permission if one.permissions == "ALL" else one.permissions))
