"""What mails about orders show: read for many mails at once, in the words and numbers of the order's territory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from datasources.content.reads import Content
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from domain.content import Shop
from domain.kit.money import Money
from domain.kit.urls import ShopUrls
from domain.mail import Mail, MailKind, TemplateKey
from domain.orders.after_payment import Fulfillment, Refund
from domain.orders.records import Order, OrderLine
from domain.territories.delivery import Address
from domain.territories.markets import Territories, Territory
from services.mail.facts import MailFacts, shop_of, shop_shown
from services.mail.letters import words


@dataclass(frozen=True, slots=True)
class MailSubject:
    """What a mail is about: an order with its lines, and its parcel or its refund."""

    order: Order
    lines: Sequence[OrderLine]
    parcel: Fulfillment | None = None
    refund: Refund | None = None


@dataclass(frozen=True, slots=True)
class OrderReads:
    """The stores that mails about orders are read from."""

    orders: Orders
    fulfillments: Fulfillments
    refunds: Refunds
    content: Content


class OrderMails:
    """Reads with one statement for each kind of record, whatever the number of mails."""

    def __init__(self, reads: OrderReads, territories: Territories, urls: ShopUrls, shop_name: str) -> None:
        self._reads = reads
        self._territories = territories
        self._urls = urls
        self._shop_name = shop_name

    async def facts(self, mails: Sequence[Mail]) -> dict[Mail, MailFacts | None]:
        """The facts of each mail; None if its order, parcel or refund no longer exists. Raises `Unavailable`."""
        ids = list(dict.fromkeys(_order_id(mail) for mail in mails))
        orders = {order.id: order for order in await self._reads.orders.orders_by_id(ids) if order is not None}
        lines = dict(zip(ids, await self._reads.orders.lines_by_order(ids), strict=True))
        parcels, refunds = await self._parcels(mails), await self._refunds(mails)
        shop = await shop_of(self._reads.content)
        found: dict[Mail, MailFacts | None] = {}
        for mail in mails:
            order = orders.get(_order_id(mail))
            parcel, refund = parcels.get(mail.part_id), refunds.get(mail.part_id)
            lacks = (mail.kind is MailKind.ORDER_SHIPPED and parcel is None) or (
                mail.kind is MailKind.ORDER_REFUNDED and refund is None
            )
            if order is None or lacks:
                found[mail] = None
                continue
            territory = self._territories.of_country(order.country)
            subject = MailSubject(order, lines[order.id], parcel, refund)
            shown = shown_facts(subject, territory, self._urls, self._shop_name, shop)
            key = TemplateKey(mail.kind, territory.code, territory.language.upper())
            found[mail] = MailFacts(order.email, key, shown)
        return found

    async def _parcels(self, mails: Sequence[Mail]) -> dict[int | None, Fulfillment]:
        ids = [_order_id(mail) for mail in mails if mail.kind is MailKind.ORDER_SHIPPED]
        found = await self._reads.fulfillments.by_order(ids) if ids else []
        return {parcel.id: parcel for parcels in found for parcel in parcels}

    async def _refunds(self, mails: Sequence[Mail]) -> dict[int | None, Refund]:
        ids = [_order_id(mail) for mail in mails if mail.kind is MailKind.ORDER_REFUNDED]
        found = await self._reads.refunds.by_order(ids) if ids else []
        return {refund.id: refund for refunds in found for refund, _ in refunds}


def shown_facts(
    subject: MailSubject, territory: Territory, urls: ShopUrls, shop_name: str, shop: Shop | None
) -> dict[str, Any]:
    """What templates show: `shop`, `order`, and `parcel` or `refund` in mails about one."""
    locale, order = locale_of(territory), subject.order
    shown: dict[str, Any] = {
        "shop": shop_shown(shop, shop_name),
        "order": order_shown(order, subject.lines, urls.order(order.id, order.token), locale),
    }
    if subject.parcel is not None:
        tracking = subject.parcel.tracking
        shown["parcel"] = {
            "company": tracking.company,
            "number": tracking.number,
            "url": tracking.url,
            "lines": [_line(line, units, locale) for line, units in subject.parcel.lines],
        }
    if subject.refund is not None:
        shown["refund"] = {"amount": money_text(subject.refund.amount, locale)}
    return shown


def order_shown(order: Order, lines: Sequence[OrderLine], url: str, locale: Locale) -> dict[str, Any]:
    """What templates show of an order; `url` is that of its status page."""
    return {
        "name": order.name,
        "url": url,
        "lines": [_line(line, line.quantity, locale) for line in lines],
        "sums": _sums(order, locale),
        "address": [] if order.address is None else order.address.lines(_country(order.address, locale)),
    }


def locale_of(territory: Territory) -> Locale:
    """How a territory writes numbers and countries: its language, in its first country.

    >>> locale_of(Territory("DE", "Germany", "EUR", countries=("DE",), language="DE"))
    Locale('de', territory='DE')
    """
    language = territory.language.lower().replace("-", "_")
    country = next(iter(territory.countries), None)
    for name in (f"{language.split('_')[0]}_{country}", language, language.split("_")[0]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def money_text(money: Money, locale: Locale) -> str:
    """An amount as people of a place read it.

    >>> money_text(Money(123450, "EUR"), Locale("de")).replace(chr(160), " ")
    '1.234,50 €'
    """
    return format_currency(money.decimal, money.currency, locale=locale)


def _order_id(mail: Mail) -> int:
    if mail.order_id is None:
        raise ValueError("the mail is not about an order")
    return mail.order_id


def _line(line: OrderLine, units: int, locale: Locale) -> dict[str, Any]:
    title = line.title if line.variant_title in ("", "Default Title") else f"{line.title} ({line.variant_title})"
    return {"title": title, "quantity": units, "price": money_text(line.total, locale)}


def _sums(order: Order, locale: Locale) -> list[dict[str, str]]:
    """The rows below the lines."""
    rows = [("subtotal", order.subtotal)]
    if order.discount_minor:
        rows.append(("discount", Money(-order.discount_minor, order.total.currency)))
    if order.shipping_minor:
        rows.append(("shipping", order.shipping))
    if order.tax_minor and not order.taxes_included:
        rows.append(("tax", order.tax))
    rows.append(("total", order.total))
    _, every = words(locale.language)
    return [{"name": every["COMMON"][name], "price": money_text(amount, locale)} for name, amount in rows]


def _country(address: Address, locale: Locale) -> str:
    """The country in the reader's language."""
    return str(locale.territories.get(address.country, address.country))
