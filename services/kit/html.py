"""HTML by merchants: sanitized for display, or converted to plain text."""

import html
import re

import nh3

_BREAKS = re.compile(r"</(?:p|div|li|h[1-6]|tr|ul|ol|table)\s*>|<br\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def sanitised(text: str) -> str:
    """The HTML without scripts, styles, event handlers, and links other than http, https and mailto.

    >>> sanitised('<p onclick="x()">Hi<script>alert(1)</script></p>')
    '<p>Hi</p>'
    """
    return nh3.clean(text, url_schemes={"http", "https", "mailto"})


def plain_text(text: str) -> str:
    """The words of an HTML text on one line.

    >>> plain_text("<p>Fish &amp; chips</p><p>Hot</p>")
    'Fish & chips Hot'
    """
    spaced = _BREAKS.sub(r" \g<0>", text)
    return _SPACES.sub(" ", html.unescape(nh3.clean(spaced, tags=set()))).strip()
