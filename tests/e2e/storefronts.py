"""Programs of Node.js that use published clients, as storefronts do."""

import asyncio

import pytest

from tests.kit import backends
from tests.kit.backends.node import NotInstalled

CLIENTS = ("shopify-buy", "@shopify/hydrogen", "@shopify/storefront-api-client")


async def directory() -> str:
    """Where the scripts and what they import are; skips the test if there is no Node.js or no registry."""
    if reason := backends.storefront_clients.missing():
        pytest.skip(reason)
    try:
        return await asyncio.to_thread(backends.storefront_clients.url)
    except NotInstalled as problem:
        pytest.skip(str(problem))


async def run(*command: str) -> bytes:
    """What a command prints that runs in this directory; fails with its complaints."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=await directory(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, complaints = await process.communicate()
    assert process.returncode == 0, (output + complaints).decode()[-4000:]
    return output


async def run_script(name: str, *arguments: str) -> bytes:
    """What one of the scripts prints."""
    return await run("node", f"{name}.mjs", *arguments)
