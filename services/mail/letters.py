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

import jinja2
import msgspec
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.kit.mailboxes import mailbox
from domain.mail import MailKind

_FOLDER = Path(__file__).parent / "templates"
_FALLBACK = "en"
_COMMON = "COMMON"
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


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, in both forms."""

    subject: str
    text: str
    html: str


def compose(kind: MailKind, language: str, facts: Mapping[str, Any]) -> Letter:
    """The mail of a kind in a language, or in English where there are no words of it. Values are escaped in HTML."""
    language, every = _words(language)
    environment = _environment()
    words = {name: environment.from_string(text).render(facts) for name, text in (every[_COMMON] | every[kind]).items()}
    shown = {**facts, "words": words, "language": language}
    text = environment.get_template(f"{kind.lower()}.txt").render(shown)
    html = environment.get_template(f"{kind.lower()}.html").render(shown)
    return Letter(one_line(words["subject"]), text, html)


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


@cache
def _environment() -> jinja2.Environment:
    """Templates cannot reach Python: those of merchants come from people who are not its developers."""
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=jinja2.select_autoescape(["html"], default_for_string=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _words(language: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The words of a language, and which one that is."""
    found = language.lower()[:2]
    path = _FOLDER / "words" / f"{found}.json"
    if not path.is_file():
        return _words(_FALLBACK)
    return found, msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
