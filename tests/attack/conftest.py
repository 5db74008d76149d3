"""The long forms run in `make attack` only; their short forms are beside the tests of what they attack."""

import pytest

from tests.e2e.conftest import shop as shop


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Nothing here is part of `make test`."""
    return None if config.getoption("attack") else True
