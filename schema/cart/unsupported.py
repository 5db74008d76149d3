"""Parts of inputs that this shop does not support yet are refused, never dropped in silence."""

from domain.kit.refusals import RefusalCode, refuse


def unsupported(*path: str) -> Exception:
    """A refusal to be raised. Refused: NOT_SUPPORTED."""
    return refuse(RefusalCode.NOT_SUPPORTED, "This shop does not support this yet.", *path)
