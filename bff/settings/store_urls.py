"""Which URLs of stores can be used at all. No error repeats a URL: it may hold a password."""

import re

from datasources.kit import tls

_SCHEMES = {
    "database_url": ("sqlite+aiosqlite:///", "mysql+aiomysql://"),
    "mongo_url": ("mongodb://", "mongodb+srv://"),
    "redis_url": ("redis://", "rediss://", "redis+cluster://", "rediss+cluster://"),
    "search_url": ("tantivy:///", "http://", "https://"),
    "sandbox_url": ("http://", "https://"),
}
# Their passwords are settings of their own; these URLs are shown in full.
_WITHOUT_PASSWORD = ("search_url", "sandbox_url")


_HOST = r"(?:\[[^\]@/?#]*\]|[^@/?#:\[\]]*)(?::\d*)?"
_REST = r"(?:/[^@?#]*)?(?:\?.*)?"
# What each driver can read. An unescaped `/`, `?`, `#` or `@` in a password would make a part of it the host.
_FORMS = {
    "mysql+aiomysql": re.compile(rf"(?:[^:/@]*(?::[^@]*)?@)?{_HOST}{_REST}"),
    "redis": re.compile(rf"(?:[^/?#]*@)?{_HOST}{_REST}"),
    "http": re.compile(rf"(?:[^/?#]*@)?{_HOST}{_REST}"),
    "mongodb": re.compile(rf"(?:[^@/?#]*@)?[^@/?#]+{_REST}"),
}


def require_usable(setting: str, url: str) -> None:
    """Raises ValueError with the rule that the URL of a setting breaks."""
    schemes = _SCHEMES[setting]
    if not url.startswith(schemes):
        raise ValueError(f"the URL must start with {' or '.join(schemes)}")
    scheme, _, rest = url.partition("://")
    form = next((form for start, form in _FORMS.items() if scheme.startswith(start)), None)
    if form and not form.fullmatch(rest):
        raise ValueError(
            "the URL must have the form SCHEME://USER:PASSWORD@HOST:PORT, "
            "with `@`, `/`, `?`, `#` and `%` in a password percent-encoded (`%40`)"
        )
    if setting in _WITHOUT_PASSWORD and "@" in rest.partition("?")[0]:
        raise ValueError(f"the URL must hold no user or password; the key belongs in {_key_of(setting)}")
    tls.address(url)


def _key_of(setting: str) -> str:
    return f"STOREFRONT_{setting.removesuffix('_url')}_KEY".upper()
