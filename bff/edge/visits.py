"""Who makes a request, where they are, and which address of the shop they use; reads no store."""

import re
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from bff.edge.in_context import InContext
from bff.edge.visitors import FORWARDED_HOST, FORWARDED_PROTO, Visitors
from domain.accounts import Consent, StatedConsent, Viewer
from domain.kit.urls import ShopUrls, urls_at
from domain.personal.records import Person, person_of
from domain.personal.tastes import Taste
from domain.territories.markets import Territory
from resolvers.context import Context
from resolvers.homepage.serving import homepage_taste
from resolvers.kit.cookies import DEVICE_COOKIE, LOGIN_COOKIE, Cookies
from resolvers.kit.scopes import Scope, shareable
from resolvers.shop import ShopContext

_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")
_SCHEMES = ("https", "http")

DEVICE_HEADER = "x-device-id"
_VARIES_BY = ("Accept", "Accept-Language", "Authorization", "Cookie", DEVICE_HEADER)


@dataclass(frozen=True, slots=True)
class Visit:
    """`is_placed` and `is_elsewhere` as in `resolvers.kit.scopes.shareable`."""

    territory: Territory
    country: str | None
    viewer: Viewer
    consent: Consent
    public_url: str
    urls: ShopUrls
    is_placed: bool
    is_elsewhere: bool

    @property
    def person(self) -> Person | None:
        """The person whose page the answer is; None for everybody's page."""
        return person_of(self.viewer, self.consent)

    @property
    def shareable(self) -> Scope | None:
        """The widest scope of an answer that caches may give to others."""
        known = self.person is not None
        return shareable(is_placed=self.is_placed, is_elsewhere=self.is_elsewhere, is_known=known)


class Visits:
    """Reads visits off requests; every answer depends on the request in this way and no other."""

    def __init__(self, shop: ShopContext, visitors: Visitors) -> None:
        self._shop = shop
        self._visitors = visitors
        self._has_one_territory = len(shop.territories.all) == 1
        forwarded = () if shop.public_url else visitors.forwarded_by
        self.vary = (*_VARIES_BY, *visitors.varies_by, *forwarded)

    def of(self, request: HTTPConnection, said: InContext) -> Visit:
        """`@inContext` before what a trusted proxy says, before the client's address, before the default territory."""
        country = said.country or self._visitors.country_said(request)
        is_placed = country is not None or self._has_one_territory
        country = country or self._visitors.country_of_address(request)
        territory = self._shop.territories.of_country(country)
        consent = self._consent(request, said.consent, territory, country)
        address = self._shop.public_url or _base_url(request, self._visitors)
        # Proxies pass on a header of the client that they do not know: no cache may give that answer to others.
        seen = (None, request.headers.get("host"))
        is_elsewhere = not self._shop.public_url and self._visitors.forwarded(request, FORWARDED_HOST) not in seen
        urls = urls_at(self._shop.urls, address)
        return Visit(territory, country, self._viewer(request), consent, address, urls, is_placed, is_elsewhere)

    def urls(self, request: HTTPConnection) -> ShopUrls:
        """The addresses of pages, files and the checkout, for whoever sent the request."""
        return urls_at(self._shop.urls, self._shop.public_url or _base_url(request, self._visitors))

    def context(self, request: HTTPConnection, said: InContext) -> Context:
        """The context of resolvers."""
        visit = self.of(request, said)
        return Context(
            shop=self._shop,
            territory=visit.territory,
            country=visit.country,
            language=said.language,
            viewer=visit.viewer,
            consent=visit.consent,
            public_url=visit.public_url,
            urls=visit.urls,
            address=self._visitors.address(request),
            is_placed=visit.is_placed,
            is_elsewhere=visit.is_elsewhere,
            login_proof=cookie_of(request, self._shop.cookies, LOGIN_COOKIE),
        )

    def _consent(
        self, request: HTTPConnection, said: StatedConsent, territory: Territory, country: str | None
    ) -> Consent:
        """What the client says; where it says nothing, the least of what the market and the visitor's place allow.

        Clients name a country for its prices; that does not move the visitor out of the law of their own.
        """
        if said.analytics is not None and said.preferences is not None:
            return Consent(said.analytics, said.preferences)
        default = territory.consent_of(country)
        place = self._visitors.country_said(request) or self._visitors.country_of_address(request)
        if place is not None and place != country:
            here = self._shop.territories.of_country(place).consent_of(place)
            default = Consent(default.analytics and here.analytics, default.preferences and here.preferences)
        return said.over(default)

    async def taste(self, visit: Visit) -> Taste | None:
        """What the shop knows of the visitor's taste; None when it knows nothing, or cannot read it at once."""
        return await homepage_taste(self._shop, visit.viewer, visit.consent)

    def _viewer(self, request: HTTPConnection) -> Viewer:
        """The bearer of a good token; anonymous with a device id, if the client has one, otherwise."""
        device_id = self._device_id(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        tokens = self._shop.services.tokens
        viewer = tokens.viewer(token.strip(), device_id) if scheme.lower() == "bearer" else None
        return viewer or Viewer(device_id=device_id)

    def _device_id(self, request: HTTPConnection) -> str | None:
        """The device named in the header, or else in the cookie that the shop gave it."""
        devices = self._shop.services.devices
        if claimed := request.headers.get(DEVICE_HEADER):
            return devices.of_header(claimed)
        cookie = cookie_of(request, self._shop.cookies, DEVICE_COOKIE)
        return devices.of_cookie(cookie) if cookie else None


def cookie_of(request: HTTPConnection, cookies: Cookies, name: str) -> str:
    """The value of a cookie that the client shows; empty when it shows none."""
    return cookies.read(request.cookies, name) if "cookie" in request.headers else ""


def _base_url(request: HTTPConnection, visitors: Visitors) -> str:
    """Starlette's `base_url`, without the cost of parsing it, as a trusted proxy saw it.

    A `Host` header that is not a host name is ignored.
    """
    host = visitors.forwarded(request, FORWARDED_HOST) or request.headers.get("host")
    if not host or not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = name if port is None else f"{name}:{port}"
    root: str = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    scheme = (visitors.forwarded(request, FORWARDED_PROTO) or "").lower()
    if scheme not in _SCHEMES:
        scheme = request.scope.get("scheme", "http")
    return f"{scheme}://{host}{root}".rstrip("/")
