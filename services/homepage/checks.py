"""Validates homepages: no scripts that run in a visitor's browser, and nothing of unlimited size."""

from collections.abc import Callable, Sequence
from dataclasses import is_dataclass, replace
from typing import Any

from domain.catalog.records import Image
from domain.homepage.editing import UNKNOWN, GivenSection
from domain.homepage.kinds import KeyOf, PlainSource, Rule, Text, UpTo, needs_of, rules_of
from domain.homepage.sources import SectionSource, Timed, kind_of, plain
from domain.kit.refusals import INPUT, Path, RefusalCode, each, refuse
from domain.kit.times import in_utc
from domain.kit.urls import is_url
from services.kit.html import sanitised
from services.kit.texts import is_line

MAX_SECTIONS = 40
# Cards of all sections together.
MAX_CARDS = 1_000
MAX_TEXT = 255
# All texts of a page together. A document holds fifty pages, and a document store accepts at most 16 MB.
MAX_PAGE = 150_000


def checked_page(menu: str, sections: Sequence[GivenSection]) -> tuple[SectionSource, ...]:
    """The sections with sanitized HTML. Refused: INVALID, TOO_LONG."""
    _check_length(menu, "menu")
    checked = each("sections", sections, _checked)
    if not 0 < len(checked) <= MAX_SECTIONS or len({section.id for section in checked}) < len(checked):
        raise refuse(
            RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_SECTIONS} sections with different ids.", "sections"
        )
    if needs_of(map(plain, checked)).cards > MAX_CARDS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must show at most {MAX_CARDS} products.", "sections")
    if sum(len(repr(section).encode()) for section in checked) > MAX_PAGE:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_PAGE} bytes.", "sections")
    return checked


def _checked(given: GivenSection) -> SectionSource:
    if len(given.sources) != 1:
        raise refuse(RefusalCode.INVALID, "A section must have exactly one kind.")
    source = _checked_plain(given.sources[0])
    begins = None if given.visible_from is None else in_utc(given.visible_from, "visible_from")
    ends = None if given.visible_until is None else in_utc(given.visible_until, "visible_until")
    if begins is not None and ends is not None and begins >= ends:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be after `visibleFrom`.", "visible_until")
    return source if begins is None and ends is None else Timed(source, begins, ends)


def _checked_plain(section: PlainSource) -> PlainSource:
    _check_names(section)
    checked: PlainSource = _checked_record(section, kind_of(section).path)
    return checked


def _check_names(section: PlainSource) -> None:
    for term, text in (("id", section.id), ("title", section.title)):
        if not is_line(text):
            raise refuse(RefusalCode.INVALID, f"{INPUT} must not contain line breaks or control characters.", term)
    if not section.id.strip():
        raise refuse(RefusalCode.INVALID, f"{INPUT} must not be blank.", "id")


def _checked_record(record: Any, path_of: Callable[[str], Path]) -> Any:
    """The record with sanitized HTML, after checking the rules of its fields and of every record inside it."""
    rules = rules_of(type(record)).items()
    return replace(record, **{name: _checked_value(getattr(record, name), own, path_of(name)) for name, own in rules})


def _checked_value(value: Any, rules: Sequence[Rule], path: Path) -> Any:
    for rule in rules:
        _check(value, rule, path)
    return sanitised(value) if Text.HTML in rules else _checked_inside(value, path)


def _checked_inside(value: Any, path: Path) -> Any:
    if isinstance(value, tuple):
        return each(path, value, lambda item: _checked_inside(item, ()))
    if isinstance(value, Image):
        # Editors enter the parts of a picture next to the object that shows it.
        _check(value.alt_text or "", Text.SHORT, (*path[:-1], "alt_text"))
        _check(value.url, Text.URL, (*path[:-1], "image_url"))
        return value
    return _checked_record(value, lambda name: (*path, name)) if is_dataclass(value) else value


def _check(value: Any, rule: Rule, path: Path) -> None:
    match rule:
        case UpTo(most):
            _check_count(value, most, path)
        case KeyOf(record, given_as):
            _check_known(value, record, (*path[:-1], given_as) if given_as else path)
        case Text.SHORT:
            _check_length(value, *path)
        case Text.URL:
            if not is_url(value):
                message = f"{INPUT} must be a path of this shop, or an http or https URL."
                raise refuse(RefusalCode.INVALID, message, *path)


def _check_count(value: int | tuple[Any, ...], most: int, path: Path) -> None:
    if isinstance(value, tuple) and not 0 < len(value) <= most:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have 1 to {most} items.", *path)
    if isinstance(value, int) and not 0 < value <= most:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {most}.", *path)


def _check_known(value: Any, record: str, path: Path) -> None:
    if isinstance(value, tuple):
        each(path, value, lambda item: _check_known(item, record, ()))
    elif value == UNKNOWN:
        raise refuse(RefusalCode.NOT_FOUND, f"There is no {record} with that id.", *path)


def _check_length(text: str, *path: str | int) -> None:
    if len(text) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", *path)
