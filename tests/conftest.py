"""Fixtures of all tests. Settings of the shell that runs them are left out; only STOREFRONT_TEST_* is heeded."""

import importlib.util
import os

pytest_plugins = ["tests.fixtures.stores", "tests.fixtures.report"]
if importlib.util.find_spec("datasources.search"):  # being written
    pytest_plugins.append("tests.fixtures.shop")

for _name in [name for name in os.environ if name.startswith("STOREFRONT_")]:
    if not _name.startswith("STOREFRONT_TEST_"):
        del os.environ[_name]
