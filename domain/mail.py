"""Mails to shoppers: what causes them, and when one is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A mail is tried for so long after its cause; a confirmation that comes later than that only confuses.
GIVE_UP_AFTER = timedelta(days=2)
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 15, 3_600


class MailKind(StrEnum):
    """What a mail says."""

    ORDER_CONFIRMED = "ORDER_CONFIRMED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    ORDER_SHIPPED = "ORDER_SHIPPED"
    ORDER_REFUNDED = "ORDER_REFUNDED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ACCOUNT_ACTIVATION = "ACCOUNT_ACTIVATION"
    EMAIL_VERIFICATION = "EMAIL_VERIFICATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  # the name of a kind
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    EMAIL_CHANGED = "EMAIL_CHANGED"


OF_ACCOUNTS = frozenset(
    {
        MailKind.ACCOUNT_ACTIVATION,
        MailKind.EMAIL_VERIFICATION,
        MailKind.PASSWORD_RESET,
        MailKind.PASSWORD_CHANGED,
        MailKind.EMAIL_CHANGED,
    }
)


# How many mails of a kind one address gets in 24 hours. Only kinds that strangers can cause have a limit: whoever tries
# cards at a checkout may give any address, and anybody may type an address into the forms of accounts.
DAILY_LIMITS = {
    MailKind.PAYMENT_FAILED: 3,
    MailKind.ACCOUNT_ACTIVATION: 3,
    MailKind.EMAIL_VERIFICATION: 5,
    MailKind.PASSWORD_RESET: 5,
}


class MailState(StrEnum):
    """WAITING until it is sent, refused for good (REFUSED), given up (FAILED) or not to be sent (WITHHELD)."""

    WAITING = "WAITING"
    SENT = "SENT"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


# Staff can have these sent again.
UNSENT = (MailState.REFUSED, MailState.FAILED, MailState.WITHHELD)


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to send about an order; `part_id` is its parcel or refund. The three together happen once."""

    kind: MailKind
    order_id: int
    part_id: int | None = None


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where somebody was who caused a mail about an account; empty parts stand for those of the default territory."""

    territory: str = ""
    language: str = ""


ANYWHERE = MailPlace()


@dataclass(frozen=True, slots=True)
class AccountMail:
    """A mail to send about an account. `occasion` makes the cause unique among those of the kind.

    The mail goes to the address of the account; `address` is one that is not the account's, or may not be. Links are
    not part of it: the sender makes them.
    """

    kind: MailKind
    customer_id: int | None
    occasion: str
    place: MailPlace = ANYWHERE
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits, about an order or an account. `attempts` counts the tries, the present one too."""

    id: int
    kind: MailKind
    order_id: int | None
    part_id: int | None
    cause: str
    attempts: int
    created_at: datetime
    state: MailState = MailState.WAITING
    finished_at: datetime | None = None
    last_error: str | None = None
    customer_id: int | None = None
    address: str | None = None
    place: MailPlace = ANYWHERE


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """What makes the mails of a kind: subject, plain text and HTML, in the language of templates."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class TemplateKey:
    """For which mails a template is."""

    kind: MailKind
    territory: str
    language: str

    def __str__(self) -> str:
        """The key as the document store knows it."""
        return f"{self.kind}:{self.territory}:{self.language}"


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """Where staff look for a template: `language` is that of the territory when it is None."""

    kind: MailKind
    territory: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says, in both forms."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of one try. WAITING: it is tried again. `recipient` is a digest of the address, if that is known.

    `error` holds no personal data.
    """

    state: MailState
    recipient: str | None = None
    error: str | None = None


def retry_seconds(attempts: int) -> int:
    """The wait after that many tries, before jitter.

    >>> [retry_seconds(attempts) for attempts in (1, 2, 3, 8, 9, 100)]
    [15, 30, 60, 1920, 3600, 3600]
    """
    return min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS << min(attempts - 1, 16))
