"""What clients of the previous release lose. As a program it fails when the change log does not list that."""

import re
import sys
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from tests.kit.paths import ROOT

_SCHEMA = ROOT / "schema" / "schema.graphql"
_RELEASED = ROOT / "schema" / "released"
_SECTION = re.compile(r"^### Breaking changes of the schema\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^- (.+?)(?=\n- |\n\n|\n?\Z)", re.MULTILINE | re.DOTALL)


def previous_schema() -> Path:
    """The schema of the newest release that is kept."""
    return max(_RELEASED.glob("*.graphql"), key=lambda path: tuple(map(int, path.stem.split("."))))


def breaking(before: str, after: str) -> set[str]:
    """Sentences of graphql-core, such as `Cart.note was removed.`."""
    return {change.description for change in find_breaking_changes(build_schema(before), build_schema(after))}


def listed(changelog: str, version: str) -> set[str]:
    """Entries about the schema in the versions above this one."""
    newer = changelog.partition(f"## [{version}]")[0]
    entries = (entry for section in _SECTION.findall(newer) for entry in _ENTRY.findall(section))
    return {" ".join(entry.replace("`", "").split()) for entry in entries}


def unlisted(before: str, after: str, changelog: str, version: str) -> list[str]:
    """Lines to add to the change log, which may list changes of behavior too."""
    return sorted(breaking(before, after) - listed(changelog, version))


def main() -> int:
    """1 when an entry is missing."""
    previous = previous_schema()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    missing = unlisted(previous.read_text("utf-8"), _SCHEMA.read_text("utf-8"), changelog, previous.stem)
    sys.stdout.writelines(
        f"CHANGELOG.md must list under `Breaking changes of the schema`: - {each}\n" for each in missing
    )
    return min(len(missing), 1)


if __name__ == "__main__":
    sys.exit(main())
