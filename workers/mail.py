"""Sends mails that are due. A turn claims some, reads what they show, hands them over and records what became of each.

A worker that dies between the answer of the mail server and the record sends that mail again; both copies have one
`Message-ID`.
"""

import asyncio
from collections.abc import Mapping
from email.errors import MessageError

import structlog

from datasources.mail.queue import MailQueue
from datasources.mail.transport import NotSent, RecipientRefused, Transport
from domain.mail import DAILY_LIMITS, Letter, Mail, MailState, MailTemplate, SendOutcome, TemplateKey, retry_seconds
from services.mail.facts import FactsReader, MailFacts
from services.mail.letters import Sender, compose, default_template, digest_of, message
from services.mail.template_language import WrongTemplate
from services.mail.templating import TemplatesInUse
from workers.kit.jobs import AT_ONCE, Job, Pause
from workers.kit.pauses import Backoff, jittered

logger = structlog.get_logger(__name__)

# With the deadline of one mail, all of them end well within the time of a claim.
CLAIMED = 32
IDLE_SECONDS = 0.5
KEPT_DAYS = 90
SWEEP_SECONDS = 60.0
_GONE = SendOutcome(MailState.WITHHELD, error="What the mail is about no longer exists.")
_NO_ADDRESS = SendOutcome(MailState.WITHHELD, error="There is no e-mail address.")


class MailSender:
    """One worker's part of the work; any number of workers may run at once. `key` is for the digests of addresses."""

    def __init__(
        self,
        queue: MailQueue,
        mails: FactsReader,
        templates: TemplatesInUse,
        transport: Transport,
        sender: Sender,
        key: bytes,
    ) -> None:
        self._queue = queue
        self._mails = mails
        self._templates = templates
        self._transport = transport
        self._sender = sender
        self._key = key

    async def turn(self) -> Pause:
        """Sends what is due."""
        claimed = await self._queue.claim(CLAIMED)
        if not claimed:
            return Pause(IDLE_SECONDS)
        facts = await self._mails.facts(claimed)
        spent = await self._spent(facts)
        templates = await self._templates.of(list({each.template for each in facts.values() if each is not None}))
        sending = {asyncio.create_task(self._send(mail, facts[mail], templates, spent)): mail for mail in claimed}
        try:
            while sending:
                # What is known is recorded at once: a worker that dies now sends few of its mails again.
                done, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                outcomes = {sending.pop(task): task.result() for task in done}
                await self._queue.record({mail: (outcome, _wait(mail)) for mail, outcome in outcomes.items()})
        finally:
            for task in sending:  # nothing is sent that could not be recorded
                task.cancel()
        return AT_ONCE

    async def sweep(self) -> int:
        """Ends mails that nobody could send, and forgets those of long ago."""
        ended = await self._queue.give_up_old() + await self._queue.forget_done(KEPT_DAYS)
        return ended + await self._transport.tidy()

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()

    async def _spent(self, facts: Mapping[Mail, MailFacts | None]) -> dict[Mail, bool]:
        """The mails whose address has had its number of their kind today."""
        spent: dict[Mail, bool] = {}
        for kind, limit in DAILY_LIMITS.items():
            alike = {mail: self._digest(each) for mail, each in facts.items() if mail.kind is kind}
            addresses = sorted({digest for digest in alike.values() if digest is not None})
            counts = await self._queue.sent_today(kind, addresses) if addresses else {}
            for mail, digest in alike.items():
                if digest is not None:
                    spent[mail] = counts.get(digest, 0) >= limit
                    counts[digest] = counts.get(digest, 0) + 1
        return spent

    def _digest(self, facts: MailFacts | None) -> str | None:
        return None if facts is None or not facts.recipient else digest_of(facts.recipient, self._key)

    async def _send(
        self,
        mail: Mail,
        facts: MailFacts | None,
        templates: Mapping[TemplateKey, MailTemplate],
        spent: Mapping[Mail, bool],
    ) -> SendOutcome:
        digest = self._digest(facts)
        if facts is None:
            return _GONE
        if facts.recipient is None or digest is None:
            return _NO_ADDRESS
        if spent.get(mail, False):
            return SendOutcome(MailState.WITHHELD, digest, "The address had its mails of this kind today.")
        try:
            letter = _letter(facts, templates[facts.template])
            await self._transport.send(message(letter, self._sender, facts.recipient, mail.cause), mail.cause)
        except RecipientRefused as error:
            logger.warning("mail_refused", kind=mail.kind.value, mail_id=mail.id, reason=str(error))
            return SendOutcome(MailState.REFUSED, digest, str(error))
        except NotSent as error:
            logger.warning("mail_not_sent", kind=mail.kind.value, attempts=mail.attempts, reason=str(error))
            return SendOutcome(MailState.WAITING, digest, str(error))
        except (ValueError, MessageError) as error:  # an address that no header can hold
            logger.error("mail_not_written", kind=mail.kind.value, mail_id=mail.id, error=type(error).__name__)
            return SendOutcome(MailState.REFUSED, digest, "The address cannot be written into a mail.")
        except Exception as error:  # one mail must not hold up the others
            logger.error("mail_failed", kind=mail.kind.value, mail_id=mail.id, error=type(error).__name__)
            return SendOutcome(MailState.WAITING, digest, type(error).__name__)
        return SendOutcome(MailState.SENT, digest)


def _wait(mail: Mail) -> int:
    return round(jittered(retry_seconds(mail.attempts)))


def _letter(facts: MailFacts, template: MailTemplate) -> Letter:
    """From the shop's own template when that of staff cannot show these facts."""
    key = facts.template
    try:
        return compose(template, key.language, facts.shown)
    except WrongTemplate as error:
        logger.error("mail_template_failed", template=str(key), reason=str(error))
        return compose(default_template(key.kind, key.language), key.language, facts.shown)


def mail_jobs(sender: MailSender) -> list[Job]:
    """Sends mails, in all workers at once, and ends and forgets old ones."""
    return [
        Job("mails", sender.turn, IDLE_SECONDS, finish=sender.close),
        Job("old-mails", sender.sweep, SWEEP_SECONDS, backoff=Backoff(1.0, 30.0), deadline=600.0),
    ]
