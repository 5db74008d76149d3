"""Parts of inputs that this shop does not support yet are refused, never dropped in silence."""

from domain.kit.refusals import refuse


def unsupported(*field: str) -> Exception:
    """A refusal to be raised. Refused: NOT_SUPPORTED."""
    return refuse("NOT_SUPPORTED", "This shop does not support this yet.", *field)
