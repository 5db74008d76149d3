"""Kinds and states of mails, with descriptions."""

from domain.mail import MailKind, MailState
from schema.enums import described

__all__ = ["MailKind", "MailState"]

described(
    MailKind,
    "MailKind",
    "What a mail says.",
    {
        "ORDER_CONFIRMED": "The order is paid, or its money is reserved.",
        "PAYMENT_FAILED": "The payment was declined and the order has ended.",
        "ORDER_SHIPPED": "A parcel was sent.",
        "ORDER_REFUNDED": "Money was paid back.",
        "ORDER_CANCELLED": "Staff cancelled the order.",
        "ACCOUNT_ACTIVATION": "A link that sets the first password of an account made from earlier orders.",
        "EMAIL_VERIFICATION": "A link that proves the address of an account, or one that shall replace it.",
        "PASSWORD_RESET": "A link that sets a forgotten password.",
        "PASSWORD_CHANGED": "The password of the account was changed.",
        "EMAIL_CHANGED": "The address of the account was changed; the mail goes to the old one.",
    },
)
described(
    MailState,
    "MailState",
    "The state of a mail.",
    {
        "WAITING": "It is being sent, or will be.",
        "SENT": "The mail server took it.",
        "REFUSED": "The mail server never takes mail for that address.",
        "FAILED": "The mail server did not take it within two days.",
        "WITHHELD": "It is not to be sent: there is no address, or the address had enough mails today.",
    },
)
