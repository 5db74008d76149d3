"""Settings as the environment of a child, so that no secret is ever an argument that other users can list."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, SecretStr

from bff.settings.variables import Settings

PREFIX = "STOREFRONT_"
_ROOT = Path(__file__).parents[2]


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list):
        return json.dumps(
            [item.model_dump(mode="json") if isinstance(item, BaseModel) else str(item) for item in value]
        )
    if isinstance(value, dict):
        return json.dumps(value)
    return "" if value is None else str(value)


def settings_variables(settings: Settings) -> dict[str, str]:
    """Every setting that has a value, as its variable; `Settings()` in a child with them equals `settings`."""
    given = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {f"{PREFIX}{name}".upper(): _text(value) for name, value in given.items() if value is not None}


def child_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This environment without any setting of the shop, with `variables` and a path to the shop's own code."""
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    paths = [str(_ROOT), *filter(None, own.get("PYTHONPATH", "").split(os.pathsep))]
    return {**own, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUNBUFFERED": "1", **variables}
