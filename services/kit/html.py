"""HTML by merchants: sanitized for display, or converted to plain text."""

import html
import re
from collections import Counter
from html.parser import HTMLParser

import nh3

# The players that a text may embed, by the host of their address.
VIDEO_HOSTS = frozenset(
    {"www.youtube.com", "www.youtube-nocookie.com", "player.vimeo.com", "www.dailymotion.com", "fast.wistia.net"}
)
_SCHEMES = {"http", "https", "mailto", "tel"}
_TAGS = nh3.ALLOWED_TAGS | {"iframe", "section", "main"}
_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
_ATTRIBUTES["a"] |= {"target"}
_ATTRIBUTES["iframe"] = {"src", "width", "height", "title", "allowfullscreen"}
_WITHOUT_SOURCE = re.compile(r"<iframe(?![^>]* src=)[^>]*></iframe>")
# Without user, port and backslashes: browsers read more than one way of hiding another host.
_SITE = re.compile(r"https://([a-z.-]+)(?:/[^\\\s]*)?")
_TAG = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
# Elements within a line; all others stand apart from what is beside them.
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark"),
    *("q", "s", "samp", "small", "span", "strike"),
}
_INLINE |= {
    *("strong", "sub", "sup", "tt", "u", "var", "wbr"),
}
# Elements that go with what is in them.
_WITH_CONTENT = {"script", "style"}
# What a report names. Other names would let a file fill it.
_ELEMENTS = {
    *("audio", "button", "embed", "form", "iframe", "input", "link", "meta", "object", "script", "select", "style"),
    *("svg", "textarea", "video"),
}
_DROPPED = {"class", "style", "id", "target", "href", "src"}


def sanitised(text: str) -> str:
    """The HTML without scripts, forms, styles, classes, event handlers and addresses that a browser would run.

    Links are http, https, mailto or tel, and may open a new window. Frames show players of known video hosts only.

    >>> sanitised('<p onclick="x()" class="big">Hi<script>alert(1)</script></p><iframe src="https://x.test"></iframe>')
    '<p>Hi</p>'
    """
    clean = nh3.clean(
        _TAG.sub(_apart, text), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, attribute_filter=_kept
    )
    return _WITHOUT_SOURCE.sub("", clean)


def _apart(tag: re.Match[str]) -> str:
    """A space before an element that goes but whose text stays, unless it stands within a line."""
    name = tag[1].lower()
    return tag[0] if name in _TAGS or name in _INLINE or name in _WITH_CONTENT else f" {tag[0]}"


def _kept(element: str, attribute: str, value: str) -> str | None:
    if element == "iframe" and attribute == "src":
        address = "https:" + value if value.startswith("//") else value
        site = _SITE.fullmatch(address)
        return address if site is not None and site[1] in VIDEO_HOSTS else None
    if attribute == "target":
        return value if value in ("_blank", "_self") else None
    return value


def plain_text(text: str) -> str:
    """The words of an HTML text on one line; cells, items, terms and sections stand apart.

    >>> plain_text("<p>Fish &amp; <b>ch</b>ips</p><table><tr><td>Hot</td><td>Cold</td></tr></table>")
    'Fish & chips Hot Cold'
    """
    spaced = _TAG.sub(lambda tag: tag[0] if tag[1].lower() in _INLINE else f" {tag[0]}", text)
    return _SPACES.sub(" ", html.unescape(nh3.clean(spaced, tags=set()))).strip()


def losses(before: str, after: str) -> tuple[str, ...]:
    """What the sanitized form of an HTML text no longer has, each once.

    >>> losses('<p class="x">Hi</p><script></script><blink>a</blink>', "<p>Hi</p>a")
    ('<other elements>', '<script>', 'class')
    """
    if before == after:
        return ()
    return tuple(sorted(_Counted.of(before) - _Counted.of(after)))


class _Counted(HTMLParser):
    """Counts the elements and attributes of a text by the names that a report has for them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    @classmethod
    def of(cls, text: str) -> Counter[str]:
        """The counts of a text."""
        counted = cls()
        counted.feed(text)
        counted.close()
        return counted.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"<{tag}>" if tag in _ELEMENTS else "elements" if tag in _TAGS else "<other elements>"] += 1
        for name, _ in attrs:
            self.found[_attribute(name)] += name != "rel"


def _attribute(name: str) -> str:
    if name.startswith("on"):
        return "event handlers"
    return name if name in _DROPPED else "other attributes"
