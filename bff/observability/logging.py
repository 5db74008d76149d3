"""Logs of every process: JSON lines for machines, colours for a terminal, secrets for nobody."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import SecretBytes, SecretStr

HIDDEN = "[hidden]"
# Libraries that log every request at INFO, with addresses that may hold a secret; at DEBUG Stripe's shows the codes of
# banks, names and e-mail addresses.
_QUIET = ("urllib3", "alembic", "uvicorn.access", "pymongo", "aiosqlite", "asyncio", "stripe")
_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd)|secret|token|authorization|cookie|credential|signature|api_?key|sandbox_?key|search_?key|card_?number)"
)
_IN_TEXT = (
    # A password may contain characters that a URL should escape: everything up to the last `@` of the word is hidden.
    (
        re.compile(
            r"(?P<before>[a-z][a-z0-9+.-]*://)(?:[^\s/:@\"'<>]*:[^\s\"'<>]+|[^\s/@]+)@",
            re.IGNORECASE,
        ),
        rf"\g<before>{HIDDEN}@",
    ),
    (re.compile(r"(?P<before>\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\g<before>{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),  # an access token
    (
        re.compile(
            r"(?P<before>\b\w*(?:password|secret|token|api_?key)\w*[\"']?\s*[=:]\s*[\"']?)[^\s\"',&]+", re.IGNORECASE
        ),
        rf"\g<before>{HIDDEN}",
    ),
)


def without_secrets(text: str) -> str:
    """The text with passwords in URLs, bearer tokens and `secret=...` replaced by `[hidden]`."""
    for pattern, replacement in _IN_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _clean(value: object) -> object:
    if isinstance(value, SecretStr | SecretBytes):
        return HIDDEN
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, Mapping):
        return {key: HIDDEN if _is_secret_name(key) else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _is_secret_name(name: object) -> bool:
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None


def hide_secrets(_: object, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces values that are secrets by their type or name, and secrets inside texts, tracebacks too."""
    for name, value in entry.items():
        if name not in ("_record", "_from_structlog", "exc_info"):
            entry[name] = HIDDEN if _is_secret_name(name) else _clean(value)
    return entry


def configure(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Sets up structlog and the standard library's logging for this process; safe to call again.

    Tracebacks never show local variables, which may hold a secret.
    """
    out = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(sort_keys=True, default=repr)
    if out.isatty():
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        # First, so that messages below the level cost nothing.
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
