"""What URLs say about TLS is tried when the settings are read, not at the first connection."""

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from bff import cli
from datasources.kit import tls
from tests.kit.backends.certificates import Certificates

_URLS = {
    "DATABASE_URL": "mysql+aiomysql://shop:hunter2@db/shop?ssl_ca=",
    "REDIS_URL": "rediss+cluster://:hunter2@cache?ssl_ca_certs=",
    "MONGO_URL": "mongodb://shop:hunter2@docs/?tls=true&tlsCAFile=",
    "SEARCH_URL": "https://search?ssl_ca=",
}


@pytest.mark.parametrize("setting", _URLS)
@pytest.mark.parametrize(("content", "rule"), [(None, "No such file or directory"), ("no certificate", "is not one")])
def test_a_wrong_file_is_named_at_the_start(
    setting: str,
    content: str | None,
    rule: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line says the setting, the parameter, the file and the rule; no traceback, no password."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(f"STOREFRONT_{setting}", f"{_URLS[setting]}{path}")
    monkeypatch.setattr("sys.argv", ["storefront", "worker"])
    with pytest.raises(SystemExit):
        cli.main()
    heading, line = capsys.readouterr().err.splitlines()
    assert heading == "storefront: settings are wrong:"
    assert line.startswith(f"STOREFRONT_{setting}: Value error, `")
    assert str(path) in line
    assert rule in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("mysql+aiomysql://db/shop?ssl_mode=REQUIRED", "`ssl_mode` is not known; the TLS parameters are ssl_ca, "),
        ("mysql+aiomysql://db/shop?ssl=false&ssl_ca=/ca", "`ssl_ca` contradicts `ssl=false`."),
        ("mysql+aiomysql://db/shop?ssl=maybe", "`ssl` must be true or false."),
        ("mysql+aiomysql://db/shop?ssl_key=/key", "`ssl_key` needs `ssl_cert`."),
        ("redis://cache?ssl_ca_certs=/ca", "`ssl_ca_certs` needs a URL that begins with rediss://."),
        ("redis+cluster://cache?ssl_ca_certs=/ca", "`ssl_ca_certs` needs a URL that begins with rediss+cluster://."),
        ("rediss://cache?ssl_ca_path=/ca", "`ssl_ca_path` is not known"),
        ("http://search?ssl_ca=/ca", "`ssl_ca` needs a URL that begins with https://."),
        ("https://search?ssl_key_password=x", "`ssl_key_password` is not known"),
        ("mongodb://docs/?tls=false&tlsCAFile=/ca", "`tlscafile` contradicts `tls=false`."),
    ],
)
def test_parameters_that_do_not_fit_are_refused(url: str, rule: str) -> None:
    """Ignoring one silently would make a connection less safe than its URL looks."""
    with pytest.raises(tls.WrongTls) as raised:
        tls.address(url)
    assert str(raised.value).startswith(rule)


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("mysql+aiomysql://db/shop", False),
        ("mysql+aiomysql://db/shop?ssl=true", True),
        ("redis://cache", False),
        ("rediss://cache", True),
        ("rediss+cluster://cache", True),
        ("http://search", False),
        ("https://search", True),
        ("mongodb://docs/", False),
        ("mongodb://docs/?tls=true", True),
        ("mongodb+srv://docs/", True),
        ("sqlite+aiosqlite:///shop.db", False),
    ],
)
def test_chain_and_host_are_verified_by_default(url: str, secure: bool) -> None:
    """Every URL that requests TLS gets verification of chain and host."""
    context = tls.address(url).context
    assert (context is not None) == secure
    if context is not None:
        assert context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_private_authority_is_the_only_one(certificates: Certificates) -> None:
    """A connection that names one does not also trust those of the system."""
    context = tls.address(f"rediss://cache?ssl_ca_certs={certificates.ca}").context
    assert context is not None
    assert len(context.get_ca_certs()) == 1


def test_other_parameters_stay_in_the_url(certificates: Certificates) -> None:
    """The driver gets its own parameters."""
    url = f"mysql+aiomysql://u:a%40b@db/shop?charset=utf8mb4&ssl_ca={certificates.ca}"
    assert tls.address(url).url == "mysql+aiomysql://u:a%40b@db/shop?charset=utf8mb4"


def test_a_key_without_its_password_is_refused(certificates: Certificates, tmp_path: Path) -> None:
    """OpenSSL would ask the terminal for it, and a service has none."""
    key = _encrypted(certificates.client_key, tmp_path / "key.pem")
    url = f"mysql+aiomysql://db/shop?ssl_cert={certificates.client}&ssl_key={key}"
    with pytest.raises(tls.WrongTls, match="with the right password"):
        tls.address(url)
    assert tls.address(f"{url}&ssl_key_password=secret").context


def _encrypted(key: Path, path: Path) -> Path:
    read = serialization.load_pem_private_key(key.read_bytes(), None)
    path.write_bytes(
        read.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    return path
