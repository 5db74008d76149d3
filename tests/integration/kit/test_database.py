"""Transactions and reads of `Database` on every relational backend."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from datasources import tables
from datasources.kit import engines as mysql_engines
from datasources.kit.database import Database, Tx
from domain.kit.refusals import RefusalCode, Unavailable, refuse
from tests.kit.factories import catalog
from workers.kit.pauses import wait

levels = tables.stock_levels
_COUNTING = sa.text(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 100000)"
    " SELECT count(*) FROM numbers"
)


@pytest.fixture
async def variants(database: Database) -> tuple[int, int]:
    """Two variants with ten units each."""
    added = await database.transact(lambda tx: catalog.add_product(tx, variants=("S", "M")))
    return added.variant_ids[0], added.variant_ids[1]


@pytest.fixture
async def rival(relational_url: str) -> AsyncIterator[Database]:
    """A second process's view of the same database."""
    rival = Database(relational_url)
    yield rival
    await rival.close()


async def _add(tx: Tx, variant_id: int, units: int = 1) -> None:
    change = levels.update().where(levels.c.variant_id == variant_id)
    await tx.run(change.values(available=levels.c.available + units))


async def _available(database: Database, variant_id: int) -> int:
    row = await database.one(sa.select(levels.c.available).where(levels.c.variant_id == variant_id))
    assert row is not None
    return int(row.available)


async def test_a_failed_transaction_leaves_nothing(database: Database, variants: tuple[int, int]) -> None:
    """A refusal inside the transaction undoes its earlier writes."""

    async def work(tx: Tx) -> None:
        await _add(tx, variants[0])
        raise refuse(RefusalCode.INVALID, "no")

    with pytest.raises(Exception, match="INVALID"):
        await database.transact(work)
    assert await _available(database, variants[0]) == 10


async def test_transactions_that_deadlock_both_commit(
    database: Database, rival: Database, variants: tuple[int, int]
) -> None:
    """Two transactions lock two rows in opposite order: the loser runs again from its start."""
    both_hold_one = asyncio.Barrier(2)
    runs = 0

    async def work(tx: Tx, first: int, second: int) -> None:
        nonlocal runs
        runs += 1
        await _add(tx, first)
        if runs <= 2 and tx.dialect != "sqlite":  # SQLite lets no second writer begin
            await both_hold_one.wait()
        await _add(tx, second)

    there, back = variants, variants[::-1]
    await asyncio.gather(database.transact(lambda tx: work(tx, *there)), rival.transact(lambda tx: work(tx, *back)))
    assert [await _available(database, variant) for variant in variants] == [12, 12]
    assert runs == (2 if database.dialect == "sqlite" else 3)


@pytest.mark.slow
async def test_a_transaction_that_waits_too_long_for_a_lock_is_run_again(
    relational_url: str, rival: Database, variants: tuple[int, int]
) -> None:
    """A rival holds the row longer than one wait lasts: the change succeeds once the rival is done."""
    patient = Database(relational_url, deadline=1.0)
    holding, runs_seen = asyncio.Event(), asyncio.Event()
    runs = 0

    async def hold(tx: Tx) -> None:
        await _add(tx, variants[0])
        holding.set()
        await runs_seen.wait()

    async def work(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            runs_seen.set()
        await _add(tx, variants[0])

    holder = asyncio.create_task(rival.transact(hold))
    await holding.wait()
    if patient.dialect == "sqlite":
        # Its work does not begin before it has the lock; two waits for the lock take four seconds.
        asyncio.get_running_loop().call_later(2.5, runs_seen.set)
    await patient.transact(work)
    await holder
    assert await _available(patient, variants[0]) == 12
    await patient.close()


async def test_a_cancelled_caller_does_not_cancel_its_transaction(
    database: Database, variants: tuple[int, int]
) -> None:
    """The visitor goes away in the middle: the transaction still commits whole."""
    begun, proceed = asyncio.Event(), asyncio.Event()

    async def work(tx: Tx) -> None:
        await _add(tx, variants[0])
        begun.set()
        await proceed.wait()
        await _add(tx, variants[1])

    caller = asyncio.create_task(database.transact(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    proceed.set()
    await database.close()  # waits for running transactions
    assert [await _available(database, variant) for variant in variants] == [11, 11]


async def test_broken_rules_are_not_tried_again(database: Database, variants: tuple[int, int]) -> None:
    """A violated constraint fails the transaction at its first run."""
    runs = 0

    async def work(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        await tx.run(levels.insert().values(variant_id=variants[0], available=0, reserved=0, sold=0, sells_out=True))

    with pytest.raises(IntegrityError):
        await database.transact(work)
    assert runs == 1


async def test_every_statement_is_counted(database: Database, variants: tuple[int, int]) -> None:
    """Reads and writes count one each; a batch of rows counts one."""
    before = database.statements
    await _available(database, variants[0])

    async def work(tx: Tx) -> None:
        await tx.all(sa.select(levels))
        keys = [{"key": variant} for variant in variants]
        await tx.run(levels.delete().where(levels.c.variant_id == sa.bindparam("key")), keys)

    await database.transact(work)
    assert database.statements - before == 3


async def test_a_reader_sees_no_uncommitted_change(database: Database, variants: tuple[int, int]) -> None:
    """While a transaction is open its changes are invisible; after its commit they are there."""

    async def work(tx: Tx) -> int:
        await _add(tx, variants[0])
        return await _available(database, variants[0])

    assert await database.transact(work) == 10
    assert await _available(database, variants[0]) == 11


async def test_a_read_on_a_connection_that_broke_is_asked_again(database: Database, rival: Database) -> None:
    """The server ends an idle connection of the pool: the next read does not fail, it goes out on another one."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no server that could end a connection")
    before = await database.one(sa.select(sa.func.connection_id().label("id")))
    assert before is not None
    await rival.transact(lambda tx: tx.run(sa.text(f"KILL {before.id}")))
    after = await database.one(sa.select(sa.func.connection_id().label("id")))
    assert after is not None
    assert after.id != before.id


@pytest.mark.parametrize(("losses", "kept"), [(1, True), (2, True), (3, False)])
async def test_a_transaction_whose_connection_breaks_before_commit_is_run_again(
    database: Database, rival: Database, variants: tuple[int, int], losses: int, kept: bool
) -> None:
    """Earlier writes are undone, so they happen once in the end; the caller gets an error on the third loss."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no server that could end a connection")
    runs = 0

    async def work(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        await _add(tx, variants[0])
        if runs <= losses:
            mine = await tx.one(sa.select(sa.func.connection_id().label("id")))
            assert mine is not None
            await rival.transact(lambda tx: tx.run(sa.text(f"KILL {mine.id}")))
        await _add(tx, variants[0])

    with nullcontext() if kept else pytest.raises(Unavailable, match="The shop is busy"):
        await database.transact(work)
    assert runs == 3 if losses > 1 else 2
    assert await _available(database, variants[0]) == (12 if kept else 10)


async def test_closing_waits_for_reads(relational_url: str) -> None:
    """Reads that run while the database is closed are answered, and none of their connections is left open."""
    database = Database(relational_url, pool=4)
    slow = sa.select(sa.func.sleep(0.3)) if database.dialect != "sqlite" else _COUNTING
    reads = [asyncio.create_task(database.all(slow)) for _ in range(6)]
    await asyncio.sleep(0)
    await database.close()
    assert all(read.done() for read in reads)
    assert [len(await read) for read in reads] == [1] * 6


async def test_a_file_that_another_process_makes_its_own_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses at once to set up a file while another connection uses it."""
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    engine = mysql_engines.writer(f"sqlite+aiosqlite:///{tmp_path}/shop.db", 1, 5.0)

    async def mode() -> str:
        async with engine.connect() as connection:
            return str((await connection.execute(sa.text("PRAGMA journal_mode"))).scalar())

    asked = asyncio.create_task(mode())
    await wait(asyncio.Event(), 0.3)
    assert not asked.done()
    other.close()
    assert await asked == "wal"
    await engine.dispose()


async def test_a_read_that_nobody_waits_for_is_ended_by_the_server(relational_url: str, rival: Database) -> None:
    """Past its deadline it does not keep the server busy for longer than a moment."""
    if rival.dialect == "sqlite":
        pytest.skip("SQLite has no server")
    impatient = Database(relational_url, deadline=0.5)
    with pytest.raises(Unavailable):
        await impatient.all(sa.text("SELECT SLEEP(60)"))
    while any("SLEEP(60)" in str(row.Info) for row in await rival.all(sa.text("SHOW FULL PROCESSLIST"))):
        await wait(asyncio.Event(), 0.05)
    await impatient.close()


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The URL of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"mysql+aiomysql://root@127.0.0.1:{listener.getsockname()[1]}/shop"


@pytest.fixture
def absent_server() -> str:
    """The URL of a port that refuses connections."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"mysql+aiomysql://root@127.0.0.1:{listener.getsockname()[1]}/shop"


@pytest.mark.slow
@pytest.mark.parametrize("server", ["silent_server", "absent_server"])
async def test_a_server_out_of_reach_is_unavailable(server: str, request: pytest.FixtureRequest) -> None:
    """Reads and transactions answer `Unavailable` rather than hang or leak the driver's error."""
    database = Database(request.getfixturevalue(server), deadline=1.0)
    with pytest.raises(Unavailable):
        await database.all(sa.select(1))
    with pytest.raises(Unavailable):
        await database.transact(lambda tx: tx.run(sa.select(1)))
    await database.close()
