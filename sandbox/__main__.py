"""Starts the sandbox: `python -m sandbox --port 8100 --data DIRECTORY`, its key in STOREFRONT_SANDBOX_KEY."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from sandbox.app import create_app

KEY_VARIABLE = "STOREFRONT_SANDBOX_KEY"
WEBHOOK_SECRET_VARIABLE = "STOREFRONT_SANDBOX_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable


def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port to listen on.")],
    data: Annotated[Path, typer.Option(help="Directory of the sandbox's own store.")],
    key: Annotated[str, typer.Option(envvar=KEY_VARIABLE, help="Secret key of callers.", show_envvar=True)],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    webhook_url: Annotated[str, typer.Option(help="Where to send events; empty sends none.")] = "",
    webhook_secret: Annotated[
        str, typer.Option(envvar=WEBHOOK_SECRET_VARIABLE, help="Secret that signs events.", show_envvar=True)
    ] = "",
    public_url: Annotated[str, typer.Option(help="Where browsers reach it; empty: its host and port.")] = "",
    late_seconds: Annotated[float, typer.Option(min=0, max=300, help="Delay of the late tokens.")] = 3.0,
) -> None:
    """A payment provider for development and tests."""
    if not key:
        raise typer.BadParameter(f"empty; set {KEY_VARIABLE}", param_hint="--key")
    if webhook_url and not webhook_secret:
        raise typer.BadParameter(f"empty; set {WEBHOOK_SECRET_VARIABLE}", param_hint="--webhook-secret")
    app = create_app(
        data,
        key,
        late_seconds=late_seconds,
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        public_url=public_url.rstrip("/") or f"http://{host}:{port}",
    )
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    typer.run(run)
