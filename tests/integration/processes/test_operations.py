"""What docs/operations.md tells operators to do works as printed."""

import asyncio
import re
import subprocess
import sys

from bff.processes.environment import child_environment, settings_variables
from bff.stores.wiring import Stores
from domain.accounts import Permission, SignUp
from services.accounts.passwords import Passwords
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens
from tests.kit.paths import ROOT

_PROGRAM = re.compile(r"^\.venv/bin/python - <<'END'\n(.*?)^END$", re.MULTILINE | re.DOTALL)


def _run(program: str, environment: dict[str, str]) -> None:
    """Hands the program to this Python, from the project's directory."""
    command = [sys.executable, "-"]
    done = subprocess.run(
        command, input=program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


async def test_a_real_shop_is_set_up_as_printed(stores: Stores) -> None:
    """An account becomes staff with every permission, and shop and menu are there, the same after a second run."""
    tokens = Tokens(stores.settings.token_secret.get_secret_value(), stores.settings.token_minutes)
    await AccountService(stores.database, Passwords(), tokens).sign_up(SignUp("owner@example.org", "a long password"))
    (program,) = _PROGRAM.findall((ROOT / "docs/operations.md").read_text(encoding="utf-8"))
    environment = child_environment(settings_variables(stores.settings))
    for _ in range(2):
        await asyncio.to_thread(_run, program, environment)
    account = await stores.accounts.credentials("owner@example.org")
    assert account is not None
    assert account.permissions == frozenset(Permission)
    shop, menus = await stores.content.shop(), await stores.content.menus(["main-menu"])
    assert shop is not None
    assert shop.name == "My shop"
    assert menus[0] is not None
