"""Secrets that the shop makes for itself once and keeps in files of `data_dir` that its owner alone can read."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import orjson

from bff.processes.problems import ProcessProblem
from bff.settings import private_files

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeptSecrets:
    """What signs access tokens, what callers show to the embedded payment sandbox, and what signs webhooks: those of
    the sandbox, and the shop's own.
    """

    token_secret: str
    sandbox_key: str
    sandbox_webhook_secret: str
    webhook_secret: str

    def __repr__(self) -> str:
        return "KeptSecrets(...)"


def kept_secrets(data_dir: Path) -> KeptSecrets:
    """Reads the secrets, making them on the first call; ProcessProblem when a file cannot be understood."""
    private_files.make_private_directory(data_dir)
    token_secret, sandbox_key = _made_once(data_dir / "secrets.json", "token_secret", "sandbox_key")
    # A file never changes, so that no two processes disagree: later secrets have files of their own.
    (of_sandbox,) = _made_once(data_dir / "webhook_secrets.json", "sandbox_webhook_secret")
    (of_shop,) = _made_once(data_dir / "outgoing_webhook_secrets.json", "webhook_secret")
    return KeptSecrets(token_secret, sandbox_key, of_sandbox, of_shop)


def _made_once(path: Path, *names: str) -> list[str]:
    fresh = {name: secrets.token_urlsafe(_BYTES) for name in names}
    content = private_files.create_once(path, orjson.dumps(fresh))
    path.chmod(0o600)
    try:
        read = orjson.loads(content)
        return [str(read[name]) for name in names]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ProcessProblem(
            f"{path} does not hold the shop's secrets; restore it, or remove it to make new ones"
        ) from None
