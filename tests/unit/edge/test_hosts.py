"""Every request names one host."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from bff.edge.hosts import OneHost

Headers = list[tuple[bytes, bytes]]


async def _app(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _status(headers: Headers, version: str = "1.1") -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await OneHost(_app)({"type": "http", "http_version": version, "method": "GET", "headers": headers}, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    "headers", [[], [(b"host", b"")], [(b"host", b"shop.example"), (b"host", b"evil.example")]], ids=str
)
async def test_no_host_and_two_hosts_are_refused(headers: Headers) -> None:
    """Even two equal ones: a proxy in front may have used the other."""
    assert await _status(headers) == 400


async def test_old_clients_name_no_two_hosts_either() -> None:
    assert await _status([(b"host", b"shop.example"), (b"host", b"evil.example")], "1.0") == 400


async def test_one_host_is_served() -> None:
    assert await _status([(b"host", b"shop.example"), (b"accept", b"*/*")]) == 200


async def test_old_clients_need_no_host() -> None:
    """Probes of load balancers often speak HTTP/1.0."""
    assert await _status([], "1.0") == 200
