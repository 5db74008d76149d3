"""Sends many distinct documents to an API process and watches its memory."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

AT_ONCE = 8


def resident_megabytes(pid: int) -> float:
    """The memory of a process that is its own, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024 / 1_000_000
    raise RuntimeError(f"process {pid} has no memory")


async def send_distinct(url: str, document: Callable[[int], str], numbers: range) -> None:
    """Sends each document once, a few at a time."""
    left = iter(numbers)
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        await asyncio.gather(*(_send(client, document, left) for _ in range(AT_ONCE)))


async def _send(client: httpx.AsyncClient, document: Callable[[int], str], numbers: Iterator[int]) -> None:
    for number in numbers:
        answer = await client.post("/graphql", json={"query": document(number)})
        assert answer.status_code in (200, 400), answer.text[:500]
