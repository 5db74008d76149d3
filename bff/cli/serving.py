"""`storefront serve` and `storefront worker`: one process role each, for production and for `up`."""

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

app = typer.Typer()
_DRAIN_SECONDS = 10
_BACKLOG = 2048
# uvloop takes one connection per turn of its loop from each socket that listens. A process that is busy makes a hundred
# turns a second: a crowd that comes would wait for seconds before its first request is read.
_ACCEPTED_AT_ONCE = 16
_NOT_STARTED = 3


@app.command(rich_help_panel="Run")
def serve() -> None:
    """Serve the API.

    STOREFRONT_HOST, STOREFRONT_PORT and STOREFRONT_WORKERS say where and with how many processes. On SIGTERM open
    requests are finished within 10 seconds.
    """
    settings = resolve(Settings())
    logging.configure(settings.log_level)
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
            )
        )


def _run(config: uvicorn.Config) -> None:
    """Serves until told to stop, as `uvicorn.run` does, over a socket that is listened on many times."""
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
    settings = resolve(Settings())
    logging.configure(settings.log_level)
    uvloop.run(worker.run(settings))
