"""Published clients of Shopify's Storefront API and of GraphQL, from npm, which run in Node.js."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.kit.backends.backend import Backend
from tests.kit.backends.scratch import scratch_directory
from tests.kit.paths import ROOT

_SOURCES = ROOT / "tests" / "e2e" / "clients"
_QUIET = ("--no-audit", "--no-fund", "--loglevel=error")
_INSTALL = ("npm", "ci", "--prefer-offline", "--ignore-scripts", "--legacy-peer-deps", *_QUIET)
_SECONDS = 110
_SCHEMA = ROOT / "schema" / "schema.graphql"
_CLIENTS = (
    "shopify-buy",
    "@shopify/hydrogen",
    "@shopify/storefront-api-client",
    "@apollo/client",
    "@urql/core",
    "@graphql-codegen/client-preset",
    "typescript",
)


class NotInstalled(Exception):
    """The message says why."""


class StorefrontClients(Backend):
    """Its `url` is the directory with the scripts, what they import, and the schema."""

    name = "clients"
    title = "clients of npm"

    def missing_program(self) -> str | None:
        """They run in Node.js, which brings npm along."""
        return None if shutil.which("node") and shutil.which("npm") else "Node.js is not installed"

    def start(self) -> str:
        """Installs the locked versions. Raises `NotInstalled` without a registry of packages."""
        directory = scratch_directory(self.name) / "clients"
        shutil.copytree(_SOURCES, directory, ignore=shutil.ignore_patterns("node_modules", "generated"))
        shutil.copy(_SCHEMA, directory)
        done = subprocess.run(_INSTALL, cwd=directory, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode:
            raise NotInstalled(f"npm cannot install the clients: {done.stderr[-1000:]}")
        return str(directory)

    def describe(self) -> str:
        """With the version of each."""
        modules = Path(self.url(), "node_modules")
        versions = (json.loads((modules / name / "package.json").read_text())["version"] for name in _CLIENTS)
        return ", ".join(f"{name} {version}" for name, version in zip(_CLIENTS, versions, strict=True))
