"""Mails and their templates as staff see and change them; the services check permissions for changes."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from datasources.mail.reads import Mails
from domain.accounts import Permission
from domain.kit.ids import key_of
from domain.kit.paging import Page, page_request
from domain.kit.refusals import Refusal, Refused
from domain.mail import Letter, Mail, MailState, MailTemplate, TemplateKey, TemplatePlace
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse
from services.mail.templating import key_of as key_for
from services.mail.templating import template_in_use

MAIL = "Mail"


@dataclass(frozen=True, slots=True)
class ShownTemplate:
    """The template in use for a key."""

    key: TemplateKey
    template: MailTemplate
    is_default: bool


@dataclass(frozen=True, slots=True)
class TemplateOutcome:
    """The template as it is now, or why it did not change."""

    mail_template: ShownTemplate | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewOutcome:
    """A sample, or why there is none."""

    preview: Letter | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """The mail as it is now, or why it is not sent again."""

    mail: Mail | None = None
    user_errors: tuple[Refusal, ...] = ()


async def mails(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
    state: Annotated[MailState | None, Arg(description="Only mails in this state.")] = None,
    order_id: Annotated[strawberry.ID | None, Arg(description="Only mails about this order.")] = None,
) -> Page[Mail]:
    """A page of mails, for staff with the permission MAILS."""
    await info.context.require_staff(Permission.MAILS)
    about = None if order_id is None else key_of(order_id, "Order") or 0
    reads = Mails(info.context.reads.database)
    return await reads.page(page_request(first, after, last, before), bool(reverse), state, about)


async def mail_template(context: Context, where: TemplatePlace) -> ShownTemplate | None:
    """The template in use, for staff with the permission MAILS."""
    await context.require_staff(Permission.MAILS)
    key = key_for(where, context.shop.territories)
    return None if key is None else await _template(context, key)


async def update(context: Context, where: TemplatePlace, template: MailTemplate) -> TemplateOutcome:
    """Replaces a template."""
    try:
        known = await context.services.mail_templates.update(context.viewer, where, template)
        return TemplateOutcome(await _template(context, known))
    except Refused as refused:
        return TemplateOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def reset(context: Context, where: TemplatePlace) -> TemplateOutcome:
    """Uses the shop's own template again."""
    try:
        known = await context.services.mail_templates.reset(context.viewer, where)
        return TemplateOutcome(await _template(context, known))
    except Refused as refused:
        return TemplateOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def preview(context: Context, where: TemplatePlace, template: MailTemplate | None) -> PreviewOutcome:
    """Writes a sample."""
    try:
        return PreviewOutcome(await context.services.mail_templates.preview(context.viewer, where, template))
    except Refused as refused:
        return PreviewOutcome(user_errors=refused.refusals)


async def send_again(context: Context, gid: str) -> MailOutcome:
    """Sends an unsent mail again."""
    key = key_of(gid, MAIL) or 0
    try:
        await context.services.mails.send_again(context.viewer, key)
        return MailOutcome(await Mails(context.reads.database).mail(key))
    except Refused as refused:
        return MailOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def _template(context: Context, key: TemplateKey) -> ShownTemplate:
    return ShownTemplate(key, *await template_in_use(context.reads.mail_templates, key))
