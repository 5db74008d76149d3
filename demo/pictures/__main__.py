"""`python -m demo.pictures`: after a change to the drawings, puts their new digests into the data files."""

import re

from demo.kit.data import FOLDER
from demo.pictures.library import address_of
from demo.pictures.names import PATH, SUFFIX, read_name

_ADDRESS = re.compile(re.escape(PATH) + r"([a-z0-9.-]+)" + re.escape(SUFFIX))


def with_digests(text: str) -> str:
    """The text with the digests that its pictures have now; names of no picture stay as they are."""
    return _ADDRESS.sub(_address, text)


def _address(found: re.Match[str]) -> str:
    named = read_name(found[1])
    return found[0] if named is None else address_of(named[0])


if __name__ == "__main__":
    for file in FOLDER.iterdir():
        file.write_text(with_digests(file.read_text("utf-8")), "utf-8", newline="\n")
