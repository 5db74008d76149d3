"""Connects to every store before the shop opens, so that the operator learns of a wrong URL before a shopper does."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bff.processes.problems import ProcessProblem
from bff.stores.wiring import Stores
from datasources.kit import redis
from domain.kit.refusals import Misconfigured, Unavailable


async def require_answers(stores: Stores) -> None:
    """Raises `ProcessProblem` with the name of the setting whose store does not answer."""

    async def ask_database() -> None:
        await stores.database.one(sa.select(sa.literal(1)))

    asked: dict[str, Callable[[], Awaitable[None]]] = {
        "STOREFRONT_DATABASE_URL": ask_database,
        "STOREFRONT_MONGO_URL": stores.documents.ping,
        "STOREFRONT_REDIS_URL": lambda: redis.ping(stores.redis),
    }
    for setting, ask in asked.items():
        try:
            await ask()
        except Misconfigured as error:
            raise ProcessProblem(str(error)) from error
        except (Unavailable, SQLAlchemyError) as error:
            cause = type(error.__cause__ or error).__name__
            raise ProcessProblem(
                f"nothing answers at {setting} ({cause}); is the server up and the URL right?"
            ) from error
