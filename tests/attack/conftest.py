"""The long forms run in `make attack` only; their short forms run in `make test`."""

from pathlib import Path

import pytest

from tests.e2e.conftest import shop as shop

# Without a short form here: it is in tests/e2e.
_LONG = ("test_memory.py", "test_beside_an_attacker.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long ones are no part of `make test`."""
    return True if collection_path.name in _LONG and not config.getoption("attack") else None
