"""Metafields that are stored with their owner: with a cart, or in the document of a page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AttachedMetafield:
    """A value by namespace and key; a text whatever its type."""

    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime
