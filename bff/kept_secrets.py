"""Secrets that the shop makes for itself once and keeps in `data_dir/secrets.json`, readable by its owner alone."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import orjson

from bff import private_files
from bff.processes.problems import ProcessProblem

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeptSecrets:
    """What signs access tokens, and what callers show to the embedded payment sandbox."""

    token_secret: str
    sandbox_key: str

    def __repr__(self) -> str:
        return "KeptSecrets(...)"


def kept_secrets(data_dir: Path) -> KeptSecrets:
    """Reads the secrets, making them on the first call; ProcessProblem when the file cannot be understood."""
    private_files.make_private_directory(data_dir)
    path = data_dir / "secrets.json"
    fresh = {"token_secret": secrets.token_urlsafe(_BYTES), "sandbox_key": secrets.token_urlsafe(_BYTES)}
    content = private_files.create_once(path, orjson.dumps(fresh))
    path.chmod(0o600)
    try:
        read = orjson.loads(content)
        return KeptSecrets(str(read["token_secret"]), str(read["sandbox_key"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ProcessProblem(
            f"{path} does not hold the shop's secrets; restore it, or remove it to make new ones"
        ) from None
