"""The stored form of a page's sections; `kind` identifies each section."""

from datetime import datetime

import msgspec

from datasources.kit.documents import Document
from domain.homepage.kinds import PlainSource
from domain.homepage.sources import KINDS, SectionSource, Timed, kind_of

_RECORDS = {kind.name: kind.record for kind in KINDS}


def encode_source(section: SectionSource) -> Document:
    """The stored form of a section."""
    if isinstance(section, Timed):
        times = {"visible_from": section.visible_from, "visible_until": section.visible_until}
        return _encoded(section.section) | times
    return _encoded(section)


def _encoded(section: PlainSource) -> Document:
    return {"kind": kind_of(section).name, **msgspec.to_builtins(section)}


def decode_source(document: Document) -> SectionSource | None:
    """A section from its stored form; None for kinds that a later version of the shop wrote."""
    record = _RECORDS.get(document["kind"])
    if record is None:
        return None
    section = msgspec.convert(document, record)
    times: list[datetime | None] = [document.get("visible_from"), document.get("visible_until")]
    return Timed(section, *times) if any(times) else section


def decode_sources(documents: list[Document]) -> tuple[SectionSource, ...]:
    """All sections of a page that this version of the shop knows."""
    return tuple(section for section in map(decode_source, documents) if section is not None)
