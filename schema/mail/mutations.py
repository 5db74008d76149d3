"""Changes of mails and their templates by staff."""

from typing import Annotated

import strawberry

from domain import mail as records
from resolvers import mail as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors
from schema.mail.types import Kind, Language, Mail, MailPreview, MailTemplate, Market, place

Field = strawberry.field
_PLACE = {"territory": "territory"}
_TEMPLATE = Arguments("template", _PLACE)
_BY_PLACE = Arguments("", _PLACE)
_BY_ID = Arguments("", {"id": "id"})
_STAFF = "Requires staff with the permission MAILS."


@strawberry.input(
    description="A template, in a small part of Jinja: `{{ value }}`, `{% for %}`, `{% if %}` and simple filters. "
    "Values are `shop`, `language`, and `order` or `account`; also `parcel` or `refund` in mails about one."
)
class MailTemplateInput:
    """Becomes `domain.mail.MailTemplate`."""

    subject: str = Field(description="The subject.")
    text: str = Field(description="The plain text.")
    html: str = Field(description="The HTML. Values are escaped.")

    def template(self) -> records.MailTemplate:
        """The template as the domain knows it."""
        return records.MailTemplate(self.subject, self.text, self.html)


@strawberry.type(description="The outcome of changing a template.")
class MailTemplateUpdatePayload:
    """A view over `resolvers.mail.TemplateOutcome`."""

    mail_template: MailTemplate | None = Field(description="The template as it is now.")
    user_errors = user_errors(_TEMPLATE)


@strawberry.type(description="The outcome of going back to the shop's own template.")
class MailTemplateResetPayload:
    """A view over `resolvers.mail.TemplateOutcome`."""

    mail_template: MailTemplate | None = Field(description="The template as it is now.")
    user_errors = user_errors(_BY_PLACE)


@strawberry.type(description="A sample of a mail.")
class MailTemplatePreviewPayload:
    """A view over `resolvers.mail.PreviewOutcome`."""

    preview: MailPreview | None = Field(description="The sample.")
    user_errors = user_errors(_TEMPLATE)


@strawberry.type(description="The outcome of sending a mail again.")
class MailSendAgainPayload:
    """A view over `resolvers.mail.MailOutcome`."""

    mail: Mail | None = Field(description="The mail as it is now.")
    user_errors = user_errors(_BY_ID)


@strawberry.type
class MailMutation:
    """Mutations for staff with the permission MAILS."""

    @strawberry.mutation(
        description=f"Replaces the template of a kind of mail, for mails that are sent from now on. {_STAFF}",
        graphql_type=MailTemplateUpdatePayload | None,
    )
    async def mail_template_update(
        self,
        info: Info,
        kind: Kind,
        territory: Market,
        template: Annotated[MailTemplateInput, Arg(description="The new template.")],
        language: Language = None,
    ) -> resolve.TemplateOutcome:
        """A template that cannot write a sample is refused."""
        where = place(kind, territory, language)
        return await resolve.update(info.context, where, template.template())

    @strawberry.mutation(
        description=f"Uses the shop's own template of a kind of mail again. {_STAFF}",
        graphql_type=MailTemplateResetPayload | None,
    )
    async def mail_template_reset(
        self, info: Info, kind: Kind, territory: Market, language: Language = None
    ) -> resolve.TemplateOutcome:
        """Once more changes nothing."""
        return await resolve.reset(info.context, place(kind, territory, language))

    @strawberry.mutation(
        description=f"Writes a sample of a mail from this template, or from the one in use; sends nothing. {_STAFF}",
        graphql_type=MailTemplatePreviewPayload | None,
    )
    async def mail_template_preview(
        self,
        info: Info,
        kind: Kind,
        territory: Market,
        template: Annotated[MailTemplateInput | None, Arg(description="The template to try.")] = None,
        language: Language = None,
    ) -> resolve.PreviewOutcome:
        """The order in it is made up."""
        where = place(kind, territory, language)
        return await resolve.preview(info.context, where, None if template is None else template.template())

    @strawberry.mutation(
        description=f"Sends a mail about an order again that was refused, given up or withheld. {_STAFF}",
        graphql_type=MailSendAgainPayload | None,
    )
    async def mail_send_again(self, info: Info, id: GlobalId) -> resolve.MailOutcome:
        """It waits for a worker, with another two days before it is given up."""
        return await resolve.send_again(info.context, id)
