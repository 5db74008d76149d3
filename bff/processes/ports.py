"""TCP ports: free ones for stores, and a clear error when the shop's own is taken."""

import errno
import itertools
import random
import socket

from bff.processes.problems import PortInUse, ProcessProblem

_ALL_ADDRESSES = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced by one that can be reached

# Linux and macOS use higher ports for outgoing connections. Such a connection could take a port before the server that
# needs it listens on it, or while that server restarts.
_BELOW_OUTGOING = range(15_000, 32_768)
_candidates = itertools.cycle(random.sample(_BELOW_OUTGOING, len(_BELOW_OUTGOING)))


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback address that nobody listens on now, none of which this process got before.

    Raises ProcessProblem when none is free.
    """
    free = (port for port in itertools.islice(_candidates, len(_BELOW_OUTGOING)) if _is_free(port))
    ports = list(itertools.islice(free, count))
    if len(ports) < count:
        raise ProcessProblem(f"no free port among {_BELOW_OUTGOING.start} to {_BELOW_OUTGOING.stop - 1} of 127.0.0.1")
    return ports


def _is_free(port: int) -> bool:
    try:
        check_free("127.0.0.1", port)
    except PortInUse:
        return False
    return True


def check_free(host: str, port: int) -> None:
    """Raises PortInUse, or ProcessProblem when the address is not of this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"port {port} of {host} is in use; stop what listens there or set STOREFRONT_PORT"
            ) from None
        raise ProcessProblem(f"cannot listen on {host}, port {port}: {error.strerror}") from None


def local_url(host: str, port: int) -> str:
    """Where this machine reaches a server that listens on `host`, which may stand for all addresses."""
    reachable = _ALL_ADDRESSES.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
