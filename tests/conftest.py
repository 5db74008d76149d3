"""Fixtures of all tests. They ignore settings of the shell that runs them, except STOREFRONT_TEST_*."""

import os

import pytest

from tests.kit.backends.scratch import prefer_memory

pytest_plugins = (
    "tests.kit.fixtures.attacks",
    "tests.kit.fixtures.garbage",
    "tests.kit.fixtures.workers",
    "tests.kit.fixtures.quick",
    "tests.kit.fixtures.races",
    "tests.kit.fixtures.visitors",
    "tests.kit.fixtures.report",
)
# They import the whole shop, which takes seconds.
_WHERE_TESTS_RUN = ("statements", "stores", "shop", "graphql", "storefront", "shared_data", "search_engines")

for _name in [name for name in os.environ if name.startswith("STOREFRONT_")]:
    if not _name.startswith("STOREFRONT_TEST_"):
        del os.environ[_name]

prefer_memory()
# A conftest of a directory may import them first.
pytest.register_assert_rewrite(*(f"tests.kit.fixtures.{name}" for name in _WHERE_TESTS_RUN))


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts those of pytest-xdist runs no test itself."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        for name in _WHERE_TESTS_RUN:
            config.pluginmanager.import_plugin(f"tests.kit.fixtures.{name}")
