"""The real stores that tests run against, started on first use, once per process that runs tests.

STOREFRONT_TEST_{MARIADB,MYSQL,REDIS,CLUSTER,MONGO,MEILISEARCH}_URL point tests at external servers instead;
STOREFRONT_TEST_REQUIRE names, separated by commas, those that the session must exercise.
"""

import os

from tests.kit.backends.backend import Backend
from tests.kit.backends.node import StorefrontClients
from tests.kit.backends.others import Chromium, Meilisearch, Mongo, Varnish
from tests.kit.backends.redis import Cluster, Redis, Valkey
from tests.kit.backends.relational import MariaDb, MySql, Sqlite

sqlite = Sqlite()
mariadb = MariaDb()
mysql = MySql()
valkey = Valkey()
redis = Redis()
cluster = Cluster()
mongo = Mongo()
meilisearch = Meilisearch()
chromium = Chromium()
varnish = Varnish()
storefront_clients = StorefrontClients()

ALL: dict[str, Backend] = {
    backend.name: backend
    for backend in (
        *(sqlite, mariadb, mysql, valkey, redis, cluster, mongo, meilisearch, chromium, varnish),
        storefront_clients,
    )
}
RELATIONAL = (sqlite.name, mariadb.name, mysql.name)
REDIS = (valkey.name, redis.name, cluster.name)


def required() -> list[str]:
    """Names in STOREFRONT_TEST_REQUIRE."""
    return [name.strip() for name in os.environ.get("STOREFRONT_TEST_REQUIRE", "").split(",") if name.strip()]


def stop_all() -> None:
    """Ends every server that was started."""
    for backend in ALL.values():
        backend.stop()
