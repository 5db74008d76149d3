"""Where the shop sells, in which currencies and languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol
from strawberry import Parent

from domain.territories.markets import Territories, Territory
from resolvers.context import Info

_ENGLISH = Locale("en")
# Who measures in pounds and inches: Liberia, Myanmar and the United States.
_IMPERIAL = frozenset({"LR", "MM", "US"})


@dataclass(frozen=True, slots=True)
class Country:
    """A country, and the territory that serves it."""

    code: str
    territory: Territory

    @property
    def name(self) -> str:
        """Its English name."""
        return str(_ENGLISH.territories.get(self.code, self.code))

    @property
    def unit_system(self) -> str:
        """How people there measure."""
        return "IMPERIAL_SYSTEM" if self.code in _IMPERIAL else "METRIC_SYSTEM"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO code."""

    code: str

    @property
    def name(self) -> str:
        """Its English name."""
        return str(_ENGLISH.currencies.get(self.code, self.code))

    @property
    def symbol(self) -> str:
        """Its symbol."""
        return get_currency_symbol(self.code, locale=_ENGLISH)


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code in the API, as `PT_BR`."""

    code: str

    @property
    def name(self) -> str:
        """Its English name."""
        return self._named(_ENGLISH)

    @property
    def endonym(self) -> str:
        """Its name in itself."""
        try:
            return self._named(Locale(self.code.partition("_")[0].lower()))
        except UnknownLocaleError:
            return self.name

    def _named(self, locale: Locale) -> str:
        return str(locale.languages.get(self.code.partition("_")[0].lower(), self.code))


@dataclass(frozen=True, slots=True)
class Localization:
    """The visitor's country and language, and all those of the shop."""

    country: Country
    language: Language
    territories: Territories

    @property
    def countries(self) -> list[Country]:
        """Every country that a territory serves, by code."""
        served = {code: Country(code, each) for each in reversed(self.territories.all) for code in each.countries}
        return [served[code] for code in sorted(served)]

    @property
    def languages(self) -> list[Language]:
        """The languages of the visitor's territory."""
        return [Language(self.country.territory.language)]


def localization(info: Info) -> Localization:
    """What holds for this visitor."""
    context = info.context
    territory = context.territory
    code = context.country if context.country in territory.countries else None
    country = Country(code or next(iter(territory.countries), "ZZ"), territory)
    return Localization(country, Language(context.language or territory.language), context.shop.territories)


def languages_of(root: Parent[Country]) -> Sequence[Language]:
    """The languages of a country's territory."""
    return [Language(root.territory.language)]


def money_format(info: Info) -> str:
    """A template for amounts of the visitor's currency.

    Placeholders are those of the templates of storefronts: `{{amount}}`.
    """
    return f"{Currency(info.context.territory.currency).symbol}{{{{amount}}}}"
