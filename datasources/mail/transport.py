"""What every way to send a mail does."""

from email.message import EmailMessage
from typing import Protocol


class RecipientRefused(Exception):
    """The server will never take mail for this address. The message holds its status, and no address."""


class NotSent(Exception):
    """The server did not take the mail this time. The message holds the reason, and no address."""


class Transport(Protocol):
    """A way to send mails. `key` is that of the mail's cause: a second call with it is the same mail."""

    async def send(self, message: EmailMessage, key: str) -> None:
        """Hands one mail over. Raises `RecipientRefused` and `NotSent`."""

    async def tidy(self) -> int:
        """Removes what it keeps of mails sent long ago; returns how much."""

    async def close(self) -> None:
        """Closes all connections."""
