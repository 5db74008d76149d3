"""The documents say what the code does: settings, metrics, commands, and links that lead somewhere."""

import importlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bff import cli
from bff.settings.variables import Settings
from domain.kit.limits import RULES
from tests.kit.paths import ROOT

OPERATIONS = ROOT / "docs/operations.md"
_NOT_OURS = ("node_modules",)
_SETTING = re.compile(r"^\| `(STOREFRONT_\w+)` \| (.*?) \|", re.MULTILINE)
_RULE = re.compile(r"^\| `([a-z-]+)` \| ([a-z ]+) \| (\d+) \| (\d+) s \|", re.MULTILINE)
_METRIC = re.compile(r"^\| `(storefront_\w+)` \|", re.MULTILINE)
_NAMED_METRIC = re.compile(r'"(storefront_\w+)"')
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?<![\w./+-])(?:\.venv/bin/)?storefront ([a-z]+)(?: ([a-z]+)\b)?")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(r"`(\w[\w.-]*/[^`\s]*)`")
_NAMED_PLACE = re.compile(r"([^|;:/]*) in `([\w/]+\.py)`")
_BOUND = re.compile(r"^\|[^|]*\|[^|]*\| ([\d,.]+) \| `(\w+)` in `([\w/]+\.py)` \|$", re.MULTILINE)
_NAME = re.compile(r"`([\w.]+)`")


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _documents() -> list[Path]:
    """Every Markdown file of the project, but none of what was installed or generated into it."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_OURS]
        found += [Path(folder, name) for name in files if name.endswith(".md")]
    return sorted(found)


DOCUMENTS = _documents()
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def _default(name: str) -> str:
    """The default of a setting as the table writes it."""
    field = Settings.model_fields[name]
    if name == "territories":
        assert field.default is PydanticUndefined
        return ", ".join(f"`{territory.code}`" for territory in field.get_default(call_default_factory=True))
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value in ("", None, []):
        return "empty"
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_every_setting_is_told_with_its_default() -> None:
    """The table of settings has the fields of `Settings` in their order, and no others."""
    written = _SETTING.findall(OPERATIONS.read_text(encoding="utf-8"))
    assert written == [(f"STOREFRONT_{name.upper()}", _default(name)) for name in Settings.model_fields]


def test_every_limit_is_told() -> None:
    """The table of limits has the rules in their order, with their defaults."""
    told = _RULE.findall(OPERATIONS.read_text(encoding="utf-8"))
    assert told == [(rule.name, rule.subject, str(rule.capacity), str(rule.seconds)) for rule in RULES]


def test_every_metric_is_told() -> None:
    """Counters end in `_total` where they are read."""
    written = {name.removesuffix("_total") for name in _METRIC.findall(OPERATIONS.read_text(encoding="utf-8"))}
    modules = ("bff/observability/metrics.py", "bff/routes/health.py")
    sources = [(ROOT / module).read_text(encoding="utf-8") for module in modules]
    assert written == {name for source in sources for name in _NAMED_METRIC.findall(source)}


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Each `storefront COMMAND WORD` of code in a document; the word may be empty."""
    for code in _CODE.findall(text):
        yield from _COMMAND.findall(code)


def _subcommands(command: str) -> set[str]:
    """The commands below a command, none for most."""
    storefront = typer.main.get_group(cli.app)
    found = storefront.get_command(typer.Context(storefront), command)
    assert found is not None, command
    return set(getattr(found, "commands", ()))


@each_document
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    for command, word in _commands(document.read_text(encoding="utf-8")):
        if below := _subcommands(command):
            assert word in below | {""}


def test_documents_name_commands_at_all() -> None:
    """The search for commands finds some, also those of groups."""
    named = {pair for document in DOCUMENTS for pair in _commands(document.read_text(encoding="utf-8"))}
    assert {("check", ""), ("import", "products"), ("migrate", "")} <= named


def _anchors(document: Path) -> set[str]:
    """The names that headings have in links."""
    headings = _HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@each_document
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    """To a file of the project, and to one of its headings where the link names one."""
    for link in _LINK.findall(_CODE.sub("", document.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_path_that_a_map_names_exists(document: str) -> None:
    """Those that begin with a folder of the project. `<placeholders>` stand for any name, `*` for some file."""
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir()}
    paths = {path for path in _PATH.findall(_text(document)) if path.split("/")[0] in folders and "<" not in path}
    assert len(paths) > 20
    assert sorted(path for path in paths if not any(ROOT.glob(path.rstrip("/")))) == []


def test_every_name_that_the_map_finds_in_a_module_is_defined_there() -> None:
    """Each `name` of "`name` in `module.py`"; `Class.name` is two of them."""
    places = [
        (module, part)
        for words, module in _NAMED_PLACE.findall(_text("docs/architecture.md"))
        for name in _NAME.findall(words)
        for part in name.split(".")
    ]
    assert len(places) > 30
    assert [place for place in places if not _is_defined(*place)] == []


def _is_defined(module: str, name: str) -> bool:
    definition = rf"^\s*(?:(?:async )?def |class )?{re.escape(name)}\b\s*[(\[:=]"
    return re.search(definition, _text(module), re.MULTILINE) is not None


def test_every_bound_has_the_value_that_the_table_says() -> None:
    """Rows of the section "Bounds": a value, and the constant in its module."""
    bounds = _BOUND.findall(_text("docs/architecture.md"))
    assert len(bounds) > 30
    written = {(name, path): float(value.replace(",", "")) for value, name, path in bounds}
    assert written == {(name, path): float(getattr(_module(path), name)) for name, path in written}


def _module(path: str) -> ModuleType:
    return importlib.import_module(path.removesuffix(".py").replace("/", "."))


def test_every_decision_is_listed() -> None:
    """The list of decisions has each record once, in order."""
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_the_glossary_is_in_order() -> None:
    rows = re.findall(r"^\| (?!Word|-)(.+?) \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    words = [re.sub(r"[^a-z ]", "", row.lower()) for row in rows]
    assert len(words) > 10
    assert words == sorted(set(words))


def test_the_readme_names_the_versions_of_the_clients_that_ran() -> None:
    """A client of another version says so in its block."""
    package = json.loads((ROOT / "tests/e2e/clients/package.json").read_text(encoding="utf-8"))
    versions = package["dependencies"] | package["devDependencies"]
    readme = " ".join(_text("README.md").split())
    clients = ("shopify-buy", "@shopify/hydrogen", "@shopify/storefront-api-client")
    generators = ("@graphql-codegen/cli", "@graphql-codegen/client-preset")
    assert [name for name in (*clients, *generators) if f"`{name}` {versions[name]}" not in readme] == []
    assert f"TypeScript {versions['typescript']} " in readme
