"""Makes the services of accounts, for the shop and for commands."""

from bff.settings.variables import Settings
from datasources.kit.database import Database
from datasources.kit.limits import Limits
from resolvers.shop import OwnerServices
from services.accounts.activation import ActivationService
from services.accounts.address_book import AddressBookService
from services.accounts.known_devices import KnownDevices
from services.accounts.links import AccountLinks
from services.accounts.login_limit import LoginLimit
from services.accounts.passwords import Passwords
from services.accounts.profile import ProfileService
from services.accounts.recovery import RecoveryService
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens
from services.accounts.verification import VerificationService


def account_service(
    database: Database, settings: Settings, limits: Limits, hashes: Passwords | None = None
) -> AccountService:
    """Signs people up and in. `hashes` is the process's one queue of passwords."""
    limit = LoginLimit(limits, KnownDevices(settings.token_secret.get_secret_value()))
    return AccountService(database, hashes or Passwords(), account_tokens(settings), limit)


def activation_service(database: Database, settings: Settings, hashes: Passwords | None = None) -> ActivationService:
    """Sets first passwords."""
    return ActivationService(database, hashes or Passwords(), account_tokens(settings))


def owner_services(database: Database, settings: Settings, hashes: Passwords) -> OwnerServices:
    """What the owners of accounts do with them."""
    tokens, links = account_tokens(settings), account_links(settings)
    return OwnerServices(
        address_book=AddressBookService(database, tokens),
        profile=ProfileService(database, hashes, tokens),
        recovery=RecoveryService(database, hashes, tokens, links),
        verification=VerificationService(database, links),
    )


def account_tokens(settings: Settings) -> Tokens:
    """Signs and reads access tokens."""
    return Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)


def account_links(settings: Settings) -> AccountLinks:
    """Signs and reads the tokens of links."""
    return AccountLinks(settings.token_secret.get_secret_value())
