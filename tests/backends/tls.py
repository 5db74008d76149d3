"""Real servers that speak TLS, one for each module of tests; and TLS in front of one that does not."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.backends.certificates import Certificates
from tests.backends.process import free_port
from tests.backends.redis import MASTERS, Cluster, Redis, is_complete, join
from tests.backends.relational import MariaDb, MySql, MySqlFamily, which


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
    """MariaDB over TLS alone."""

    name = "mariadb_tls"
    variable = ""


class TlsMySql(_Tls, MySql):
    """MySQL over TLS alone."""

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
def tls_before(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Ends TLS in front of a server of this machine; the port to connect to.

    It runs in a thread of its own: pymongo's `close` keeps the loop that calls it waiting for the server.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    proxy = _Proxy(port)
    try:
        yield asyncio.run_coroutine_threadsafe(proxy.start(context), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Proxy:
    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._links: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, context: ssl.SSLContext) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.current_task()
        assert link is not None
        self._links.add(link)
        with suppress(OSError, asyncio.CancelledError):
            await _link(self._behind, reader, writer)
        self._links.discard(link)


async def _link(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        both = [asyncio.create_task(_copy(reader, behind_writer)), asyncio.create_task(_copy(behind_reader, writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
    finally:
        behind_writer.close()
        writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
