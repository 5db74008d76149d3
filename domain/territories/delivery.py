"""Where goods go, and what delivery there costs."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is an ISO 3166 code."""

    country: str
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    zip: str | None = None
    phone: str | None = None

    def lines(self, country: str | None, *, with_name: bool = True, with_company: bool = True) -> list[str]:
        """The lines of the address without empty ones; `country` is its name for the reader.

        >>> Address("GB", "Ada", "Byron", address1="1 High St", city="London", zip="SW1Y 4JH").lines("England")
        ['Ada Byron', '1 High St', 'London SW1Y 4JH', 'England']
        """
        name = " ".join(filter(None, (self.first_name, self.last_name))) if with_name else None
        town = " ".join(filter(None, (self.city, self.province, self.zip)))
        company = self.company if with_company else None
        return [line for line in (name, company, self.address1, self.address2, town, country) if line]


@dataclass(frozen=True, slots=True)
class CartAddress:
    """An address of a cart, known by `id` within the cart. Goods go to the selected one."""

    id: str
    address: Address
    selected: bool = False
    one_time_use: bool = False


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address to add to a cart: a given one, or that of an address book whose key is `copied_from`.

    `strict`: refused unless it has everything that a carrier needs.
    """

    address: Address | None
    selected: bool = False
    one_time_use: bool = False
    strict: bool = False
    copied_from: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Changes of the address with that id; None leaves a field as it is. `copied_from` as for a new one."""

    id: str
    address: Address | None = None
    selected: bool | None = None
    one_time_use: bool | None = None
    strict: bool = False
    copied_from: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRate:
    """What delivery costs up to a weight, in minor units of the territory's currency; None means any weight."""

    minor: int
    up_to_grams: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A delivery option that buyers choose by `handle`. It is free from a subtotal of `free_from_minor`, if set."""

    handle: str
    title: str
    rates: tuple[DeliveryRate, ...]
    description: str = ""
    free_from_minor: int | None = None

    def minor_of(self, grams: int, subtotal_minor: int) -> int | None:
        """The cost; None for goods that are too heavy for it. `subtotal_minor` is after discounts.

        >>> post = DeliveryOption("post", "Post", (DeliveryRate(900), DeliveryRate(395, 2_000)), free_from_minor=5_000)
        >>> post.minor_of(500, 1_000), post.minor_of(2_001, 1_000), post.minor_of(500, 5_000)
        (395, 900, 0)
        """
        fitting = [rate for rate in self.rates if rate.up_to_grams is None or grams <= rate.up_to_grams]
        if not fitting:
            return None
        if self.free_from_minor is not None and subtotal_minor >= self.free_from_minor:
            return 0
        return min(fitting, key=lambda rate: (rate.up_to_grams is None, rate.up_to_grams or 0)).minor


@dataclass(frozen=True, slots=True)
class OfferedOption:
    """A delivery option of a cart, at its price there."""

    option: DeliveryOption
    minor: int


def offered(options: Sequence[DeliveryOption], grams: int, subtotal_minor: int) -> tuple[OfferedOption, ...]:
    """The options that accept the weight, the cheapest first."""
    priced = ((option, option.minor_of(grams, subtotal_minor)) for option in options)
    able = [OfferedOption(option, minor) for option, minor in priced if minor is not None]
    return tuple(sorted(able, key=lambda each: each.minor))
