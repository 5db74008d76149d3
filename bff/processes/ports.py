"""TCP ports: free ones for stores, and a clear word when the shop's own is taken."""

import errno
import socket

from bff.processes.problems import PortInUse, ProcessProblem

_ALL_ADDRESSES = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced by one that can be reached


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback address that nobody listens on now."""
    listeners = [socket.socket() for _ in range(count)]
    try:
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()


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
