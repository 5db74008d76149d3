"""The `storefront` command and what it says."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bff import cli
from bff.cli import stores


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_every_command_is_listed(runner: CliRunner) -> None:
    words = runner.invoke(cli.app, ["--help"]).stdout
    for command in ("up", "serve", "worker", "migrate", "seed", "import", "check", "backup", "restore", "schema"):
        assert f" {command} " in words


def test_the_schema_is_printed_or_written_alike(runner: CliRunner, tmp_path: Path) -> None:
    printed = runner.invoke(cli.app, ["schema"]).stdout
    runner.invoke(cli.app, ["schema", "--output", str(tmp_path / "schema.graphql")])
    assert (tmp_path / "schema.graphql").read_text() == printed
    assert "type QueryRoot" in printed


@pytest.mark.parametrize(("found", "status"), [([], 0), (["One unit is missing."], 1)])
def test_check_prints_what_it_finds_and_says_so_with_its_status(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, found: list[str], status: int
) -> None:
    async def answer(*_: object) -> list[str]:
        return found

    monkeypatch.setattr(stores, "with_stores", answer)
    result = runner.invoke(cli.app, ["check"])
    assert result.exit_code == status
    assert result.stdout.splitlines() == found


def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOREFRONT_PORT", "the-value")
    monkeypatch.setattr("sys.argv", ["storefront", "worker"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    words = capsys.readouterr().err
    assert ended.value.code == 1
    assert "STOREFRONT_PORT: Input should be a valid integer" in words
    assert "the-value" not in words
