"""Phrases that need a second reading, found in code, messages and docs. As a program it fails when there is any."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.kit.paths import ROOT

PHRASES = re.compile(r"\b(?:is|are|was|were) (?:told|asked)\b|\banew\b|\bwhat is none\b", re.IGNORECASE)
KINDS = frozenset(
    (".py", ".md", ".graphql", ".toml", ".yml", ".yaml", ".json", ".mako", ".lua", ".js", ".jsx", ".ts", ".tsx")
) | {".html", ".css"}
# Files that are built or record a release, and this module, which names the phrases.
EXCEPT = (
    "requirements",
    "schema/released",
    "web/graphiql/dist",
    "web/graphiql/package-lock.json",
    "web/checkout/dist",
    "web/checkout/package-lock.json",
    "tests/e2e/clients/package-lock.json",
    "tests/contracts/words.py",
)


def texts() -> Iterator[Path]:
    """Every text of the project that people wrote."""
    for folder in (ROOT, *(each for each in ROOT.iterdir() if each.is_dir() and not each.name.startswith("."))):
        found = folder.iterdir() if folder == ROOT else folder.rglob("*")
        for file in found:
            name = file.relative_to(ROOT).as_posix()
            is_text = file.suffix in KINDS or file.name == "Makefile"
            if is_text and "node_modules" not in file.parts and file.is_file() and not name.startswith(EXCEPT):
                yield file


def found_in(file: Path) -> Iterator[str]:
    """Each line with such a phrase, as `path:line: phrase`."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        for phrase in PHRASES.findall(line):
            yield f"{file.relative_to(ROOT)}:{number}: {phrase}"


def main() -> int:
    """The number of phrases found, as the exit status."""
    found = [phrase for file in sorted(texts()) for phrase in found_in(file)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
