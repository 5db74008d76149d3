"""Wrong settings are named, and no value of theirs is."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bff.processes.problems import UnusableDirectory
from bff.settings.private_files import make_private_directory
from bff.settings.variables import Settings, unknown_settings
from bff.stores.reachable import require_answers
from bff.stores.wiring import open_stores


def test_variables_that_look_like_settings_and_are_none_are_found() -> None:
    environment = {"STOREFRONT_PORT": "1", "STOREFRONT_PROT": "1", "STOREFRONT_TEST_X": "1", "PATH": "/bin"}
    assert unknown_settings(environment) == ["STOREFRONT_PROT"]


@pytest.mark.parametrize("name", ["database_url", "mongo_url", "redis_url", "search_url", "sandbox_url"])
def test_a_store_url_of_another_kind_is_refused_without_its_password(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: "ftp://user:hunter2@host"})
    (error,) = refused.value.errors(include_input=False)
    assert error["loc"] == (name,)
    assert "hunter2" not in error["msg"]


def test_a_data_directory_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UnusableDirectory, match="cannot keep data in"):
        make_private_directory(file)


async def test_a_store_that_does_not_answer_is_named_by_its_setting(tmp_path: Path) -> None:
    settings = Settings(
        database_url=SecretStr(f"sqlite+aiosqlite:///{tmp_path}/nowhere/shop.db"),
        mongo_url=SecretStr("mongodb://127.0.0.1:1"),
        redis_url=SecretStr("redis://:hunter2@127.0.0.1:1"),
        search_url=f"tantivy://{tmp_path}",
        sandbox_url="http://127.0.0.1:1",
        store_seconds=0.5,
    )
    async with open_stores(settings) as stores:
        with pytest.raises(Exception, match="STOREFRONT_DATABASE_URL") as refused:
            await require_answers(stores)
    assert "hunter2" not in str(refused.value)
