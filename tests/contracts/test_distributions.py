"""Our packages have general names: nothing else that is installed may provide them."""

from importlib.metadata import packages_distributions

OURS = ("bff", "schema", "resolvers", "datasources", "domain", "services", "workers", "demo", "migrations")


def test_no_other_distribution_provides_one_of_our_packages() -> None:
    """An installed distribution of that top-level name could shadow ours."""
    provided = packages_distributions()
    assert {name for package in OURS for name in provided.get(package, [])} <= {"storefront"}
