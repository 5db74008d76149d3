"""Commands that operators run on a shop: as docs/operations.md prints them, and when they are given nonsense."""

import json
import re

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


async def test_search_and_homepages_are_rebuilt(stores: Stores, storefront: Storefront) -> None:
    """The index has every product for sale, and every page is marked for the workers."""
    await stores.database.transact(lambda tx: add_product(tx, handle="mug"))
    found = await storefront("search rebuild --json")
    assert json.loads(found.stdout) == {"indexed": 1}
    marked = await storefront("homepage rebuild --json")
    pages = json.loads(marked.stdout)["marked"]
    assert pages == 3 * len(stores.territories.all)
    assert len(await stores.homepage_marks.marked()) == pages
