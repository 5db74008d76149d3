"""Sections in the form in which earlier versions stored them: each kind is read, and written as it was."""

import json
from pathlib import Path
from typing import Any

import pytest

from datasources.homepage.records import decode_record, encode_record
from datasources.homepage.sources import decode_source, decode_sources, encode_source
from domain.homepage.records import SECTIONS
from domain.homepage.sources import KINDS

STORED: dict[str, Any] = json.loads(Path(__file__).with_name("stored_sections.json").read_text(encoding="utf-8"))


def _bytes(stored: Any) -> bytes:
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("stored", STORED["sources"], ids=lambda stored: stored["kind"])
def test_a_source_is_stored_as_before(stored: dict[str, Any]) -> None:
    """Documents of the previous version are read, and it reads the new ones: same names, same fields, same order."""
    source = decode_source(stored)
    assert source is not None
    assert _bytes(encode_source(source)) == _bytes(stored)


@pytest.mark.parametrize("stored", STORED["sections"], ids=lambda stored: stored["kind"])
def test_a_composed_section_is_stored_as_before(stored: dict[str, Any]) -> None:
    """Byte by byte, as part of a record."""
    record = _bytes(STORED["page"] | {"sections": [stored]})
    assert len(decode_record(record).sections) == 1
    assert encode_record(decode_record(record)) == record


def test_every_kind_has_its_stored_form_here() -> None:
    """A new kind needs its form here, and a changed name fails the test."""
    assert [stored["kind"] for stored in STORED["sources"]] == [kind.name for kind in KINDS]
    assert {stored["kind"] for stored in STORED["sections"]} == set(SECTIONS)


def test_kinds_of_later_versions_are_left_out() -> None:
    """A rolling deployment and a rollback read what the newer version wrote."""
    later = {"kind": "HOLOGRAM", "id": "h", "title": ""}
    (known, *_) = STORED["sources"]
    assert len(decode_sources([later, known])) == 1
    assert decode_record(_bytes(STORED["page"] | {"sections": [later]})).sections == ()
