"""A MariaDB server of its own, as durable as its defaults make it: each commit is on the disk before it is
confirmed."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bff.processes.ports import free_ports

_PROGRAMS = ("mariadbd", "mariadb-install-db", "my_print_defaults")
_START_SECONDS = 60
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: root without a password, on the loopback address only."""

    port: int
    pid: int

    def url(self, database: str, driver: str = "mysql+aiomysql") -> str:
        """The URL of one of its databases."""
        return f"{driver}://root@127.0.0.1:{self.port}/{database}"

    def engine(self, database: str = "mysql") -> sa.Engine:
        """Plain connections for work that is not measured."""
        return sa.create_engine(self.url(database, "mysql+pymysql"), isolation_level="AUTOCOMMIT")

    def create(self, database: str) -> None:
        """A new, empty database."""
        engine = self.engine()
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {database} CHARACTER SET utf8mb4")
        engine.dispose()


def missing() -> str | None:
    """Why there can be no server here, or None."""
    absent = [name for name in _PROGRAMS if _which(name) is None]
    return f"MariaDB is not installed: there is no {', '.join(absent)}" if absent else None


@contextmanager
def server(directory: Path) -> Iterator[Server]:
    """A new server in a directory. It changes the defaults only for memory, connections and statement counts."""
    (directory / "tmp").mkdir(parents=True)
    own = [*_user(), f"--datadir={directory}/data", f"--tmpdir={directory}/tmp"]
    method = "--auth-root-authentication-method=normal"
    _run([_program("mariadb-install-db"), "--no-defaults", *own, "--skip-test-db", method])
    port = free_ports(1)[0]
    command = [_program("mariadbd"), "--no-defaults", *own, f"--port={port}", "--bind-address=127.0.0.1"]
    command += ["--max-connections=300"]
    command += [f"--socket={directory}/socket", f"--pid-file={directory}/pid", "--innodb-buffer-pool-size=256M"]
    # Only the counts of statements by their shape: everything else would cost time.
    command += ["--performance-schema=ON", "--performance-schema-instrument=%=OFF"]
    command += ["--performance-schema-instrument=statement/%=COUNTED"]
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def guarded_updates(engine: sa.Engine) -> int:
    """How many UPDATEs of `stock_levels` the server has received so far, by its own count."""
    query = """SELECT COALESCE(SUM(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_by_digest
      WHERE DIGEST_TEXT LIKE 'UPDATE `stock_levels`%%'"""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def guarded_updates_of(server: Server) -> int:
    """The same, over a connection of its own."""
    engine = server.engine()
    try:
        return guarded_updates(engine)
    finally:
        engine.dispose()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"MariaDB did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _which(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def _program(name: str) -> str:
    found = _which(name)
    assert found is not None, missing()
    return found


def _user() -> list[str]:
    """It runs as root only with an explicit user."""
    return ["--user=root"] if os.geteuid() == 0 else []
