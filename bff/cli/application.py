"""The application as each process of uvicorn makes it."""

from starlette.applications import Starlette

from bff.app import create_app
from bff.observability import logging
from bff.settings.variables import Settings


def create() -> Starlette:
    """The application, with this process's logs set up: uvicorn's processes do not inherit them."""
    logging.configure(Settings().log_level)
    return create_app()
