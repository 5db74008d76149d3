"""Our packages have general names: nothing else that is installed may provide them."""

from importlib.metadata import packages_distributions

import pytest

OURS = ("bff", "schema", "resolvers", "datasources", "domain", "services", "workers", "demo", "migrations")


@pytest.mark.parametrize("package", OURS)
def test_no_other_distribution_provides_our_package(package: str) -> None:
    """An installed distribution of that top-level name could shadow ours."""
    assert set(packages_distributions().get(package, [])) <= {"storefront"}
