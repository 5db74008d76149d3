"""URLs: which ones browsers may follow, and where the shop's own pages and pictures are, which are stored as paths."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

# Names of pictures end in a digest of what they show: `mug.clay.front.harbour-mug.0123456789ab.svg`.
_DIGEST = re.compile(r"\.([0-9a-f]{8,64})\.[A-Za-z0-9]{2,5}\Z")
_MAX_URL = 2_048
# A page of this shop, or of another site. Browsers also read `//` and `/\\` as another site.
_URL = re.compile(r"/(?![/\\])[^\s\\]*|https?://[^\s\\]+", re.IGNORECASE)
# The reserved characters of RFC 3986, and the sign of what is encoded. `quote` leaves the unreserved ones.
_IN_URI = ":/?#[]@!$&'()*+,;=%"
_NOT_IN_URI = re.compile(r"[^A-Za-z0-9:/?#\[\]@!$&'()*+,;=%._~-]")
_ACCOUNT_LINK = re.compile(r"/account/([a-z]+)/([0-9]{1,18})/([A-Za-z0-9_.-]+)(?:[?#].*)?\Z", re.ASCII)
_BY_PHONE = re.compile(r"(?:mailto|sms|tel):[^\s\\]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShopUrls:
    """Where clients reach the storefront's pages, the shop's files and the checkout: each without a final slash."""

    site: str = ""
    files: str = ""
    checkout: str = ""

    def page(self, url: str) -> str:
        """The absolute URL of a page.

        >>> ShopUrls("https://shop.example").page("/collections/all")
        'https://shop.example/collections/all'
        """
        return _absolute(self.site, url)

    def picture(self, url: str) -> str:
        """The absolute URL of a picture. That of the shop's own ones carries the digest in their name.

        >>> ShopUrls(files="https://cdn.example").picture("/media/mug.0123456789ab.svg")
        'https://cdn.example/media/mug.0123456789ab.svg?v=0123456789ab'
        >>> ShopUrls().picture("//elsewhere.example/mug.jpg?v=3")
        'https://elsewhere.example/mug.jpg?v=3'
        """
        found = _DIGEST.search(url) if _is_own(url) else None
        return _absolute(self.files, url if found is None else f"{url}?v={found[1]}")

    def cart(self, cart_id: str) -> str:
        """The absolute URL of the checkout of a cart."""
        return f"{self.checkout}/cart/{cart_id}"

    def order(self, order_id: int, token: str) -> str:
        """The absolute URL of the status page of an order, for whoever has it.

        >>> ShopUrls(checkout="https://shop.example").order(7, "c0ffee")
        'https://shop.example/orders/7/c0ffee'
        """
        return f"{self.checkout}/orders/{order_id}/{token}"

    def account(self, action: str, customer_id: int, token: str) -> str:
        """The absolute URL of the storefront's page behind a link of an account.

        >>> ShopUrls("https://shop.example").account("reset", 7, "c0ffee")
        'https://shop.example/account/reset/7/c0ffee'
        """
        return f"{self.site}/account/{action}/{customer_id}/{token}"


def account_link(url: str, action: str) -> tuple[int, str] | None:
    """The account and the token of a link, wherever the storefront is; None for another text.

    >>> account_link("https://shop.example/account/reset/7/c0ffee?utm=mail", "reset")
    (7, 'c0ffee')
    """
    found = _ACCOUNT_LINK.search(url) if len(url) <= _MAX_URL else None
    return (int(found[2]), found[3]) if found is not None and found[1] == action else None


@lru_cache(256)
def urls_at(settings: ShopUrls, address: str) -> ShopUrls:
    """The URLs for a request to that address of the shop, which stands in for settings that are empty.

    The checkout is a page of the shop itself, so that a storefront elsewhere need not have one.

    >>> urls_at(ShopUrls(site="https://shop.example"), "http://api.example").checkout
    'http://api.example'
    """
    return ShopUrls(settings.site or address, settings.files or address, settings.checkout or address)


def _is_own(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")


def _absolute(base: str, url: str) -> str:
    if url.startswith("//"):
        return f"https:{url}"
    return f"{base}{url}" if url.startswith("/") else url


def as_uri(url: str) -> str:
    """The URL with all that RFC 3986 does not allow in it percent-encoded; what is encoded already stays.

    >>> as_uri("https://x.test/kaffeemühle%20 1.jpg?v=3")
    'https://x.test/kaffeem%C3%BChle%20%201.jpg?v=3'
    """
    return quote(url, safe=_IN_URI) if _NOT_IN_URI.search(url) else url


def is_url(text: str) -> bool:
    """Whether browsers may follow it: no URL that runs a script, no invisible characters.

    >>> is_url("/pages/about"), is_url("https://post.example/42"), is_url("javascript:alert(1)"), is_url("//elsewhere")
    (True, True, False, False)
    """
    return len(text) <= _MAX_URL and text.isprintable() and _URL.fullmatch(text) is not None


def is_web_url(text: str) -> bool:
    """Whether the text is a URL of a site, and not a path.

    >>> is_web_url("https://post.example/42"), is_web_url("/42")
    (True, False)
    """
    return is_url(text) and not text.startswith("/")


def is_followed(text: str) -> bool:
    """Whether a browser or phone may open it: as `is_url`, or to write or call.

    >>> is_followed("mailto:ada@example.com"), is_followed("vbscript:x")
    (True, False)
    """
    return is_url(text) or (len(text) <= _MAX_URL and text.isprintable() and _BY_PHONE.fullmatch(text) is not None)
