"""The demo shop's public passwords never reach a real database by mistake."""

import pytest
from typer.testing import CliRunner

from bff.cli import stores
from bff.processes.problems import ProcessProblem


def test_a_database_given_by_url_is_not_filled_with_demo_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREFRONT_DATABASE_URL", "mysql+aiomysql://shop@127.0.0.1:1/shop")
    result = CliRunner().invoke(stores.app, ["seed"])
    assert isinstance(result.exception, ProcessProblem)
    assert "--demo-accounts" in str(result.exception)
