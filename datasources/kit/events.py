"""Events as bytes: the name of their kind, and their fields as JSON.

Different versions of the shop run side by side, so that an event may be newer or older than its reader. Fields that a
reader does not know are ignored, and fields with a default may be missing.
"""

from dataclasses import asdict

import msgspec

from domain.events import EVENT_TYPES, Event


class UnreadableEvent(Exception):
    """This version cannot read the event, though another one may. The message gives the reason."""


def kind_of(event: Event) -> str:
    """The name of an event's kind on the stream."""
    return type(event).__name__


def encode(event: Event) -> bytes:
    """The fields of an event."""
    return msgspec.json.encode(asdict(event))


def decode(kind: str, payload: bytes) -> Event:
    """An event from its kind and fields. Raises `UnreadableEvent`."""
    if kind not in EVENT_TYPES:
        raise UnreadableEvent("This version does not know the kind.")
    try:
        return msgspec.json.decode(payload, type=EVENT_TYPES[kind])
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors, too
        raise UnreadableEvent(f"The payload cannot be read: {error}") from error
