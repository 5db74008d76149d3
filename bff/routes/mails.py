"""The mails of a shop that has no mail server, for its developers. Production has no such page."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import jinja2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.edge.unkept import NO_STORE
from bff.settings.variables import Settings
from bff.stores.mail import mail_folder
from datasources.mail.folder import SHOWN, MailFolder

_SAFETY = NO_STORE | {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE = _SAFETY | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
_HTML = _SAFETY | {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; "
    "form-action 'none'; frame-ancestors 'self'"
}


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as the page shows it."""

    name: str
    subject: str
    to: str
    date: str
    text: str
    html: str


def routes(settings: Settings) -> list[Route]:
    """`/mails`, for a development shop that only this machine reaches and that sends no mails; else nothing.

    The mails hold the secrets of orders and accounts.
    """
    if settings.is_production or settings.mail_url.get_secret_value() or not _is_loopback(settings.host):
        return []
    pages = MailPages(mail_folder(settings))
    return [
        Route("/mails", pages.all),
        Route("/mails/{name:str}", pages.one),
        Route("/mails/{name:str}/html", pages.html),
    ]


class MailPages:
    """Reads the folder for each request."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
        )
        self._template = environment.get_template("mails.html")

    async def all(self, _request: Request) -> Response:
        """The newest mails."""
        mails = [_shown(name, content) for name, content in await self._folder.last()]
        return Response(self._template.render(mails=mails, shown=SHOWN), media_type="text/html", headers=_PAGE)

    async def one(self, request: Request) -> Response:
        """One mail."""
        mail = await self._mail(request)
        if mail is None:
            return Response("There is no such mail.", 404, media_type="text/plain", headers=_SAFETY)
        return Response(self._template.render(mail=mail), media_type="text/html", headers=_PAGE)

    async def html(self, request: Request) -> Response:
        """The HTML of one mail, for a frame that runs nothing."""
        mail = await self._mail(request)
        if mail is None:
            return Response("There is no such mail.", 404, media_type="text/plain", headers=_SAFETY)
        return Response(mail.html, media_type="text/html", headers=_HTML)

    async def _mail(self, request: Request) -> ShownMail | None:
        name = request.path_params["name"]
        return next((_shown(each, content) for each, content in await self._folder.last() if each == name), None)


def _shown(name: str, content: bytes) -> ShownMail:
    mail = message_from_bytes(content, policy=policy.default)
    return ShownMail(
        name, str(mail["Subject"]), str(mail["To"]), str(mail["Date"]), _part(mail, "plain"), _part(mail, "html")
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
