"""The production profile: what it demands, and what it turns off."""

from collections.abc import Mapping

import pytest

from bff import cli
from bff.app import create_app
from bff.processes.environment import settings_variables
from bff.processes.problems import ProcessProblem
from bff.settings.production import require_production_settings
from bff.settings.variables import Settings
from tests.kit.production import PRODUCTION

_SECRET = str(PRODUCTION["token_secret"])


def _settings(**changes: object) -> Settings:
    return Settings.model_validate({**PRODUCTION, **changes})


def test_complete_settings_are_accepted() -> None:
    require_production_settings(_settings())


def test_development_demands_nothing() -> None:
    require_production_settings(Settings())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"database_url": ""}, "DATABASE_URL must be set"),
        ({"mongo_url": ""}, "MONGO_URL must be set"),
        ({"redis_url": ""}, "REDIS_URL must be set"),
        ({"search_url": ""}, "SEARCH_URL must be set"),
        ({"token_secret": ""}, "TOKEN_SECRET must have at least 32 random characters"),
        ({"token_secret": _SECRET[:31]}, "TOKEN_SECRET must have at least 32 random characters"),
        ({"token_secret": "change-me-" * 4}, "TOKEN_SECRET must have at least 32 random characters"),
        ({"public_url": ""}, "PUBLIC_URL must be the https URL"),
        ({"public_url": "http://api.shop.example"}, "PUBLIC_URL must be the https URL"),
        ({"site_url": "http://shop.example"}, "SITE_URL must be an https URL"),
        ({"files_url": "http://shop.example"}, "FILES_URL must be an https URL"),
        ({"checkout_url": "http://shop.example"}, "CHECKOUT_URL must be an https URL"),
        ({"payment_provider": "sandbox"}, "PAYMENT_PROVIDER must be `stripe`"),
        ({"stripe_key": ""}, "STRIPE_KEY must be set"),
        ({"stripe_webhook_secret": ""}, "STRIPE_WEBHOOK_SECRET must be set"),
        ({"trusted_proxies": []}, "TRUSTED_PROXIES must name the proxies"),
        ({"trusted_proxies": ["::/0"]}, "TRUSTED_PROXIES must not name all addresses"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_missing_is_named_with_its_rule(changes: Mapping[str, object], rule: str) -> None:
    """One line for the one setting that is wrong, and no value of any setting."""
    with pytest.raises(ProcessProblem) as refused:
        require_production_settings(_settings(**changes))
    _, *lines = str(refused.value).splitlines()
    (line,) = lines
    assert line.startswith(f"STOREFRONT_{rule}")
    assert "hunter2" not in str(refused.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ProcessProblem) as refused:
        require_production_settings(Settings(profile="production"))
    assert len(str(refused.value).splitlines()) == 1 + 8


@pytest.mark.parametrize("name", ["introspection", "graphiql"])
@pytest.mark.parametrize(
    ("profile", "switch", "is_on"),
    [
        ("development", "", True),
        ("production", "", False),
        ("development", "false", False),
        ("production", "true", True),
    ],
)
def test_switches_work_in_both_profiles(
    monkeypatch: pytest.MonkeyPatch, name: str, profile: str, switch: str, is_on: bool
) -> None:
    """The profile decides where a switch is empty, also in the processes that inherit the settings."""
    monkeypatch.setenv("STOREFRONT_PROFILE", profile)
    monkeypatch.setenv(f"STOREFRONT_{name.upper()}", switch)
    given = Settings()
    for variable, value in settings_variables(given).items():
        monkeypatch.setenv(variable, value)
    for settings in (given, Settings()):
        shown = {"introspection": settings.shows_schema, "graphiql": settings.shows_graphiql}
        assert shown[name] is is_on


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["up"], ["seed", "--demo-accounts"]], ids=" ".join)
def test_no_command_runs_a_shop_that_is_not_ready(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """Before it looks for stores."""
    monkeypatch.setenv("STOREFRONT_PROFILE", "production")
    monkeypatch.setattr("sys.argv", ["storefront", *command])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "STOREFRONT_PROFILE=production" in capsys.readouterr().err


def test_no_process_of_a_server_does_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some start the application without the command."""
    monkeypatch.setenv("STOREFRONT_PROFILE", "production")
    with pytest.raises(ProcessProblem, match="STOREFRONT_PROFILE=production"):
        create_app()
