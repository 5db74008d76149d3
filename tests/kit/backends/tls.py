"""Real servers that speak TLS, one for each module of tests; and TLS in front of one that does not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kit.backends.certificates import Certificates
from tests.kit.backends.process import Process, accepts, free_port
from tests.kit.backends.redis import MASTERS, Cluster, Redis, is_complete, join
from tests.kit.backends.relational import MariaDb, MySql, MySqlFamily, which
from tests.kit.backends.scratch import scratch_directory

_PROXY = Path(__file__).with_name("tls_proxy.py")


class _Tls(MySqlFamily):
    """Lets nobody in without TLS."""

    def __init__(self, certificates: Certificates, *options: str) -> None:
        super().__init__()
        self._certificates = certificates
        self._options = options

    def command(self, directory: Path, port: int) -> list[str]:
        """With the options that both servers call alike."""
        files = self._certificates
        options = [f"--ssl-ca={files.ca}", f"--ssl-cert={files.server}", f"--ssl-key={files.server_key}"]
        command = [*super().command(directory, port), *options, "--require-secure-transport=ON"]
        return [*command, *self._options]


class TlsMariaDb(_Tls, MariaDb):
    """MariaDB that accepts only TLS."""

    name = "mariadb_tls"
    variable = ""


class TlsMySql(_Tls, MySql):
    """MySQL that accepts only TLS."""

    name = "mysql_tls"
    variable = ""


class TlsRedis(Redis):
    """Redis with two ports: plain text, and TLS at `tls_port`. The server of the wheel has no TLS."""

    name = "redis_tls"
    variable = ""

    def __init__(self, certificates: Certificates, *, client_certificates: bool = False) -> None:
        super().__init__()
        self._options = _redis_options(certificates, client_certificates)
        self.tls_port = 0

    def start(self) -> str:
        """The address of the TLS port."""
        self.tls_port = free_port()
        self.start_server("--tls-port", str(self.tls_port), *self._options)
        return f"rediss://127.0.0.1:{self.tls_port}"


class TlsCluster(Cluster):
    """Three masters of the distribution's Redis that speak TLS with clients and with each other."""

    name = "cluster_tls"
    variable = ""

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._options = _redis_options(certificates, client_certificates=False)
        self.tls_ports: list[int] = []

    def program(self) -> str | None:
        """The distribution's executable."""
        return which("redis-server")

    def start(self) -> str:
        """Starts the masters and waits until each knows all slots."""
        buses = [free_port() for _ in range(MASTERS)]
        self.tls_ports = [free_port() for _ in range(MASTERS)]
        options = ("--cluster-enabled", "yes", "--tls-cluster", "yes", *self._options)
        ports = [
            self.start_server(*options, "--cluster-port", str(bus), "--tls-port", str(port))
            for bus, port in zip(buses, self.tls_ports, strict=True)
        ]
        join(list(zip(ports, buses, strict=True)))
        for process, port in zip(self._processes, ports, strict=True):
            process.wait_until(lambda port=port: is_complete(port))  # type: ignore[misc]  # a default argument binds now
        return f"rediss+cluster://127.0.0.1:{self.tls_ports[0]}"


def _redis_options(certificates: Certificates, client_certificates: bool) -> tuple[str, ...]:
    files = ("--tls-ca-cert-file", str(certificates.ca), "--tls-cert-file", str(certificates.server))
    key = ("--tls-key-file", str(certificates.server_key))
    return (*files, *key, "--tls-auth-clients", "yes" if client_certificates else "no")


@contextmanager
def tls_before(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Ends TLS in front of a server of this machine; the port to connect to.

    In a process of its own: pymongo's `close` keeps the loop that calls it waiting for the server.
    """
    outside = free_port()
    command = [sys.executable, str(_PROXY), str(port), str(outside), str(certificate), str(key)]
    proxy = Process(command, scratch_directory("tls_proxy") / "log")
    proxy.wait_until(lambda: accepts(outside))
    yield outside
    proxy.kill()
