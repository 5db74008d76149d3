"""The data files of the demo shop as records."""

from pathlib import Path
from typing import TypeVar

import msgspec

FOLDER = Path(__file__).parents[1] / "data"
_T = TypeVar("_T")


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the files hold: a misspelt field is an error."""


def read(name: str, form: type[_T]) -> _T:
    """A JSON file of `data/` in that form. Raises `msgspec.ValidationError`, which names the place in the file."""
    return msgspec.json.decode((FOLDER / name).read_bytes(), type=form)
