"""What may stand on a homepage: nothing that runs in a visitor's browser, nothing without an end."""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from domain.catalog.records import Image
from domain.homepage.kinds import PlainSource, Rule, Text, UpTo, needs_of, rules_of
from domain.homepage.sources import SectionSource, Timed, plain
from domain.kit.refusals import refuse
from services.kit.html import sanitised
from services.kit.texts import is_line

MAX_SECTIONS = 40
# Cards of all sections together.
MAX_CARDS = 1_000
MAX_TEXT = 255
MAX_URL = 2_048
# All texts of a page together. A document keeps fifty pages, and a document store at most 16 MB of a document.
MAX_PAGE = 150_000
# A page of this shop, or of another site. A browser takes `//` and `/\\` for another site too.
_URL = re.compile(r"/(?![/\\])[^\s\\]*|https?://[^\s\\]+", re.IGNORECASE)


def checked_page(menu: str, sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
    """The sections, with HTML that is safe. Refused: INVALID, TOO_LONG."""
    _check_length(menu, "menu")
    checked = tuple(_checked(section) for section in sections)
    if not 0 < len(checked) <= MAX_SECTIONS or len({section.id for section in checked}) < len(checked):
        raise refuse("INVALID", f"A page has 1 to {MAX_SECTIONS} sections with ids of their own.", "sections")
    if needs_of(map(plain, checked)).cards > MAX_CARDS:
        raise refuse("INVALID", f"A page shows {MAX_CARDS} products at most.", "sections")
    if sum(len(repr(section).encode()) for section in checked) > MAX_PAGE:
        raise refuse("TOO_LONG", f"A page has {MAX_PAGE} bytes at most.", "sections")
    return checked


def _checked(section: SectionSource) -> SectionSource:
    if isinstance(section, Timed):
        begins, ends = section.visible_from, section.visible_until
        if begins is not None and ends is not None and begins >= ends:
            raise refuse("INVALID", "A section is visible from a time before that until which it is.", "sections")
        return replace(section, section=_checked_plain(section.section))
    return _checked_plain(section)


def _checked_plain(section: PlainSource) -> PlainSource:
    if not (is_line(section.id) and is_line(section.title)):
        raise refuse("INVALID", "Ids and titles are lines that can be seen.", "sections")
    if not section.id.strip():
        raise refuse("INVALID", "Give each section an id.", "sections")
    checked: PlainSource = _checked_record(section, section.id)
    return checked


def _checked_record(record: Any, section_id: str) -> Any:
    """The record with safe HTML, held against the rules of its fields, and so every record inside it."""
    rules = dict(rules_of(type(record)))
    names = [field.name for field in fields(record)]
    checked = {name: _checked_value(name, getattr(record, name), rules.get(name), section_id) for name in names}
    return replace(record, **checked)


def _checked_value(name: str, value: Any, rule: Rule | None, section_id: str) -> Any:
    if rule is Text.HTML:
        return sanitised(value)
    if isinstance(rule, UpTo):
        _check_count(name, value, rule.most, section_id)
    elif rule is Text.URL and not is_url(value):
        raise refuse("INVALID", "A URL is a path of this shop, http or https.", "sections", section_id)
    elif rule is Text.SHORT:
        _check_length(value, "sections", section_id)
    return _with_checked_records(value, section_id)


def _with_checked_records(value: Any, section_id: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_with_checked_records(item, section_id) for item in value)
    if isinstance(value, Image):
        _checked_value("alt_text", value.alt_text or "", Text.SHORT, section_id)
        _checked_value("image_url", value.url, Text.URL, section_id)
        return value
    return _checked_record(value, section_id) if is_dataclass(value) else value


def _check_count(name: str, value: int | tuple[Any, ...], most: int, section_id: str) -> None:
    if isinstance(value, tuple) and not 0 < len(value) <= most:
        raise refuse("INVALID", f"`{name}` must have 1 to {most} items.", "sections", section_id)
    if isinstance(value, int) and not 0 < value <= most:
        raise refuse("INVALID", f"`{name}` must be from 1 to {most}.", "sections", section_id)


def _check_length(text: str, *path: str) -> None:
    if len(text) > MAX_TEXT:
        raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", *path)


def is_url(text: str) -> bool:
    """Whether browsers may follow it: nothing that runs as a script, nothing invisible."""
    return len(text) <= MAX_URL and text.isprintable() and _URL.fullmatch(text) is not None
