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
    proxy = _Proxy(port, context)
    try:
        yield asyncio.run_coroutine_threadsafe(proxy.start(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Proxy:
    def __init__(self, behind: int, context: ssl.SSLContext) -> None:
        self._behind = behind
        self._context = context
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Ends every connection, those that have just been accepted too."""
        assert self._server is not None
        self._server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        for _ in range(3):  # sockets close in a later turn of the loop
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await self._secure(reader, writer)

    async def _secure(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await writer.start_tls(self._context)
            await _link(self._behind, reader, writer)
        finally:
            await _end(writer)


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
        await _end(behind_writer)


async def _end(writer: asyncio.StreamWriter) -> None:
    """Without a farewell: the other side may wait for one itself."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
