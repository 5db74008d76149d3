"""Expected failures as data.

Refused (exception: unwinds the transaction, carries refusals to the resolver)
AccessDenied (exception: the viewer lacks the authority; the edge answers an error, not data)
Unavailable (exception: a store is out of reach for now; the edge answers an error with `retry_after`)
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a command was not carried out.

    `code` is stable and machine-readable (`OUT_OF_STOCK`), `message` safe to show, `field` the path into the input.
    """

    code: str
    message: str
    field: tuple[str, ...] = ()


class Refused(Exception):
    """Raised inside a transaction to undo it; the resolver answers `refusals` as data."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


def refuse(code: str, message: str, *field: str) -> Refused:
    """A `Refused` with one reason, to be raised by the caller."""
    return Refused(Refusal(code, message, field))


class AccessDenied(Exception):
    """The viewer may not do this. `code` is UNAUTHENTICATED (nobody is signed in) or FORBIDDEN."""

    def __init__(self, code: str = "FORBIDDEN") -> None:
        super().__init__(code)
        self.code = code


CONTENT_UNAVAILABLE = "CONTENT_UNAVAILABLE"


class Unavailable(Exception):
    """A needed store or record cannot answer now. `retry_after` is in seconds."""

    def __init__(self, code: str, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after
