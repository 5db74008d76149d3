"""Templates of mails: the shop's own ones, and those that staff wrote in their place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from datasources.kit.database import Database
from datasources.mail.templates import MailTemplates
from domain.accounts import Permission, Viewer
from domain.kit.money import Money
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused, Unavailable, refuse
from domain.kit.urls import ShopUrls
from domain.mail import OF_ACCOUNTS, Letter, MailKind, MailTemplate, TemplateKey, TemplatePlace
from domain.orders.after_payment import Fulfillment, Refund, RefundState, Tracking
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine
from domain.territories.delivery import Address
from domain.territories.markets import Territories, Territory
from services.accounts.authority import require
from services.mail.account_facts import account_shown
from services.mail.facts import shop_shown
from services.mail.letters import compose, default_template, one_line
from services.mail.order_facts import MailSubject, shown_facts
from services.mail.template_language import WrongTemplate, render

logger = structlog.get_logger(__name__)
_THEN = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


class MailTemplateService:
    """Staff with the permission MAILS change templates; a change counts for the mails that are sent after it."""

    def __init__(self, database: Database, templates: MailTemplates, territories: Territories, shop_name: str) -> None:
        self._database = database
        self._templates = templates
        self._territories = territories
        self._shop_name = shop_name

    async def update(self, viewer: Viewer, where: TemplatePlace, template: MailTemplate) -> TemplateKey:
        """Replaces a template, unless a sample of its mail cannot be written.

        Refused: NOT_FOUND for an unknown territory, BLANK, INVALID.
        """
        actor = await require(self._database, viewer, Permission.MAILS)
        key = self._known(where)
        self._sample(key, template)
        await self._templates.write(key, template, actor)
        return key

    async def reset(self, viewer: Viewer, where: TemplatePlace) -> TemplateKey:
        """Uses the shop's own template again. Refused: NOT_FOUND."""
        actor = await require(self._database, viewer, Permission.MAILS)
        key = self._known(where)
        await self._templates.remove(key, actor)
        return key

    async def preview(self, viewer: Viewer, where: TemplatePlace, template: MailTemplate | None) -> Letter:
        """A sample of the mail, from this template or the one in use; nothing is sent.

        Refused: NOT_FOUND, BLANK, INVALID.
        """
        await require(self._database, viewer, Permission.MAILS)
        key = self._known(where)
        return self._sample(key, template or (await template_in_use(self._templates, key))[0])

    def _known(self, where: TemplatePlace) -> TemplateKey:
        key = key_of(where, self._territories)
        if key is None:
            raise refuse(RefusalCode.NOT_FOUND, "There is no such territory.", "territory")
        return key

    def _sample(self, key: TemplateKey, template: MailTemplate) -> Letter:
        facts = self._sample_facts(key.kind, self._territories.of_code(key.territory))
        refusals = [
            refusal
            for part in ("subject", "text", "html")
            if (refusal := _wrong(part, getattr(template, part), {**facts, "language": key.language})) is not None
        ]
        if refusals:
            raise Refused(*refusals)
        return compose(template, key.language, facts)

    def _sample_facts(self, kind: MailKind, territory: Territory) -> dict[str, Any]:
        if kind in OF_ACCOUNTS:
            return account_shown(shop_shown(None, self._shop_name), "https://shop.example/account/sample/1/sample")
        return shown_facts(sample(kind, territory), territory, ShopUrls(), self._shop_name, None)


def key_of(where: TemplatePlace, territories: Territories) -> TemplateKey | None:
    """The key of a template, in the language of its territory unless it names one; None without such a territory."""
    territory = territories.of_code(where.territory)
    if territory.code != where.territory:
        return None
    return TemplateKey(where.kind, territory.code, (where.language or territory.language).upper())


async def template_in_use(templates: MailTemplates, key: TemplateKey) -> tuple[MailTemplate, bool]:
    """The template for a key, and whether it is the shop's own one. Raises `Unavailable`."""
    found = (await templates.of([key])).get(key)
    return (default_template(key.kind, key.language), True) if found is None else (found, False)


class TemplatesInUse:
    """The templates for mails that are about to be sent."""

    def __init__(self, templates: MailTemplates) -> None:
        self._templates = templates

    async def of(self, keys: Sequence[TemplateKey]) -> dict[TemplateKey, MailTemplate]:
        """One for each key. While the document store is away, the shop's own ones: a late mail helps nobody."""
        own = {key: default_template(key.kind, key.language) for key in keys}
        try:
            return own | await self._templates.of(keys)
        except Unavailable as error:
            logger.warning("mail_templates_unavailable", code=error.code)
            return own


def sample(kind: MailKind, territory: Territory) -> MailSubject:
    """An order such as a mail of the kind is about."""
    currency, country = territory.currency, next(iter(territory.countries), "GB")
    home = Address(country, "Ada", "Lovelace", None, "12 St James's Square", None, "London", None, "SW1Y 4JH")
    price, total = Money(1_250, currency), Money(2_990, currency)
    order = Order(
        *(1, "#1001", "sample", None, "ada@example.com", country, OrderStatus.PAID, price.times(2), total, _THEN),
        shipping_minor=490,
        address=home,
    )
    line = OrderLine(1, 0, 1, "MUG-BLUE", "Harbour mug", "Blue", 2, price)
    tracking = Tracking("Royal Mail", "RM123456789GB", "https://track.example/RM123456789GB")
    parcel = Fulfillment(1, 1, tracking, _THEN, ((line, 2),)) if kind is MailKind.ORDER_SHIPPED else None
    refund = Refund(1, 1, "", total, RefundState.DONE, "", "", _THEN) if kind is MailKind.ORDER_REFUNDED else None
    return MailSubject(order, (line,), parcel, refund)


def _wrong(part: str, text: str, facts: dict[str, object]) -> Refusal | None:
    if not text.strip():
        return Refusal(RefusalCode.BLANK, f"{INPUT} cannot be blank.", (part,))
    try:
        shown = render(text, facts, is_html=part == "html")
    except WrongTemplate as error:
        return Refusal(RefusalCode.INVALID, f"{INPUT} is no template. {error}", (part,))
    if part == "subject" and not one_line(shown):
        return Refusal(RefusalCode.BLANK, f"{INPUT} cannot be blank.", (part,))
    return None
