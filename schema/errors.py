"""Every reason for a refusal that mutations return as data."""

from domain.kit.refusals import OF_QUERIES, RefusalCode
from schema.enums import enum_of

_MEANINGS = {code.name: code.meaning for code in RefusalCode if code not in OF_QUERIES}
# What the services of accounts refuse with.
_OF_ACCOUNTS = ("BLANK", "CUSTOMER_DISABLED", "INVALID", "NOT_FOUND", "TAKEN", "TOO_LONG", "TOO_SHORT")

UserErrorCode = enum_of("UserErrorCode", "Reasons for refusals.", _MEANINGS)
CartErrorCode = enum_of("CartErrorCode", "Reasons for refusals to change a cart.", _MEANINGS)
CustomerErrorCode = enum_of(
    "CustomerErrorCode",
    "Reasons for refusals to change an account.",
    {code: _MEANINGS[code] for code in (*_OF_ACCOUNTS, "UNIDENTIFIED_CUSTOMER")},
)
MetafieldsSetUserErrorCode = enum_of(
    "MetafieldsSetUserErrorCode", "Reasons for refusals to set a metafield.", _MEANINGS
)
MetafieldDeleteErrorCode = enum_of("MetafieldDeleteErrorCode", "Reasons for refusals to delete a metafield.", _MEANINGS)
