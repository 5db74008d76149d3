"""What happens to an order makes its mails: each once, and only if it really happened."""

import pytest

from datasources import tables
from datasources.kit.documents import Documents
from datasources.mail import queue
from datasources.mail.templates import MailTemplates
from domain.kit.refusals import Refused
from domain.mail import MailKind, MailTemplate, NewMail, TemplateKey
from domain.orders.after_payment import Tracking
from domain.orders.commands import FulfilOrder
from tests.kit.factories.catalog import Added
from tests.kit.mails import MailDesk, body_of
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount

TRACKED = FulfilOrder(None, Tracking("Royal Mail", "RM1", "https://track.example/RM1"))


async def test_a_paid_order_is_confirmed_once(mail_desk: MailDesk, mug: Added) -> None:
    """However often the provider reports the payment; an order that is not paid gets no confirmation."""
    desk = mail_desk.desk
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.orders.capture(order_id, desk.till.charges[f"order-{order_id}"])
    await desk.buy((mug.variant_ids[0], 1), token="lost")
    await mail_desk.turns()
    (mail,) = mail_desk.server.taken
    name = (await desk.look(order_id)).order.name
    assert (mail["To"], mail["Subject"]) == ("guest@example.com", f"Order {name} is confirmed")
    for kind in ("plain", "html"):
        body = body_of(mail, kind)
        assert f"https://shop.example/orders/{order_id}/" in body
        assert "£20.00" in body
    assert await mail_desk.states() == {"SENT": 1}


async def test_the_life_of_an_order_is_told_by_mail(mail_desk: MailDesk, mug: Added) -> None:
    """Sent with its tracking number, part of the money refunded, and another one cancelled with all of its money."""
    desk = mail_desk.desk
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, TRACKED)
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    await mail_desk.turns()
    kinds = [row.kind for row in await desk.rows(tables.mails)]
    assert kinds == ["ORDER_CONFIRMED", "ORDER_SHIPPED", "ORDER_REFUNDED"]
    bodies = {kind: body_of(mail, "plain") for kind, mail in zip(kinds, mail_desk.server.taken, strict=True)}
    assert "RM1" in bodies["ORDER_SHIPPED"]
    assert "https://track.example/RM1" in bodies["ORDER_SHIPPED"]
    assert "£5.00" in bodies["ORDER_REFUNDED"]
    other = await desk.buy((mug.variant_ids[1], 1))
    await desk.life.cancel(desk.staff, other, CANCEL)
    await mail_desk.turns()
    assert [row.kind for row in await desk.rows(tables.mails) if row.order_id == other] == [
        "ORDER_CONFIRMED",
        "ORDER_CANCELLED",
        "ORDER_REFUNDED",
    ]


async def test_a_refused_change_makes_no_mail(mail_desk: MailDesk, mug: Added) -> None:
    """The mail is written in the transaction of its cause, which was undone."""
    desk = mail_desk.desk
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    with pytest.raises(Refused):
        await desk.life.cancel(desk.staff, order_id, CANCEL)
    desk.till.refuses = True
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    assert [row.kind for row in await desk.rows(tables.mails)] == ["ORDER_CONFIRMED", "ORDER_SHIPPED"]


async def test_a_declined_payment_is_told_but_not_endlessly(mail_desk: MailDesk, mug: Added) -> None:
    """Whoever tries cards with somebody's address causes three mails a day there, however it is spelled."""

    async def decline(email: str) -> None:
        with pytest.raises(Refused):
            await mail_desk.desk.buy((mug.variant_ids[0], 1), token="DECLINED", email=email)

    for number in range(5):
        email = "Guest@example.com" if number % 2 else "guest@EXAMPLE.com"
        await decline(email)
        if number % 2:
            await mail_desk.turns()
    await mail_desk.turns()
    assert await mail_desk.states() == {"SENT": 3, "WITHHELD": 2}
    mail_desk.clock.ahead += 25 * 3_600
    await decline("guest@example.com")
    await mail_desk.turns()
    assert await mail_desk.states() == {"SENT": 4, "WITHHELD": 2}


async def test_a_cause_has_one_mail(mail_desk: MailDesk, mug: Added) -> None:
    """A second one is left out, before the first one is sent and after."""
    desk = mail_desk.desk
    order_id = await desk.buy((mug.variant_ids[0], 2))
    again = NewMail(MailKind.ORDER_CONFIRMED, order_id)
    for _ in range(2):
        await desk.database.transact(lambda tx: queue.add(tx, again, again))
        await mail_desk.turns()
    assert len(mail_desk.server.taken) == 1


async def test_mails_are_written_from_the_template_of_staff(mail_desk: MailDesk, mug: Added) -> None:
    """The shop's own one is used while the documents cannot be read, and for an order that theirs cannot show."""
    templates = MailTemplates(mail_desk.documents)
    key = TemplateKey(MailKind.ORDER_CONFIRMED, "GB", "EN")
    await templates.write(key, MailTemplate("{{ order.address.0 }}", "Hi", "<p>Hi</p>"), "staff:1")
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    await mail_desk.turns()
    await templates.write(key, MailTemplate("Ours: {{ order.name }}", "Hi", "<p>Hi</p>"), "staff:1")
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    await mail_desk.turns()
    own, theirs = mail_desk.server.subjects()
    assert own.endswith("is confirmed")
    assert theirs.startswith("Ours: ")
    mail_desk.documents = Documents("mongodb://127.0.0.1:9", "nowhere", deadline=0.1)
    mail_desk.worker = mail_desk.new_worker()
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    await mail_desk.turns()
    await mail_desk.documents.close()
    assert mail_desk.server.subjects()[2].endswith("is confirmed")
