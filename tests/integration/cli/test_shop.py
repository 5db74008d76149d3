"""Commands that operators run on a shop: as docs/operations.md prints them, and when they are given nonsense."""

import json
import re
from pathlib import Path

import pytest

from bff.stores.accounts import account_service
from bff.stores.wiring import Stores
from domain.accounts import Permission, SignUp
from tests.kit.factories.catalog import add_product
from tests.kit.fixtures.storefront import Storefront
from tests.kit.paths import ROOT

_PRINTED = re.compile(r"^storefront ((?:staff|shop) .*)$", re.MULTILINE)
OWNER = "owner@example.org"


@pytest.fixture
async def owner(stores: Stores) -> str:
    """An account without any permission."""
    await account_service(stores.database, stores.settings, stores.limits).sign_up(SignUp(OWNER, "a long password"))
    return OWNER


async def test_a_real_shop_is_set_up_as_printed(stores: Stores, storefront: Storefront, owner: str) -> None:
    """The owner has every permission, and shop and menu are there, the same after a second run."""
    printed = _PRINTED.findall((ROOT / "docs/operations.md").read_text(encoding="utf-8"))
    assert len(printed) == 2
    for words in printed * 2:
        done = await storefront(words)
        assert done.returncode == 0, done.stderr
    assert await stores.accounts.staff() == {owner: frozenset(Permission)}
    shop, menus = await stores.content.shop(), await stores.content.menus(["main-menu"])
    assert shop is not None
    assert (shop.name, shop.description) == ("My shop", "What it sells.")
    assert menus[0] is not None


async def test_permissions_come_and_go_one_by_one(storefront: Storefront, owner: str) -> None:
    """Granting adds permissions, revoking takes them away; nobody else is on the list."""
    await storefront(f"staff grant {owner} orders")
    granted = await storefront(f"staff grant {owner.upper()} PRODUCTS --json")
    assert json.loads(granted.stdout)["permissions"] == ["ORDERS", "PRODUCTS"]
    revoked = await storefront(f"staff revoke {owner} orders")
    assert revoked.stdout == f"{owner} may change PRODUCTS\n"
    assert json.loads((await storefront("staff list --json")).stdout) == {owner: ["PRODUCTS"]}
    await storefront(f"staff revoke {owner} --all")
    assert (await storefront("staff list")).stdout == "no staff\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("staff grant nobody@example.org --all", "No account has this e-mail address"),
        ("staff grant nobody@example.org", "name a permission"),
        ("shop set --description x", "the shop has no name yet"),
        ("shop set --name '  '", "--name must not be blank"),
        ("shop set --name x --url javascript:alert(1)", "--url must be an address"),
        ("shop set --name x --color red", "--color must be a color such as"),
        ("shop set --name x --header '#fff;background:url(//x)'", "--header must be a color such as"),
        ("shop set --name x --logo data:image/svg+xml,x", "--logo must be an address"),
        ("shop set --name x --policy imprint=x", "--policy must name one of privacy-policy"),
        ("shop set --name x --policy privacy-policy=/nowhere", "the file cannot be read"),
        ("shop show", "the shop is not described yet"),
    ],
)
async def test_nonsense_is_refused_in_one_line(storefront: Storefront, words: str, message: str) -> None:
    """It names the input and the rule, and changes nothing."""
    done = await storefront(words)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert message in line


async def test_what_is_left_out_of_the_shop_stays(storefront: Storefront) -> None:
    """Each option changes its own part."""
    await storefront("shop set --name First --description Mugs --url https://shop.example")
    changed = await storefront("shop set --name Second --json")
    assert json.loads(changed.stdout)["description"] == "Mugs"
    shown = json.loads((await storefront("shop show --json")).stdout)
    assert (shown["name"], shown["url"], shown["currency"]) == ("Second", "https://shop.example", "GBP")


async def test_the_look_and_the_policies_of_the_shop(stores: Stores, storefront: Storefront, tmp_path: Path) -> None:
    """What the checkout page shows; scripts in a policy are left out, and another policy stays."""
    privacy, terms = tmp_path / "privacy.html", tmp_path / "terms.html"
    privacy.write_text("<p>We keep <b>little</b>.</p><script>alert(1)</script>", encoding="utf-8")
    terms.write_text("<p>Be nice.</p>", encoding="utf-8")
    look = "--color '#0b5d51' --header '#ffffff' --logo https://cdn.example/logo.svg"
    first = await storefront(f"shop set --name Mugs {look} --policy privacy-policy={privacy}")
    assert first.returncode == 0, first.stderr
    await storefront(f"shop set --policy terms-of-service={terms}")
    shop = await stores.content.shop()
    assert shop is not None
    assert (shop.brand.primary[0][0], shop.brand.secondary[0][0]) == ("#0b5d51", "#ffffff")
    assert shop.logo is not None
    assert shop.logo.url == "https://cdn.example/logo.svg"
    shown = {policy.handle: policy.html for policy in shop.policies}
    assert shown == {"privacy-policy": "<p>We keep <b>little</b>.</p>", "terms-of-service": "<p>Be nice.</p>"}


async def test_search_and_homepages_are_rebuilt(stores: Stores, storefront: Storefront) -> None:
    """The index has every product for sale, and every page is marked for the workers."""
    await stores.database.transact(lambda tx: add_product(tx, handle="mug"))
    found = await storefront("search rebuild --json")
    assert json.loads(found.stdout) == {"indexed": 1}
    marked = await storefront("homepage rebuild --json")
    pages = json.loads(marked.stdout)["marked"]
    assert pages == 3 * len(stores.territories.all)
    assert len(await stores.homepage_marks.marked()) == pages
