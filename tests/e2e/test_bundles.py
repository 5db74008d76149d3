"""The committed page is what its sources give, and they fit the published types of Stripe's script."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from datasources.payments.stripe_answers import units_of
from domain.kit.money import Money, charge_step
from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow
_STAND_IN = ROOT / "tests" / "e2e" / "stripe_js" / "stripe.js"
_AS_SCRIPT = (
    *("--ignoreConfig", "--noEmit", "--allowJs", "--checkJs", "--skipLibCheck", "--strict", "false"),
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
)
_UNITS = """import { charge } from "./src/stripe"
const given = JSON.parse(process.argv[2] ?? "[]")
console.log(JSON.stringify(given.map((each) => charge(each).amount)))"""
_CURRENCIES = "GBP HUF IDR TWD BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF "
_CURRENCIES += "BHD IQD JOD KWD LYD OMR TND"
_INSTALL = ("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def _run(directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=110, check=False)


def _files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the checkout page with the packages that they need, and no built files."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js is not installed")
    web = tmp_path_factory.mktemp("web")
    page = web / "checkout"
    shutil.copy(ROOT / "web" / "bundle.js", web)
    shutil.copytree(ROOT / "web" / "checkout", page, ignore=shutil.ignore_patterns("node_modules", "dist"))
    if (installed := _run(page, *_INSTALL)).returncode:
        pytest.skip(f"npm cannot install the packages: {installed.stderr[-500:]}")
    return page


def _done(directory: Path, *command: str) -> str:
    done = _run(directory, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_checkout_page_is_built_from_its_sources(page: Path) -> None:
    """Byte for byte. `tsc` checks how it uses Stripe's script against the types that Stripe publishes."""
    _done(page, "npm", "run", "check")
    _done(page, "node", "build.js")
    assert _files(page / "dist") == _files(ROOT / "web" / "checkout" / "dist")


def test_the_stand_in_of_stripes_script_fits_the_published_types(page: Path) -> None:
    """Else the tests in the browser would prove nothing."""
    shutil.copy(_STAND_IN, page / "stand_in.js")
    _done(page, "npx", "tsc", *_AS_SCRIPT, "stand_in.js")


def test_the_page_tells_stripe_the_amount_that_the_shop_charges(page: Path) -> None:
    """In the units of every kind of currency, from two decimal places where others have none to the other way round."""
    prices = [Money(123_450 * charge_step(currency), currency) for currency in _CURRENCIES.split()]
    given = [{"amount": str(price.decimal), "currencyCode": price.currency} for price in prices]
    (page / "units.ts").write_text(_UNITS)
    _done(page, "npx", "esbuild", "units.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=units.mjs")
    shown = json.loads(_done(page, "node", "units.mjs", json.dumps(given)))
    assert shown == [units_of(price) for price in prices]
