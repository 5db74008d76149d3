"""The README's tour works as printed."""

import re
import subprocess
import sys

import pytest

from bff.processes.environment import child_environment
from tests.kit.fixtures.running_shop import Shop
from tests.kit.paths import ROOT

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")

_BLOCK = re.compile(r"^```sh tour\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def tour() -> str:
    """Every command of the tour, in order, run by this Python rather than the README's virtual environment."""
    commands = "".join(_BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert commands.count("storefront ask") > 10
    return commands.replace("alias storefront=.venv/bin/storefront", f'alias storefront="{sys.executable} -m bff.cli"')


@pytest.mark.timeout(300)
def test_every_command_of_the_tour_succeeds(shop: Shop) -> None:
    """Pasted one after the other, each ends well and the guest's order is paid."""
    environment = child_environment({"STOREFRONT_DATA_DIR": str(shop.data_dir)})
    script = f"shopt -s expand_aliases\nset -euo pipefail\n{tour()}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for fact in ('"HomepageShelf"', '"Harbour Mug"', '"USD"', '"PAID"', '"replayed": false', '"order": null'):
        assert fact in done.stdout, fact
    assert '"available"' in done.stdout


def test_ask_shows_what_the_shop_says_beside_the_data(shop: Shop) -> None:
    """An empty list of products because of an unknown filter is not taken for an empty shop."""
    environment = child_environment({"STOREFRONT_DATA_DIR": str(shop.data_dir)})
    command = [sys.executable, "-m", "bff.cli", "ask", '{ products(first: 1, query: "size:9") { nodes { id } } }']
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, '"nodes": []' in done.stdout) == (0, True)
    assert "NOT_SUPPORTED" in done.stderr
