"""The version is the same everywhere."""

import re
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RELEASE = re.compile(r"^## \[(\d+)\.(\d+)\.(\d+)\] - (\S+)$", re.MULTILINE)


def _releases() -> list[tuple[tuple[int, ...], date]]:
    """Versions and dates in the change log, in its order."""
    found = _RELEASE.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    return [(tuple(map(int, numbers)), date.fromisoformat(day)) for *numbers, day in found]


def test_the_newest_version_of_the_change_log_is_that_of_the_package() -> None:
    """A tag can be made from any commit of the main branch."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest, _ = _releases()[0]
    assert stated == ".".join(map(str, newest)) == version("storefront")


def test_versions_and_dates_of_the_change_log_fall() -> None:
    """The newest version comes first."""
    releases = _releases()
    assert len(releases) > 1
    assert releases == sorted(releases, reverse=True)
