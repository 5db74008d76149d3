"""Makes the services of accounts, for the shop and for commands."""

from bff.settings.variables import Settings
from datasources.kit.database import Database
from datasources.kit.limits import Limits
from services.accounts.activation import ActivationService
from services.accounts.known_devices import KnownDevices
from services.accounts.login_limit import LoginLimit
from services.accounts.passwords import Passwords
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens


def account_service(
    database: Database, settings: Settings, limits: Limits, hashes: Passwords | None = None
) -> AccountService:
    """Signs people up and in. `hashes` is the process's one queue of passwords."""
    limit = LoginLimit(limits, KnownDevices(settings.token_secret.get_secret_value()))
    return AccountService(database, hashes or Passwords(), _tokens(settings), limit)


def activation_service(database: Database, settings: Settings, hashes: Passwords | None = None) -> ActivationService:
    """Sets first passwords."""
    return ActivationService(database, hashes or Passwords(), _tokens(settings))


def _tokens(settings: Settings) -> Tokens:
    return Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)
