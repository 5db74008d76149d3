"""Why a connection failed before the store answered, as a rule for operators. Drivers hide it in exception chains.

OpenSSL and the drivers supply the words about certificates and connections; they contain no URL.
"""

import re
from collections.abc import Iterator

_NOT_VERIFIED = re.compile(r"certificate verify failed: (.+?)\.? \(_ssl")
_REASON = re.compile(r"\[SSL: (\w+)\]")
_NOT_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
_CLIENT = re.compile(r"ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE|HANDSHAKE_FAILURE)")
_CLOSED = re.compile(
    r"(?i)closed by server|connection closed|closed connection|server disconnected|reset by peer|connection lost"
    r"|expected http/"
)
_END = re.compile(r"EOF occurred in violation of protocol")


def broken_rule(error: BaseException, *, spelling: str | None = None) -> str | None:
    """The rule that the connection broke; None when the error does not concern TLS.

    `spelling` is for connections in plain text: how the URL asks for TLS.
    """
    text = " ".join(_texts(error))
    if found := _NOT_VERIFIED.search(text):
        return f"the server's certificate is not accepted: {found[1]}."
    if found := _REASON.search(text):
        return _refusal(found[1])
    if spelling and _CLOSED.search(text):
        # Under TLS 1.3 a server that misses a client certificate may close the connection without saying so.
        return (
            f"the server closed the connection without an answer; if it expects TLS, the URL needs {spelling}, "
            "and if it expects a client certificate, the URL needs one."
        )
    return None


def was_closed(error: BaseException) -> bool:
    """Whether the server closed the connection without an answer, in plain text or in TLS."""
    text = " ".join(_texts(error))
    return bool(_CLOSED.search(text) or _END.search(text))


def _refusal(reason: str) -> str:
    if reason in _NOT_TLS:
        return "the URL asks for TLS, but the server does not speak it at this port."
    if _CLIENT.search(reason):
        return "the server needs a client certificate that it trusts."
    return f"the TLS handshake failed: {reason}."


def _texts(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield str(error)
        error = error.__cause__ or error.__context__
