"""Secrets in files, as orchestrators mount them, and secrets that nothing shows."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bff import cli
from bff.settings.secret_files import secret_names
from bff.settings.variables import Settings, unknown_settings

_PASSWORD = "hunter2"
_URLS = {
    "database_url": f"mysql+aiomysql://shop:{_PASSWORD}@db/shop",
    "mongo_url": f"mongodb://shop:{_PASSWORD}@a,b/?tls=true",
    "redis_url": f"rediss+cluster://:{_PASSWORD}@cache",
}
_KEYS = ("search_key", "sandbox_key", "sandbox_webhook_secret", "stripe_key", "stripe_webhook_secret", "token_secret")


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory as Kubernetes mounts it: names are links to the files of the newest version."""
    version = tmp_path / "..2026_01_02"
    version.mkdir()
    (tmp_path / "..data").symlink_to(version.name)
    monkeypatch.setenv("STOREFRONT_SECRETS_DIR", str(tmp_path))
    return tmp_path


def _mount(directory: Path, name: str, content: bytes) -> None:
    (directory / "..2026_01_02" / name).write_bytes(content)
    (directory / name).symlink_to(f"..data/{name}")


def _fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints that ends at its settings."""
    monkeypatch.setattr("sys.argv", ["storefront", "worker"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_settings_are_read_from_files(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any case of letters, without the line's end; a variable goes before the file of its name."""
    _mount(mounted, "STOREFRONT_DATABASE_URL", _URLS["database_url"].encode() + b"\n")
    _mount(mounted, "storefront_search_key", b"from the file")
    _mount(mounted, "storefront_token_secret", b"from the file")
    monkeypatch.setenv("STOREFRONT_TOKEN_SECRET", "from the variable")
    settings = Settings()
    assert settings.database_url.get_secret_value() == _URLS["database_url"]
    assert settings.search_key.get_secret_value() == "from the file"
    assert settings.token_secret.get_secret_value() == "from the variable"


def test_a_misspelled_file_is_found_as_a_misspelled_variable_is(mounted: Path) -> None:
    """Files of other programs are their own matter."""
    _mount(mounted, "storefront_databse_url", b"x")
    _mount(mounted, "other_password", b"x")
    assert unknown_settings(secret_names(os.environ)) == ["storefront_databse_url"]


def test_a_directory_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shop does not start without the secrets that somebody meant to give it."""
    monkeypatch.setenv("STOREFRONT_SECRETS_DIR", str(tmp_path / "missing"))
    assert "STOREFRONT_SECRETS_DIR: Path does not point to a directory" in _fails(monkeypatch, capsys)


def test_a_file_that_is_no_text_is_refused(
    mounted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, without a traceback."""
    _mount(mounted, "storefront_search_key", b"\xff\xfe")
    words = _fails(monkeypatch, capsys)
    assert words.startswith('storefront: STOREFRONT_SECRETS_DIR: error getting value for field "search_key"')
    assert words.endswith("the file must be readable UTF-8 text that holds what the variable would.\n")


def test_settings_show_no_secret() -> None:
    """Neither in `repr`, nor in `str`, nor in a dump."""
    settings = Settings.model_validate(_URLS | dict.fromkeys(_KEYS, _PASSWORD))
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert _PASSWORD not in shown
    assert all(isinstance(getattr(settings, name), SecretStr) for name in (*_URLS, *_KEYS))


@pytest.mark.parametrize("name", ["search_url", "sandbox_url"])
def test_urls_that_are_shown_hold_no_password(name: str) -> None:
    """Their keys are settings of their own."""
    with pytest.raises(ValidationError, match=rf"key belongs in STOREFRONT_{name.split('_')[0].upper()}_KEY") as raised:
        Settings.model_validate({name: f"https://shop:{_PASSWORD}@host"})
    assert _PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("database_url", f"mysql+aiomysql://shop:@{_PASSWORD}@db/shop"),
        ("database_url", f"mysql+aiomysql://shop:x@db:{_PASSWORD}/shop"),
        ("mongo_url", f"mongodb://shop:{_PASSWORD}/@db"),
        ("mongo_url", f"mongodb://shop:{_PASSWORD}@@db"),
        ("redis_url", f"redis://:{_PASSWORD}/x@cache"),
        ("redis_url", f"redis://:1/{_PASSWORD}@cache"),
        ("redis_url", f"redis://:1#{_PASSWORD}@cache"),
    ],
)
def test_a_password_that_breaks_its_url_is_refused_without_being_shown(name: str, url: str) -> None:
    """Otherwise a part of it would be taken for a host, and named in every error about it."""
    with pytest.raises(ValidationError, match="percent-encoded") as raised:
        Settings.model_validate({name: url})
    assert _PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("database_url", "mysql+aiomysql://shop:a%40b:c@[::1]:3306/shop?charset=utf8mb4"),
        ("database_url", "mysql+aiomysql://db/shop"),
        ("mongo_url", "mongodb://shop:a%2Fb@a:1,b:2/admin?replicaSet=x"),
        ("mongo_url", "mongodb+srv://shop:x@cluster.example.org"),
        ("redis_url", "redis://:a@b@cache:6379/0"),
        ("redis_url", "redis+cluster://cache"),
        ("search_url", "https://search.example.org/behind/a/proxy/"),
    ],
)
def test_urls_that_drivers_understand_are_taken(name: str, url: str) -> None:
    """Also a raw `@` where the driver takes the last one for the end of the password."""
    given = getattr(Settings.model_validate({name: url}), name)
    assert (given.get_secret_value() if isinstance(given, SecretStr) else given) == url
