"""Mails wait in the database: one worker sends each, a server that is away loses none, and old ones end."""

import asyncio
from collections import Counter
from email.message import EmailMessage

import pytest

from datasources import tables
from datasources.mail.queue import CLAIM_SECONDS, TOO_LATE
from tests.kit.factories.catalog import Added
from tests.kit.mails import MailDesk


async def test_workers_share_the_mails(mail_desk: MailDesk, mug: Added) -> None:
    """Each is sent by one of them."""
    for _ in range(6):
        await mail_desk.desk.buy((mug.variant_ids[0], 1))
    await asyncio.gather(*(mail_desk.new_worker().turn() for _ in range(4)))
    await mail_desk.turns()
    assert len(set(mail_desk.server.subjects())) == len(mail_desk.server.subjects()) == 6


async def test_a_mail_that_was_not_taken_is_sent_later(mail_desk: MailDesk, mug: Added) -> None:
    """Not at once: the wait grows, and the shop has lost nothing."""
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    mail_desk.server.is_down = True
    await mail_desk.turns()
    mail_desk.server.is_down = False
    await mail_desk.turns()
    assert (mail_desk.server.taken, await mail_desk.states()) == ([], {"WAITING": 1})
    mail_desk.clock.ahead += 15
    await mail_desk.turns()
    assert await mail_desk.states() == {"SENT": 1}
    (row,) = await mail_desk.desk.rows(tables.mails)
    assert (row.attempts, row.last_error) == (2, None)


async def test_an_address_that_takes_no_mail_is_tried_once(mail_desk: MailDesk, mug: Added) -> None:
    """And holds up no other."""
    mail_desk.server.refused.add("nobody@example.com")
    await mail_desk.desk.buy((mug.variant_ids[0], 1), email="nobody@example.com")
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    await mail_desk.turns()
    assert await mail_desk.states() == {"REFUSED": 1, "SENT": 1}
    refused = [row for row in await mail_desk.desk.rows(tables.mails) if row.state == "REFUSED"]
    assert [(row.last_error, "nobody" in str(row)) for row in refused] == [("SMTP 550", False)]


async def test_a_worker_that_died_gives_its_mails_up(mail_desk: MailDesk, mug: Added) -> None:
    """After the time of its claim; what it records later than that counts for nothing."""
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    (claimed,) = await mail_desk.queue.claim(10)
    assert await mail_desk.queue.claim(10) == []
    mail_desk.clock.ahead += CLAIM_SECONDS
    (again,) = await mail_desk.queue.claim(10)
    assert (again.id, again.attempts) == (claimed.id, claimed.attempts + 1)


async def test_mails_of_two_days_ago_are_given_up(mail_desk: MailDesk, mug: Added) -> None:
    """They stay to be seen for ninety days."""
    await mail_desk.desk.buy((mug.variant_ids[0], 1))
    mail_desk.clock.ahead += 47 * 3_600
    assert await mail_desk.queue.give_up_old() == 0
    mail_desk.clock.ahead += 2 * 3_600
    assert await mail_desk.queue.give_up_old() == 1
    assert [(row.state, row.last_error) for row in await mail_desk.desk.rows(tables.mails)] == [("FAILED", TOO_LATE)]
    mail_desk.clock.ahead += 89 * 86_400
    assert await mail_desk.queue.forget_done(90) == 0
    mail_desk.clock.ahead += 2 * 86_400
    assert await mail_desk.queue.forget_done(90) == 1


async def test_nothing_is_sent_that_cannot_be_recorded(
    mail_desk: MailDesk, mug: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away after the first mail: the others are given up, and sent once it is back."""
    for _ in range(4):
        await mail_desk.desk.buy((mug.variant_ids[0], 1))
    gate, take = asyncio.Event(), mail_desk.server.send

    async def send(message: EmailMessage, key: str) -> None:
        if mail_desk.server.taken:
            await gate.wait()
        await take(message, key)

    async def record(_outcomes: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(mail_desk.server, "send", send)
        patch.setattr(mail_desk.queue, "record", record)
        with pytest.raises(ConnectionError):
            await mail_desk.worker.turn()
        gate.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert len(mail_desk.server.taken) == 1
    mail_desk.clock.ahead += CLAIM_SECONDS
    await mail_desk.turns()
    assert await mail_desk.states() == {"SENT": 4}


async def test_an_idle_worker_costs_one_statement(mail_desk: MailDesk) -> None:
    """And opens no transaction."""
    before = mail_desk.desk.database.statements
    await mail_desk.worker.turn()
    assert mail_desk.desk.database.statements == before + 1


@pytest.mark.parametrize("orders", [1, 5])
async def test_a_turn_costs_as_many_statements_for_many_mails(mail_desk: MailDesk, mug: Added, orders: int) -> None:
    """One look, the claim of two, two reads of orders, and one record of each outcome."""
    for _ in range(orders):
        await mail_desk.desk.buy((mug.variant_ids[0], 1))
    before = mail_desk.desk.database.statements
    await mail_desk.worker.turn()
    assert mail_desk.desk.database.statements == before + 1 + 2 + 2 + orders
    assert Counter(mail_desk.server.subjects()).total() == orders
