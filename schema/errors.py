"""Every reason for a refusal that mutations return as data."""

from domain.kit.refusals import OF_QUERIES, RefusalCode
from schema.enums import enum_of

_MEANINGS = {code.name: code.meaning for code in RefusalCode if code not in OF_QUERIES}

UserErrorCode = enum_of("UserErrorCode", "Reasons for refusals.", _MEANINGS)
