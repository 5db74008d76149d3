"""Fixtures of all tests. They ignore settings of the shell that runs them, except STOREFRONT_TEST_*."""

import os

from tests.kit.backends.scratch import prefer_memory
from tests.kit.compiled_statements import share_compiled_statements

pytest_plugins = (
    "tests.kit.fixtures.garbage",
    "tests.kit.fixtures.workers",
    "tests.kit.fixtures.quick",
    "tests.kit.fixtures.stores",
    "tests.kit.fixtures.shop",
    "tests.kit.fixtures.graphql",
    "tests.kit.fixtures.storefront",
    "tests.kit.fixtures.races",
    "tests.kit.fixtures.shared_data",
    "tests.kit.fixtures.report",
)

for _name in [name for name in os.environ if name.startswith("STOREFRONT_")]:
    if not _name.startswith("STOREFRONT_TEST_"):
        del os.environ[_name]

prefer_memory()
share_compiled_statements()
