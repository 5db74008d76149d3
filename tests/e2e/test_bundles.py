"""The committed pages are what their sources give, and the sources fit the published types."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow
_INSTALL = ("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def _run(directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=110, check=False)


def _files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_the_checkout_page_is_built_from_its_sources(tmp_path: Path) -> None:
    """Byte for byte. `tsc` checks the use of Stripe's script against the types that Stripe publishes."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js is not installed")
    page = tmp_path / "checkout"
    shutil.copy(ROOT / "web" / "bundle.js", tmp_path)
    shutil.copytree(ROOT / "web" / "checkout", page, ignore=shutil.ignore_patterns("node_modules", "dist"))
    if (installed := _run(page, *_INSTALL)).returncode:
        pytest.skip(f"npm cannot install the packages: {installed.stderr[-500:]}")
    for step in (("npm", "run", "check"), ("node", "build.js")):
        done = _run(page, *step)
        assert done.returncode == 0, done.stdout + done.stderr
    assert _files(page / "dist") == _files(ROOT / "web" / "checkout" / "dist")
