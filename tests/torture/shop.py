"""The whole shop as processes, with proxies between it and those of its stores whose connections are disturbed."""

import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from bff.processes.environment import child_environment, settings_variables
from bff.settings.territories import PaymentMethodSettings, TerritorySettings, demo_territories
from bff.settings.variables import Settings
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, open_stores
from datasources import tables
from datasources.cart import attribute_key
from datasources.content.writes import ContentStore
from datasources.kit import outbox, redis
from datasources.kit.database import Tx
from domain.accounts import Credentials, Permission
from domain.catalog.records import ProductContent
from domain.events import ProductsChanged
from domain.territories.delivery import Address, CartAddress
from services.accounts.tokens import Tokens
from tests.kit import backends
from tests.kit.backends.process import free_port
from tests.kit.backends.relational import MySqlFamily
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import add_product
from tests.kit.factories.discounts import a_discount, add_discount
from tests.torture.plan import BASIS_POINTS, CODE, Plan
from tests.torture.processes import Nursery, Server, ShopProcess, nursery
from tests.torture.proxy import Proxy

SANDBOX_KEY = "key-of-the-torture"
SECRET = "a secret of the torture, long enough to sign"
# Short, so that holds end and the shop settles orders while the buyers are still there.
HOLD_SECONDS, SETTLE_AFTER_SECONDS, SETTLE_EVERY_SECONDS = 8, 3, 1.0
PAYMENT_SECONDS = 2.0
DATABASE = "torture"
_CARTS_AT_ONCE = 500
HOME = Address("GB", last_name="Byron", address1="12 St James's Square", city="London", zip="SW1Y 4LB")


@dataclass(slots=True)
class Shop:
    """Everything that runs. `database` is None on SQLite."""

    directory: Path
    settings: Settings
    relational_url: str
    database: Server | None
    redis: Server
    sandbox: Server
    proxies: dict[str, Proxy]
    apis: list[ShopProcess] = field(default_factory=list)
    workers: list[ShopProcess] = field(default_factory=list)
    variant_ids: dict[int, int] = field(default_factory=dict)
    staff_id: int = 0

    @property
    def ports(self) -> list[int]:
        """Where the API processes listen."""
        return [api.port for api in self.apis]

    @property
    def sqlite_file(self) -> Path:
        """The file of the database."""
        return Path(str(sa.make_url(self.relational_url).database))

    def direct(self) -> Settings:
        """Settings that lead to the stores themselves, past the proxies."""
        return self.settings.model_copy(
            update={
                "database_url": SecretStr(self.relational_url),
                "redis_url": SecretStr(f"redis://127.0.0.1:{self.redis.port}/0"),
                "sandbox_url": f"http://127.0.0.1:{self.sandbox.port}",
            }
        )

    async def heal(self) -> None:
        """Everything runs again, as far as it does not."""
        for proxy in self.proxies.values():
            proxy.heal()
        for server in (self.database, self.redis, self.sandbox):
            if server is not None:
                server.signal(signal.SIGCONT)
                await server.start()
        for process in (*self.apis, *self.workers):
            process.revive()
        for api in self.apis:
            await api.ready()

    async def empty_redis(self) -> None:
        """Everything in Redis is gone."""
        client = redis.connect(f"redis://127.0.0.1:{self.redis.port}/0")
        try:
            await client.flushall()
        finally:
            await client.close()

    def token(self, customer: int, *permissions: Permission) -> str:
        """An access token of a customer, or of staff."""
        credentials = Credentials(customer, None, frozenset(permissions), 0)
        return Tokens(SECRET, 60).issue(credentials, datetime.now(UTC)).token


@asynccontextmanager
async def running(
    database: str, directory: Path, plan: Plan, *, apis: int = 2, proxied: Sequence[str] = (), naive: str | None = None
) -> AsyncIterator[Shop]:
    """A shop on a database (sqlite, mariadb, mysql) with everything of the plan for sale, its carts filled."""
    ports = [free_port() for _ in range(apis)]
    server, relational_url = _database(database, directory)
    valkey = _valkey(directory)
    async with _proxies({"webhooks": ports[0]}, proxied) as back:
        webhooks = back["webhooks"].port if back else ports[0]
        sandbox = _sandbox(directory, webhooks)
        named = {"redis": valkey, "sandbox": sandbox} | ({"database": server} if server else {})
        shop: Shop | None = None
        try:
            for each in named.values():
                await each.start()
            async with _proxies({name: each.port for name, each in named.items()}, proxied) as there:
                used = {name: there[name].port if name in there else each.port for name, each in named.items()}
                settings = _settings(directory, relational_url, used)
                shop = Shop(directory, settings, relational_url, server, valkey, sandbox, back | there)
                await _fill(shop, plan)
                _start(shop, nursery(), ports, naive)
                for api in shop.apis:
                    await api.ready()
                yield shop
        finally:
            for process in (*shop.apis, *shop.workers) if shop is not None else ():
                process.kill()
            for each in named.values():
                each.kill()


@asynccontextmanager
async def _proxies(ports: Mapping[str, int], wanted: Sequence[str]) -> AsyncIterator[dict[str, Proxy]]:
    """A proxy before each of the ports that is wanted: those of no use would cost every run their time."""
    proxies = {name: Proxy(port, seed) for seed, (name, port) in enumerate(ports.items()) if name in wanted}
    try:
        for proxy in proxies.values():
            await proxy.start()
        yield proxies
    finally:
        for proxy in proxies.values():
            await proxy.stop()


def _start(shop: Shop, forks: Nursery, ports: Sequence[int], naive: str | None) -> None:
    for number, port in enumerate(ports):
        environment = settings_variables(shop.settings.model_copy(update={"port": port}))
        log = shop.directory / f"api-{number}.log"
        shop.apis.append(ShopProcess(forks, "serve", environment, log, port=port, naive=naive))
    environment = settings_variables(shop.settings)
    shop.workers += [
        ShopProcess(forks, "worker", environment, shop.directory / f"worker-{number}.log") for number in range(2)
    ]
    for process in (*shop.apis, *shop.workers):
        process.start()


def _settings(directory: Path, relational_url: str, ports: Mapping[str, int]) -> Settings:
    url = sa.make_url(relational_url)
    if "database" in ports:
        url = url.set(port=ports["database"])
    return Settings(
        data_dir=directory,
        database_url=SecretStr(url.render_as_string(hide_password=False)),
        mongo_url=SecretStr(backends.mongo.url()),
        mongo_database=f"torture_{directory.name}".replace("-", "_")[:60],
        redis_url=SecretStr(f"redis://127.0.0.1:{ports['redis']}/0"),
        search_url=f"tantivy://{directory / 'search'}",
        sandbox_url=f"http://127.0.0.1:{ports['sandbox']}",
        sandbox_key=SecretStr(SANDBOX_KEY),
        sandbox_webhook_secret=SecretStr(SECRET),
        token_secret=SecretStr(SECRET),
        payment_seconds=PAYMENT_SECONDS,
        hold_seconds=HOLD_SECONDS,
        settle_after_seconds=SETTLE_AFTER_SECONDS,
        settle_every_seconds=SETTLE_EVERY_SECONDS,
        log_level="WARNING",
        trusted_proxies=[ip_network("127.0.0.1/32")],
        territories=_territories(),
    )


def _territories() -> list[TerritorySettings]:
    """Those of the demo shop. In the first one, buyers can pay with the parcels."""
    card = PaymentMethodSettings(handle="card", title="Card", provider="sandbox")
    later = PaymentMethodSettings(handle="later", title="Later", provider="sandbox", capture="FULFILLMENT")
    first, *others = demo_territories()
    return [first.model_copy(update={"payment_methods": [card, later]}), *others]


def _database(name: str, directory: Path) -> tuple[Server | None, str]:
    if name == "sqlite":
        return None, f"sqlite+aiosqlite:///{directory / 'shop.db'}"
    backend = backends.ALL[name]
    if not isinstance(backend, MySqlFamily):
        raise ValueError(f"{name} is no relational database")
    port = free_port()
    home = directory / name
    home.mkdir()
    server = Server(backend.command(home, port), port, directory / f"{name}.log")
    return server, f"mysql+aiomysql://root@127.0.0.1:{port}/{DATABASE}"


def _valkey(directory: Path) -> Server:
    program = backends.valkey.program()
    if program is None:
        raise RuntimeError("valkey is not installed")
    port = free_port()
    home = directory / "valkey"
    home.mkdir()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    return Server(command, port, directory / "valkey.log")


def _sandbox(directory: Path, webhooks: int) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(directory / "sandbox")]
    command += ["--late-seconds", "1", "--webhook-url", f"http://127.0.0.1:{webhooks}/webhooks/payments/sandbox"]
    secrets = {"STOREFRONT_SANDBOX_KEY": SANDBOX_KEY, "STOREFRONT_SANDBOX_WEBHOOK_SECRET": SECRET}
    environment = child_environment(secrets)
    return Server(command, port, directory / "sandbox.log", environment)


async def _fill(shop: Shop, plan: Plan) -> None:
    """Migrates the stores and puts products, customers and carts into them."""
    if shop.database is not None:
        server = sa.create_engine(sa.make_url(shop.relational_url).set(drivername="mysql+pymysql", database="mysql"))
        with server.begin() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
        server.dispose()
    direct = shop.direct()
    await migrate(direct)
    async with open_stores(direct) as stores:
        await stores.database.transact(lambda tx: _add_products(tx, shop, plan))
        await ContentStore(stores.documents).put_products(await _contents(stores))
        await stores.database.transact(lambda tx: _add_buyers(tx, shop, plan))


async def _contents(stores: Stores) -> dict[int, ProductContent]:
    rows = await stores.database.all(sa.select(tables.products.c.id))
    return {row.id: ProductContent(row.id) for row in rows}


async def _add_products(tx: Tx, shop: Shop, plan: Plan) -> None:
    products = []
    for variant in plan.variants:
        added = await add_product(tx, price=variant.price, stock=variant.stock, now=datetime.now(UTC))
        shop.variant_ids[variant.number] = added.variant_id
        products.append(added.product_id)
    await outbox.add(tx, ProductsChanged(tuple(products)))


async def _add_buyers(tx: Tx, shop: Shop, plan: Plan) -> None:
    now = datetime.now(UTC)
    customers = [
        {"id": number, "email": f"{number}@example.com", "accepts_marketing": False, "created_at": now}
        for number in range(1, plan.customers + 1)
    ]
    await tx.run(sa.insert(tables.customers), customers)
    shop.staff_id = await add_customer(tx, email="staff@example.com", permissions=(Permission.ORDERS,))
    carts = list({intent.cart.id: intent.cart for intent in plan.intents}.values())
    kept: dict[str, Any] = {"note": "", "attributes": [], "discount_codes": [], "created_at": now, "updated_at": now}
    kept |= {"addresses": [asdict(CartAddress("home", HOME, selected=True))]}
    rows = [
        {"id": cart.id, "customer_id": cart.customer, "email": f"{cart.id[:8]}@example.com", **kept}
        | {"discount_codes": [CODE] if cart.coded else []}
        for cart in carts
    ]
    code = a_discount(code=CODE, basis_points=BASIS_POINTS, total_limit=plan.code_limit)
    await add_discount(tx, code)
    lines = [
        {
            "cart_id": cart.id,
            "variant_id": shop.variant_ids[number],
            "quantity": quantity,
            "attributes": [["line", str(position)]],
            "attribute_key": attribute_key((("line", str(position)),)),
        }
        for cart in carts
        for position, (number, quantity) in enumerate(cart.lines)
    ]
    for table, each in ((tables.carts, rows), (tables.cart_lines, lines)):
        for start in range(0, len(each), _CARTS_AT_ONCE):
            await tx.run(sa.insert(table), each[start : start + _CARTS_AT_ONCE])
