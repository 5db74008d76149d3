"""TLS to the stores: turns what a URL says about certificates into an SSL context.

The chain and the host name are verified unless the URL says otherwise. Each process reads the files once: a renewed
certificate takes effect after a restart.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

T = TypeVar("T")
_FLAGS = {"true": True, "1": True, "required": True, "false": False, "0": False, "none": False}


class WrongTls(ValueError):
    """A URL with invalid TLS parameters. The message names the parameter and the file, and no secret."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A store's URL without its TLS parameters; `context` is None for connections in plain text."""

    url: str
    context: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class _Names:
    """The parameter names of one kind of URL, in lower case; empty where it has none."""

    ca: str
    cert: str
    key: str = ""
    password: str = ""
    hostname: str = ""
    chain: str = ""


# The names of SQLAlchemy and PyMySQL, of redis-py, and of the MongoDB drivers.
_MYSQL = _Names("ssl_ca", "ssl_cert", "ssl_key", "ssl_key_password", "ssl_check_hostname", "ssl_verify_cert")
_REDIS = _Names("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_check_hostname", "ssl_cert_reqs")
_MONGO = _Names("tlscafile", "tlscertificatekeyfile", password="tlscertificatekeyfilepassword")  # noqa: S106  # a name
# Such a URL appears in full in messages, so it must contain no password.
_HTTP = _Names("ssl_ca", "ssl_cert", "ssl_key", "", "ssl_check_hostname", "ssl_verify_cert")
_SECURE = {"rediss": "redis", "rediss+cluster": "redis+cluster", "https": "http"}


def address(url: str) -> ServerAddress:
    """The address that a URL names. Raises WrongTls."""
    scheme = url.partition("://")[0]
    if scheme.startswith("mongodb"):
        return _mongo(url)
    if scheme == "mysql+aiomysql":
        return _mysql(url)
    if scheme.startswith("redis"):
        return _by_scheme(url, scheme, _REDIS)
    return _by_scheme(url, scheme, _HTTP) if scheme.startswith("http") else ServerAddress(url, None)


def _mysql(url: str) -> ServerAddress:
    bare, parameters = _split(url)
    wanted = _flag("ssl", parameters.pop("ssl", "true" if parameters else "false"))
    if wanted:
        return ServerAddress(bare, _context(_MYSQL, parameters))
    if parameters:
        raise WrongTls(f"`{min(parameters)}` contradicts `ssl=false`.")
    return ServerAddress(bare, None)


def _by_scheme(url: str, scheme: str, names: _Names) -> ServerAddress:
    bare, parameters = _split(url)
    if scheme in _SECURE:
        return ServerAddress(bare, _context(names, parameters))
    if parameters:
        secure = next(secure for secure, plain in _SECURE.items() if plain == scheme)
        raise WrongTls(f"`{min(parameters)}` needs a URL that begins with {secure}://.")
    return ServerAddress(bare, None)


def _mongo(url: str) -> ServerAddress:
    """The driver reads its own parameters. Its files are tried here, so that the startup names a wrong one."""
    given = {name.lower(): value for name, value in parse_qsl(url.partition("?")[2])}
    known = {name: value for name, value in given.items() if name in astuple(_MONGO)}
    secure = given.get("tls", given.get("ssl", "true" if known or url.startswith("mongodb+srv:") else "false"))
    if secure.lower() == "true":
        return ServerAddress(url, _context(_MONGO, known))
    if known:
        raise WrongTls(f"`{min(known)}` contradicts `tls=false`.")
    return ServerAddress(url, None)


def _split(url: str) -> tuple[str, dict[str, str]]:
    """The URL without its TLS parameters, and the parameters."""
    bare, _, query = url.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    parameters = {name: value for name, value in given if _is_tls(name)}
    if not parameters:
        return url, {}
    others = [(name, value) for name, value in given if name not in parameters]
    return f"{bare}?{urlencode(others)}" if others else bare, parameters


def _is_tls(name: str) -> bool:
    return name == "ssl" or name.startswith("ssl_")


def _context(names: _Names, parameters: Mapping[str, str]) -> ssl.SSLContext:
    known = list(filter(None, astuple(names)))
    if unknown := parameters.keys() - set(known):
        raise WrongTls(f"`{min(unknown)}` is not known; the TLS parameters are {', '.join(known)}.")
    return _made(names, frozenset(parameters.items()))


@lru_cache(maxsize=16)
def _made(names: _Names, parameters: frozenset[tuple[str, str]]) -> ssl.SSLContext:
    given = dict(parameters)
    context = _trusting(names.ca, given.get(names.ca, ""))
    if names.key in given and names.cert not in given:
        raise WrongTls(f"`{names.key}` needs `{names.cert}`.")
    if names.cert in given:
        _identify(context, names, given)
    if not _flag(names.hostname, given.get(names.hostname, "true")):
        context.check_hostname = False
    if not _flag(names.chain, given.get(names.chain, "true")):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _trusting(name: str, path: str) -> ssl.SSLContext:
    """Trusts only the authorities in a file, or without one those of the system."""
    if path:
        _require_file(name, path)
    problem = f"`{name}` must name a file of PEM certificates; {path} is not one."
    return _loaded(partial(ssl.create_default_context, cafile=path or None), problem)


def _identify(context: ssl.SSLContext, names: _Names, given: Mapping[str, str]) -> None:
    """Adds the client's certificate. Without a password for its key, OpenSSL would ask for it on the terminal."""
    cert, key = given[names.cert], given.get(names.key)
    _require_file(names.cert, cert)
    if key:
        _require_file(names.key, key)
    password = given.get(names.password, "")
    both = " and ".join(f"`{name}`" for name in (names.cert, names.key) if name)
    problem = f"{both} must name a PEM certificate and its key with the right password; {cert} cannot be used."
    _loaded(lambda: context.load_cert_chain(cert, key, password=lambda: password), problem)


def _require_file(name: str, path: str) -> None:
    try:
        Path(path).open("rb").close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise WrongTls(f"`{name}` must name a readable file: {path}: {reason}.") from None


def _loaded(load: Callable[[], T], problem: str) -> T:
    try:
        return load()
    except (ssl.SSLError, ValueError):
        raise WrongTls(problem) from None


def _flag(name: str, value: str) -> bool:
    if value.lower() not in _FLAGS:
        raise WrongTls(f"`{name}` must be true or false.")
    return _FLAGS[value.lower()]
