"""SQLite, MariaDB and MySQL: a file or a private server, small and as durable as in production."""

import os
import shutil
import subprocess
from abc import abstractmethod
from pathlib import Path

from tests.kit.backends import session
from tests.kit.backends.backend import Backend
from tests.kit.backends.process import Process, accepts, free_port
from tests.kit.backends.scratch import scratch_directory

_CACHED_MYSQL = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "storefront-ci/mysql/mysqld"


class Sqlite(Backend):
    """A file in a scratch directory."""

    name = "sqlite"
    title = "SQLite"

    def missing_program(self) -> str | None:
        """It comes with Python."""
        return None

    def start(self) -> str:
        """A URL of a file that does not exist yet."""
        return f"sqlite+aiosqlite:///{scratch_directory('sqlite') / 'shop.db'}"


class MySqlFamily(Backend):
    """A server with the MySQL protocol, started with the rights of the user who runs the tests."""

    def __init__(self) -> None:
        super().__init__()
        self._process: Process | None = None

    @abstractmethod
    def program(self) -> str | None:
        """The server's executable, or None."""

    @property
    @abstractmethod
    def options(self) -> list[str]:
        """Options of only this server."""

    @abstractmethod
    def initialise(self, data: Path) -> None:
        """Fills a new data directory with the system tables."""

    def missing_program(self) -> str | None:
        """Missing when there is no executable."""
        return None if self.program() else f"{self.title} is not installed"

    def start(self) -> str:
        """Starts the server: root without a password, on the loopback address only."""
        directory = scratch_directory(self.name)
        port = free_port()
        self._process = Process(self.command(directory, port), directory / "log")
        self._process.wait_until(lambda: accepts(port))
        return f"mysql+aiomysql://root@127.0.0.1:{port}/"

    def command(self, directory: Path, port: int) -> list[str]:
        """The command that runs a server on a new data directory in `directory`, as often as it is started."""
        program = self.program()
        assert program is not None
        (directory / "tmp").mkdir()
        shutil.copytree(session.once(self.name, self.initialise), directory / "data")
        command = [program, *self.options, *user_option(), f"--datadir={directory}/data", f"--tmpdir={directory}/tmp"]
        command += [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={directory}/socket"]
        command += [f"--pid-file={directory}/pid", "--skip-log-bin", "--performance-schema=OFF"]
        return [*command, "--innodb-buffer-pool-size=64M", "--max-connections=200", "--secure-file-priv="]

    def describe(self) -> str:
        """Title and version as the executable prints it."""
        program = self.program()
        if self.external() or program is None:
            return f"{self.title} (external)"
        printed = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30).stdout
        version = printed.partition("Ver ")[2].split("-")[0].split()
        return f"{self.title} {version[0]}" if version else self.title

    def stop(self) -> None:
        """Kills the server: its data are thrown away."""
        if self._process is not None:
            self._process.kill()


class MariaDb(MySqlFamily):
    """MariaDB as the distribution packages it."""

    name = "mariadb"
    title = "MariaDB"
    variable = "STOREFRONT_TEST_MARIADB_URL"

    def program(self) -> str | None:
        """`mariadbd`, when the programs that fill its data directory are there too."""
        needed = [which(program) for program in ("mariadbd", "mariadb-install-db", "my_print_defaults")]
        return needed[0] if all(needed) else None

    @property
    def options(self) -> list[str]:
        """The system's files of options stay out; InnoDB's log stays small."""
        return ["--no-defaults", "--innodb-log-file-size=16M"]

    def initialise(self, data: Path) -> None:
        """By the distribution's script."""
        installer = which("mariadb-install-db")
        assert installer is not None
        command = [installer, *self.options, *user_option(), f"--datadir={data}", "--skip-test-db"]
        run([*command, "--auth-root-authentication-method=normal"])


class MySql(MySqlFamily):
    """MySQL: the executable that STOREFRONT_TEST_MYSQLD names, or the one that `.ci/run` unpacked."""

    name = "mysql"
    title = "MySQL"
    variable = "STOREFRONT_TEST_MYSQL_URL"

    def program(self) -> str | None:
        """An executable that adds the paths of its own files; a system's `mysqld` is often MariaDB's."""
        named = os.environ.get("STOREFRONT_TEST_MYSQLD")
        if named:
            return named
        return str(_CACHED_MYSQL) if _CACHED_MYSQL.exists() else None

    @property
    def options(self) -> list[str]:
        """InnoDB's log stays small."""
        return ["--innodb-redo-log-capacity=32M", "--mysqlx=0"]

    def initialise(self, data: Path) -> None:
        """By the server itself."""
        program = self.program()
        assert program is not None
        run([program, "--initialize-insecure", *user_option(), f"--datadir={data}", *self.options])


def which(program: str) -> str | None:
    """An executable on the path or where servers are kept."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def user_option() -> list[str]:
    """Servers run as root only with an explicit user."""
    return ["--user=root"] if os.geteuid() == 0 else []


def run(command: list[str]) -> None:
    """Runs a command to its end; RuntimeError with its output when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
