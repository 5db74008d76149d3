"""Refuses to start in production with what belongs to development: its settings, and the demo shop's accounts."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bff.settings.production import refuse_demo_accounts, require_production_settings
from bff.settings.variables import Settings
from datasources.accounts.customers import Accounts
from datasources.kit.database import Database
from demo.accounts import DEMO_PASSWORD, demo_accounts
from domain.kit.refusals import Unavailable
from services.accounts.passwords import Passwords

logger = structlog.get_logger(__name__)


async def require_production(settings: Settings) -> None:
    """Raises ProcessProblem when the profile is production and the shop may not start.

    A process that starts while the database is down has no accounts to look at, and logs that.
    """
    if not settings.is_production:
        return
    require_production_settings(settings)
    database = Database(settings.database_url.get_secret_value(), pool=1, deadline=settings.store_seconds)
    try:
        refuse_demo_accounts(await demo_logins(database))
    except (Unavailable, SQLAlchemyError) as error:
        logger.warning("demo_accounts_not_checked", error=type(error).__name__)
    finally:
        await database.close()


async def demo_logins(database: Database) -> list[str]:
    """The accounts of the demo shop that anybody can log in to, by their public password."""
    accounts, passwords = Accounts(database), Passwords()
    emails = [demo.account.email for demo in demo_accounts()]
    found = [(email, await accounts.credentials(email)) for email in emails]
    return [
        email
        for email, account in found
        if account is not None
        and account.password_hash is not None
        and await passwords.matches(DEMO_PASSWORD, account.password_hash)
    ]
