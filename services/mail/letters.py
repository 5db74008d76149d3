"""Turns a template and what it shows into a mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from domain.kit.mailboxes import mailbox
from domain.mail import Letter, MailKind, MailTemplate
from services.mail.template_language import render

_FOLDER = Path(__file__).parent / "templates"
_FALLBACK, _COMMON = "en", "COMMON"
# In the files of templates, `[[name]]` is a word of the language or another file.
_PLACE = re.compile(r"\[\[([a-z_.]+)\]\]\n?")
# What no name may bring into a header: a line break begins another header.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
MAX_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom mails come: a name that people read, and an address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The host of the address."""
        return self.address.rpartition("@")[2]


@cache
def default_template(kind: MailKind, language: str) -> MailTemplate:
    """The shop's own template in a language; in English where it has no words of it."""
    _, every = words(language)
    texts = every[_COMMON] | every[kind]
    name = kind.lower()
    return MailTemplate(
        texts["subject"],
        _filled("layout.txt", texts | {"body": f"[[{name}.txt]]"}),
        _filled("layout.html", texts | {"body": f"[[{name}.html]]"}),
    )


def compose(template: MailTemplate, language: str, facts: Mapping[str, Any]) -> Letter:
    """The mail of a template. Raises `WrongTemplate`."""
    shown = {**facts, "language": words(language)[0]}
    subject = one_line(render(template.subject, shown, is_html=False))
    return Letter(subject, render(template.text, shown, is_html=False), render(template.html, shown, is_html=True))


def _filled(file: str, texts: Mapping[str, str]) -> str:
    """A file with its places filled by words and other files."""

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        found = texts[name] if name in texts else (_FOLDER / name).read_text(encoding="utf-8")
        newline = "\n" if place[0].endswith("\n") and not found.endswith("\n") else ""
        return _PLACE.sub(fill, found) + newline

    return _PLACE.sub(fill, (_FOLDER / file).read_text(encoding="utf-8"))


@cache
def words(language: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The words of a language, or the English ones, and which language that is."""
    found = language.lower()[:2]
    path = _FOLDER / "words" / f"{found}.json"
    if not path.is_file():
        return words(_FALLBACK)
    return found, msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])


def message(letter: Letter, sender: Sender, recipient: str, cause: str) -> EmailMessage:
    """The mail as it is sent. Mails of one cause have one `Message-ID`, by which mail programs know a copy."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = letter.subject
    mail["From"] = Address(one_line(sender.name), addr_spec=sender.address)
    mail["To"] = Address(addr_spec=recipient)
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{sha256(cause.encode()).hexdigest()[:32]}@{sender.domain}>"
    # Nobody's holiday answers it (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def one_line(text: str) -> str:
    """A text without line breaks and controls, short enough for a header.

    >>> one_line("Hello\\r\\nBcc: everybody")
    'Hello Bcc: everybody'
    """
    return " ".join(_CONTROLS.sub(" ", text).split())[:MAX_SUBJECT]


def digest_of(address: str, key: bytes) -> str:
    """A name for an address that does not show it; spellings of one mailbox have one."""
    return sha256(key + mailbox(address).encode()).hexdigest()[:32]
