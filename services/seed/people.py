"""The people of the demo shop, all invented. Their passwords are public: these accounts are for demonstrations only."""

from dataclasses import dataclass

from domain.accounts import Permission, SignUp
from services.seed.catalogue.departments import DEPARTMENTS
from services.seed.chance import chance

# Known to everybody who reads this; a shop that is not a demonstration is not seeded.
DEMO_PASSWORD = "demo-password"  # noqa: S105  # documented as public
SHOPPERS = 80
_FIRST = ("Ada", "Bertie", "Clara", "Dinah", "Edwin", "Flora", "Gideon", "Harriet", "Idris", "Juno", "Kit", "Orla")
_LAST = ("Ashdown", "Birtwhistle", "Crake", "Dunnock", "Elverson", "Fenwick", "Garside", "Hollins", "Inchbald")
_COUNTRIES = ("GB", "GB", "GB", "GB", "GB", "US", "US", "DE", "FR", "IE", "NL")


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody who bought before: mostly from the departments they like (handles), sometimes from others."""

    email: str
    first_name: str
    last_name: str
    country: str
    likes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to log in with."""

    account: SignUp
    permissions: frozenset[Permission] = frozenset()


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Staff with every permission, staff for stock alone, and a shopper with past orders."""
    return (
        DemoAccount(SignUp("staff@example.com", DEMO_PASSWORD, "Sam", "Quarrie"), frozenset(Permission)),
        DemoAccount(SignUp("stock@example.com", DEMO_PASSWORD, "Robin", "Tallis"), frozenset({Permission.INVENTORY})),
        DemoAccount(SignUp("shopper@example.com", DEMO_PASSWORD, "Alex", "Penrose", accepts_marketing=True)),
    )


def shoppers() -> tuple[Shopper, ...]:
    """The demo shopper and 79 others, each with a taste of their own."""
    pairs = [(first, last) for first in _FIRST for last in _LAST]
    drawn = chance("shoppers").sample(pairs, SHOPPERS - 1)
    others = (_shopper(f"{first}.{last}@example.com".lower(), first, last) for first, last in drawn)
    return (Shopper("shopper@example.com", "Alex", "Penrose", "GB", ("tableware", "garden")), *others)


def _shopper(email: str, first: str, last: str) -> Shopper:
    rng = chance("shopper", email)
    handles = [department.handle for department in DEPARTMENTS]
    return Shopper(email, first, last, rng.choice(_COUNTRIES), tuple(rng.sample(handles, rng.randint(1, 3))))
