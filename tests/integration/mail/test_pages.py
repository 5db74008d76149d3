"""The page with the mails of a shop that has no server: for developers of this machine alone."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bff.routes import mails
from bff.settings.variables import Settings
from bff.stores.mail import mail_folder
from datasources.mail import folder
from domain.mail import Letter
from services.mail.letters import message
from tests.kit.mails import SENDER


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A shop in development."""
    return Settings(data_dir=tmp_path)


@pytest.fixture
def client(settings: Settings) -> httpx.AsyncClient:
    """A browser."""
    transport = httpx.ASGITransport(Starlette(routes=mails.routes(settings)))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def _write(settings: Settings, number: int) -> None:
    letter = Letter(f"Mail <{number}>", "plain text", "<p>rich <b>text</b></p>")
    await mail_folder(settings).send(message(letter, SENDER, "ann@example.com", str(number)), str(number))


async def test_the_last_mails_are_listed_and_shown(settings: Settings, client: httpx.AsyncClient) -> None:
    """Their HTML runs nothing and is framed by this page alone; what a mail says stays text on the page."""
    assert "None yet" in (await client.get("/mails")).text
    await _write(settings, 1)
    await _write(settings, 1)
    listed = await client.get("/mails")
    assert listed.text.count("Mail &lt;1&gt;") == 1
    ((name, _),) = await mail_folder(settings).last()
    shown = await client.get(f"/mails/{name}")
    assert "plain text" in shown.text
    assert "<b>text" not in shown.text
    framed = await client.get(f"/mails/{name}/html")
    assert "<b>text</b>" in framed.text
    assert framed.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    for answer in (listed, shown, framed):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fetc%2fpasswd", "x" * 5_000])
async def test_there_is_nothing_else(client: httpx.AsyncClient, name: str) -> None:
    """No other file of the machine, and no page for a name that no mail has."""
    for path in (f"/mails/{name}", f"/mails/{name}/html"):
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"profile": "production"}, {"host": "0.0.0.0"}, {"mail_url": SecretStr("smtp://mail.example")}],
)
def test_no_other_shop_has_the_page(settings: Settings, changes: dict[str, object]) -> None:
    """Mails hold secrets of orders."""
    assert mails.routes(settings)
    assert mails.routes(settings.model_copy(update=changes)) == []


async def test_a_mail_is_one_private_file(settings: Settings) -> None:
    """However often it is sent; nobody else on the machine reads it."""
    for _ in range(2):
        await _write(settings, 1)
    await _write(settings, 2)
    files = sorted((settings.data_dir / "mail").iterdir())
    assert [(file.suffix, file.stat().st_mode & 0o777) for file in files] == [(".eml", 0o600)] * 2
    assert (settings.data_dir / "mail").stat().st_mode & 0o777 == 0o700


async def test_the_folder_keeps_the_newest_mails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that nobody looks at does not fill the disk."""
    monkeypatch.setattr(folder, "MAX_FILES", 2)
    for number in range(4):
        await _write(settings, number)
    kept = [content for _, content in await mail_folder(settings).last()][:2]
    assert await mail_folder(settings).tidy() == 2
    assert [content for _, content in await mail_folder(settings).last()] == kept
