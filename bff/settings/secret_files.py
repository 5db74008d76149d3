"""Settings from files, as orchestrators mount secrets: one file per setting, in the directory of one variable."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_settings import SecretsSettingsSource, SettingsError

VARIABLE = "STOREFRONT_SECRETS_DIR"


class SecretFiles(SecretsSettingsSource):
    """The files of the directory, named as the variables are, in any case of letters."""

    def __call__(self) -> dict[str, Any]:
        """Values by setting. Raises SettingsError, which names the setting and not what its file holds."""
        try:
            return super().__call__()
        except SettingsError as error:
            raise SettingsError(
                f"{VARIABLE}: {error}; the file must be readable UTF-8 text that holds what the variable would."
            ) from None


def secrets_directory(environment: Mapping[str, str]) -> Path | None:
    """The directory that the environment names, when it is one; a wrong one is refused with the other settings."""
    named = environment.get(VARIABLE)
    return Path(named) if named and Path(named).is_dir() else None


def secret_names(environment: Mapping[str, str]) -> list[str]:
    """The names of the files that were mounted."""
    directory = secrets_directory(environment)
    return sorted(path.name for path in directory.iterdir()) if directory else []
