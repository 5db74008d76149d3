"""Refuses parts of inputs that this shop does not support yet, rather than ignoring them."""

from domain.kit.refusals import INPUT, RefusalCode, refuse


def unsupported(*path: str) -> Exception:
    """The exception to raise. Refused: NOT_SUPPORTED."""
    return refuse(RefusalCode.NOT_SUPPORTED, f"{INPUT} is not supported yet.", *path)
