"""Logs are JSON lines that hold no secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from bff.observability.logging import HIDDEN, configure, without_secrets


class _Log(io.StringIO):
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[_Log]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = _Log()
    configure("info", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_entry_is_one_line_with_level_logger_and_time(log: _Log) -> None:
    structlog.get_logger("shop").info("opened", port=8000)
    entry = log.entries()[0]
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"event": "opened", "level": "info", "logger": "shop", "port": 8000}


def test_secrets_by_type_name_and_place_are_hidden(log: _Log) -> None:
    structlog.get_logger("shop").info(
        "login", given=SecretStr("abc"), password="abc", nested={"access_token": "abc", "list": [SecretStr("abc")]}
    )
    assert "abc" not in log.getvalue()
    assert log.entries()[0]["nested"] == {"access_token": HIDDEN, "list": [HIDDEN]}


def test_secrets_in_texts_of_the_standard_library_are_hidden(log: _Log) -> None:
    logging.getLogger("driver").error("cannot connect to %s", "mysql+aiomysql://shop:abc@host/db")
    assert log.entries()[0]["event"] == f"cannot connect to mysql+aiomysql://{HIDDEN}@host/db"


def test_tracebacks_show_neither_secrets_nor_local_variables(log: _Log) -> None:
    try:
        local = "abc"
        raise ValueError(f"refused: Bearer {local * 4}")
    except ValueError:
        structlog.get_logger("shop").exception("failed")
    assert "abc" not in log.getvalue()
    assert log.entries()[0]["exception"].endswith(f"ValueError: refused: Bearer {HIDDEN}")


def test_the_library_of_stripe_logs_nothing_of_buyers(log: _Log) -> None:
    """At DEBUG it writes each request: the codes of banks, names and e-mail addresses."""
    level = logging.getLogger("stripe").level
    configure("debug", stream=log)
    logging.getLogger("stripe").debug("post_data=payment_method_options[blik][code]=123456")
    logging.getLogger("stripe").info("Request to Stripe api")
    logging.getLogger("stripe").setLevel(level)
    assert log.entries() == []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("redis://:abc@h:1/0", f"redis://{HIDDEN}@h:1/0"),
        ("https://h/path?x=a@b", "https://h/path?x=a@b"),
        ("api_key=abc&x=1", f"api_key={HIDDEN}&x=1"),
        ('{"clientSecret": "abc"}', f'{{"clientSecret": "{HIDDEN}"}}'),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", HIDDEN),
        ("at redis://:a@b/c?d@host:6379/0", f"at redis://{HIDDEN}@host:6379/0"),
        ("the token of the basic plan", "the token of the basic plan"),
    ],
)
def test_texts_keep_what_is_not_secret(text: str, clean: str) -> None:
    assert without_secrets(text) == clean
