"""The context of every resolver: the shop's reads and services, the viewer and the territory."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import strawberry

from datasources.accounts.customers import is_current, is_granted
from domain.accounts import ANONYMOUS, NO_CONSENT, Consent, Permission, Viewer
from domain.cart import Cart
from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted
from domain.checkout.offers import Offer
from domain.kit.limits import LimitReached, LimitRule
from domain.kit.refusals import AccessDenied, Refusal
from domain.kit.urls import ShopUrls
from domain.personal.records import Person, person_of, unwanted_of
from domain.personal.tastes import Taste
from domain.territories.markets import Territory
from resolvers.kit.cookies import DEVICE_COOKIE
from resolvers.kit.scopes import Scope, shareable
from resolvers.loaders import Loaders
from resolvers.shop import Reads, Services, ShopContext


@dataclass
class Context:
    """One request. `country` is the visitor's, if known; `territory` is always one of the shop's.

    `address` is the client's, `login_proof` the proof of an earlier login on its device. `refused_submit` holds the
    refusals of the submitted cart, if they were known before. `is_placed` and `is_elsewhere` as in
    `resolvers.kit.scopes.shareable`; `scope` is what resolvers found the answer to depend on, at least.
    """

    shop: ShopContext
    territory: Territory
    country: str | None = None
    language: str | None = None
    viewer: Viewer = ANONYMOUS
    consent: Consent = NO_CONSENT
    public_url: str = ""
    urls: ShopUrls = ShopUrls()
    refused_submit: tuple[Refusal, ...] = ()
    address: str = ""
    login_proof: str = ""
    is_placed: bool = False
    is_elsewhere: bool = False
    scope: Scope = field(default=Scope.PUBLIC, init=False)
    answer_headers: dict[str, str] = field(default_factory=dict, init=False)
    _offers: "dict[str, asyncio.Future[Offer]]" = field(default_factory=dict, init=False)
    answer_extensions: dict[str, Any] = field(default_factory=dict, init=False)
    _taste: "asyncio.Future[Taste | None] | None" = field(default=None, init=False)
    _unwanted: "asyncio.Future[Unwanted] | None" = field(default=None, init=False)
    # Accounts whose tokens the arguments of this request gave.
    proven: set[int] = field(default_factory=set, init=False)
    _checked: bool = field(default=False, init=False)
    _granted: dict[Permission, bool] = field(default_factory=dict, init=False)

    @cached_property
    def loaders(self) -> Loaders:
        """The dataloaders of this request."""
        return Loaders(self.shop.reads, self.territory)

    @property
    def reads(self) -> Reads:
        """Batch reads."""
        return self.shop.reads

    @property
    def services(self) -> Services:
        """Writes."""
        return self.shop.services

    @property
    def shareable(self) -> Scope | None:
        """The widest scope of an answer that caches may give to others."""
        known = person_of(self.viewer, self.consent) is not None
        return shareable(is_placed=self.is_placed, is_elsewhere=self.is_elsewhere, is_known=known)

    def depends_on(self, scope: Scope) -> None:
        """Makes the answer one of this scope, unless it is narrower already."""
        self.scope = max(self.scope, scope)

    async def signed_in(self) -> Viewer:
        """The viewer, after one statement per request; none for guests. Raises `AccessDenied` for an ended token."""
        self.scope = max(self.scope, Scope.PRIVATE)
        customer_id = self.viewer.customer_id
        if customer_id is not None and not self._checked:
            if not await is_current(self.reads.database, customer_id, self.viewer.token_version):
                raise AccessDenied("UNAUTHENTICATED")
            self._checked = True
        return self.viewer

    async def is_staff(self, permission: Permission) -> bool:
        """Whether the viewer holds a permission now. Raises `AccessDenied` for a token that a logout has ended."""
        viewer = await self.signed_in()
        if viewer.customer_id is None or not viewer.may(permission):
            return False
        if permission not in self._granted:
            database, version = self.reads.database, viewer.token_version
            self._granted[permission] = await is_granted(database, viewer.customer_id, version, permission)
        return self._granted[permission]

    async def require_staff(self, permission: Permission) -> None:
        """Raises `AccessDenied` unless the viewer holds a permission now."""
        if not await self.is_staff(permission):
            raise AccessDenied("UNAUTHENTICATED" if self.viewer.customer_id is None else "FORBIDDEN")

    def somebody(self) -> Person | None:
        """The person to record the visitor's activity for; None for a guest without consent to preferences.

        A device without an id gets one, in a cookie.
        """
        self.depends_on(Scope.PRIVATE)
        if person_of(self.viewer, self.consent) is None and self.consent.preferences:
            device_id, cookie = self.services.devices.new()
            self.viewer = replace(self.viewer, device_id=device_id)
            self.keep_on_device(DEVICE_COOKIE, cookie)
        return person_of(self.viewer, self.consent)

    async def spend(self, rule: LimitRule, units: float = 1, subject: str | None = None) -> None:
        """Draws on a budget of the subject, by default of the client's network. Raises `LimitReached`."""
        if wait := await self.services.limits.take(rule, self.address if subject is None else subject, units):
            raise LimitReached(f"Too many requests of this kind from this {rule.subject}; try again later.", wait)

    def keep_on_device(self, name: str, value: str) -> None:
        """Sets a cookie. An answer has one cookie: the last one."""
        is_secure = self.public_url.startswith("https://")
        self.answer_headers["Set-Cookie"] = self.shop.cookies.line(name, value, is_secure=is_secure)

    async def unwanted(self) -> Unwanted:
        """What the viewer has hidden. While Redis does not answer, an account's rows say it.

        A guest then gets a list like everybody's, and the answer says `personalized: false` in its extensions.
        """
        self.depends_on(Scope.VIEWER)
        person = person_of(self.viewer, self.consent)
        if person is None:
            return NOTHING_UNWANTED
        if self._unwanted is None:
            self._unwanted = asyncio.ensure_future(self._read_unwanted(person))
        return await asyncio.shield(self._unwanted)

    async def taste(self, person: Person) -> Taste | None:
        """What a person likes and has hidden, read once for all parts of an answer; None when it cannot be had."""
        if self._taste is None:
            self._taste = asyncio.ensure_future(self.reads.tastes.get_for_list(person))
        return await asyncio.shield(self._taste)

    async def _read_unwanted(self, person: Person) -> Unwanted:
        taste = await self.taste(person)
        if taste is not None:
            return taste.unwanted
        if person.customer_id is not None:
            return unwanted_of((await self.reads.dislikes.by_customer([person.customer_id]))[0])
        self.answer_extensions["personalized"] = False
        return NOTHING_UNWANTED

    async def offer_of(self, cart: Cart, make: "Callable[[Context, Cart], Coroutine[Any, Any, Offer]]") -> Offer:
        """The offer of a cart: from its last change in this request, else made by `make`, once per request."""
        made = self._offers.get(cart.id)
        if made is None:
            made = self._offers[cart.id] = asyncio.ensure_future(make(self, cart))
        return await asyncio.shield(made)

    def keep_offer(self, offer: Offer) -> None:
        """Stores the offer that a change of its cart produced."""
        made = self._offers[offer.cart.id] = asyncio.get_running_loop().create_future()
        made.set_result(offer)

    def written(self) -> None:
        """Discards what was read before a write: the next mutation reads current data."""
        self.__dict__.pop("loaders", None)
        self._offers.clear()
        self._checked = False
        self._granted.clear()
        self._unwanted = self._taste = None


Info = strawberry.Info[Context, Any]
