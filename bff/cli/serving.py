"""`storefront serve` and `storefront worker`: one process role each, for production and for `up`."""

import os

import typer
import uvicorn
import uvloop

from bff import logging, metrics, worker
from bff.connections import BoundedConnection
from bff.embedded import resolve
from bff.environment import settings_variables
from bff.processes.ports import check_free
from bff.settings import Settings

app = typer.Typer()
_DRAIN_SECONDS = 10
_BACKLOG = 2048


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
        uvicorn.run(
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


@app.command("worker", rich_help_panel="Run")
def run_worker() -> None:
    """Run the event workers: the outbox relay, event handlers and periodic jobs. Any number may run at once."""
    settings = resolve(Settings())
    logging.configure(settings.log_level)
    uvloop.run(worker.run(settings))
