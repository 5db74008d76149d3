"""Names of mail servers, as the settings give them."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go. TLS begins with the connection (`is_wrapped`) or by STARTTLS.

    Without TLS a mail, and the password, could be read on the way: only a server on this machine may do without.
    """

    host: str
    port: int
    is_wrapped: bool
    username: str | None = None
    password: str | None = None

    @property
    def may_be_plain(self) -> bool:
        """Whether the server is on this machine."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


def mail_server(url: str) -> MailServer:
    """A server from `smtps://user:password@host:465` or `smtp://host:587`. Raises ValueError with the rule."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be smtp://user:password@host:port, or smtps:// for TLS from the start")
    is_wrapped = parts.scheme == "smtps"
    username, password = (None if part is None else unquote(part) for part in (parts.username, parts.password))
    return MailServer(parts.hostname, parts.port or (465 if is_wrapped else 587), is_wrapped, username, password)
