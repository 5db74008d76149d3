"""`storefront serve` and `storefront worker`: one process role each, for production and for `up`."""

import asyncio
import os
import sys
from contextlib import suppress

import typer
import uvicorn
import uvloop
from uvicorn.supervisors import Multiprocess

from bff import worker
from bff.edge.connections import BoundedConnection
from bff.observability import logging, metrics
from bff.processes.environment import settings_variables
from bff.processes.ports import check_free
from bff.settings.variables import Settings
from bff.stores.embedded import resolve
from bff.stores.production import require_production

app = typer.Typer()
_DRAIN_SECONDS = 10
_BACKLOG = 2048
# uvloop accepts one connection per iteration of its loop from each listening socket. A busy process makes a hundred
# iterations a second: a crowd would wait for seconds before the process reads its first request.
_ACCEPTED_AT_ONCE = 16
_NOT_STARTED = 3
# How long a process may be silent before uvicorn replaces it. Uvicorn's own 5 s are shorter than the imports of a
# process take on a crowded machine: it would kill every new one, in the hour that needs them most.
_SILENT_SECONDS = 30


@app.command(rich_help_panel="Run")
def serve() -> None:
    """Serve the API.

    STOREFRONT_HOST and STOREFRONT_PORT set the address, STOREFRONT_WORKERS the number of processes. On SIGTERM, open
    requests have 10 seconds to finish.
    """
    settings = _settings()
    if settings.port:
        check_free(settings.host, settings.port)
    os.environ.update(settings_variables(settings))  # what the processes of uvicorn read
    with metrics.shared(settings.workers):
        _run(
            uvicorn.Config(
                "bff.cli.application:create",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                loop="uvloop",
                http=BoundedConnection,
                ws="websockets-sansio",
                backlog=_BACKLOG,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_DRAIN_SECONDS,
                timeout_worker_healthcheck=_SILENT_SECONDS,
            )
        )


def _run(config: uvicorn.Config) -> None:
    """Serves until a signal stops it, as `uvicorn.run` does, with several listeners on one socket."""
    listener = config.bind_socket()
    listeners = [listener, *(listener.dup() for _ in range(_ACCEPTED_AT_ONCE - 1))]
    with suppress(KeyboardInterrupt):
        if config.workers > 1:
            Multiprocess(config, sockets=listeners).run()
            return
        server = uvicorn.Server(config)
        server.run(sockets=listeners)
        if not server.started:
            sys.exit(_NOT_STARTED)


@app.command("worker", rich_help_panel="Run")
def run_worker() -> None:
    """Run the event workers: the outbox relay, event handlers and periodic jobs. Any number may run at once."""
    uvloop.run(worker.run(_settings()))


def _settings() -> Settings:
    """What a process of this command runs with. Raises ProcessProblem."""
    given = Settings()
    logging.configure(given.log_level)
    asyncio.run(require_production(given))
    return resolve(given)
