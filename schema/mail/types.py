"""Mails to shoppers, as staff see them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.kit.ids import global_id
from domain.mail import TemplatePlace
from resolvers import mail as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.enums import LanguageCode
from schema.kit.common import Connection, id_field
from schema.mail.enums import MailKind, MailState

Field = strawberry.field
Kind = Annotated[MailKind, Arg(description="The kind of mail.")]
Market = Annotated[str, Arg(description="The code of the territory, such as `GB`.")]
Language = Annotated[LanguageCode | None, Arg(description="The language; that of the territory when omitted.")]


def place(kind: MailKind, territory: str, language: Any) -> TemplatePlace:
    """Where staff look for a template; `language` is a member of `LanguageCode`, or None."""
    return TemplatePlace(kind, territory, None if language is None else language.value)


@strawberry.type(description="A mail to a shopper.")
class Mail:
    """A view over `domain.mail.Mail`."""

    id = id_field(resolve.MAIL)
    kind: MailKind = Field(description="What it says.")
    order_id = Field(
        resolver=lambda root: None if root.order_id is None else strawberry.ID(global_id("Order", root.order_id)),
        description="The order that it is about, to whose address it goes; null for a mail about an account.",
        graphql_type=strawberry.ID | None,
    )
    state: MailState = Field(description="What became of it.")
    attempts: int = Field(description="How often the shop has tried to send it.")
    last_error: str | None = Field(description="Why the last attempt failed, such as `SMTP 550`; without the address.")
    created_at: datetime = Field(description="When its cause happened.")
    finished_at: datetime | None = Field(description="When it was sent, refused, given up or withheld.")


@strawberry.type(description="A page of mails.")
class MailConnection(Connection[Mail]):
    """Mails."""


@strawberry.type(description="What the mails of a kind say in a territory and a language.")
class MailTemplate:
    """A view over `resolvers.mail.ShownTemplate`."""

    kind = Field(resolver=lambda root: root.key.kind, description="The kind of mail.", graphql_type=MailKind)
    territory = Field(resolver=lambda root: root.key.territory, description="The territory.", graphql_type=str)
    language = Field(resolver=lambda root: root.key.language, description="The language.", graphql_type=LanguageCode)
    subject = Field(resolver=lambda root: root.template.subject, description="The subject.", graphql_type=str)
    text = Field(resolver=lambda root: root.template.text, description="The plain text.", graphql_type=str)
    html = Field(resolver=lambda root: root.template.html, description="The HTML.", graphql_type=str)
    is_default: bool = Field(description="Whether it is the shop's own template: nobody has replaced it.")


@strawberry.type(description="What a mail says.")
class MailPreview:
    """A view over `domain.mail.Letter`."""

    subject: str = Field(description="The subject.")
    text: str = Field(description="The plain text.")
    html: str = Field(description="The HTML.")


@strawberry.type
class MailQuery:
    """Reading mails."""

    mails = Field(
        resolver=resolve.mails,
        description="Mails, oldest first: those that wait, and those of the last 90 days. Requires staff with the "
        "permission MAILS.",
        graphql_type=MailConnection | None,
    )

    @strawberry.field(
        description="The template in use for a kind of mail; null for an unknown territory. Requires staff with the "
        "permission MAILS.",
        graphql_type=MailTemplate | None,
    )
    async def mail_template(
        self, info: Info, kind: Kind, territory: Market, language: Language = None
    ) -> resolve.ShownTemplate | None:
        """The shop's own one unless staff replaced it."""
        return await resolve.mail_template(info.context, place(kind, territory, language))
