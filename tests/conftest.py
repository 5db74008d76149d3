"""Fixtures of all tests. Settings of the shell that runs them are left out; only STOREFRONT_TEST_* is heeded."""

import os

from tests.backends.scratch import prefer_memory

pytest_plugins = (
    "tests.fixtures.workers",
    "tests.fixtures.quick",
    "tests.fixtures.stores",
    "tests.fixtures.shop",
    "tests.fixtures.graphql",
    "tests.fixtures.races",
    "tests.fixtures.shared_data",
    "tests.fixtures.report",
)

for _name in [name for name in os.environ if name.startswith("STOREFRONT_")]:
    if not _name.startswith("STOREFRONT_TEST_"):
        del os.environ[_name]

prefer_memory()
