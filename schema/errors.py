"""Every reason for a refusal that clients can meet, with what it means."""

from schema.enums import enum_of

_MEANINGS = {
    "ATTEMPT_TOKEN_REUSED": "The attempt token belongs to an attempt with other content.",
    "BLANK": "The value may not be blank.",
    "CART_COMPLETED": "The cart has become an order and cannot change any more.",
    "CART_EMPTY": "The cart has no lines.",
    "CART_NOT_FOUND": "There is no such cart.",
    "IDEMPOTENCY_KEY_REUSED": "The key belongs to a request with other content.",
    "IMPORTED_ORDER": "The order was imported and cannot be changed here.",
    "INVALID": "The value is not valid.",
    "INVALID_QUANTITY": "The quantity is out of bounds.",
    "LINE_NOT_FOUND": "The cart or order has no such line.",
    "MERCHANDISE_NOT_FOUND": "There is no such variant, or it is no longer for sale.",
    "NEGATIVE_QUANTITY": "Stock cannot fall below zero.",
    "NOT_CANCELLABLE": "The order cannot be cancelled, or not any more.",
    "NOT_FOUND": "There is nothing with that id.",
    "NOT_FULFILLABLE": "Nothing of the order can be sent, or not any more.",
    "NOT_REFUNDABLE": "No money of the order can be given back, or not any more.",
    "NOT_SUPPORTED": "This shop does not support that part of the input yet.",
    "ORDER_EXPIRED": "The payment came too late; nothing was bought.",
    "OUT_OF_STOCK": "There are not enough units left.",
    "PAYMENT_DECLINED": "The payment was declined; nothing was bought.",
    "RATE_LIMITED": "Too much was sent in a short time; try again in a minute.",
    "REFUND_TOO_HIGH": "More would be given back than was taken.",
    "TAKEN": "The value is in use already.",
    "TOO_LONG": "The value is too long.",
    "TOO_MANY_LINES": "The cart has too many lines.",
    "TOO_SHORT": "The value is too short.",
    "TOTAL_TOO_HIGH": "The total is too high.",
    "UNIDENTIFIED_CUSTOMER": "E-mail address and password do not go together.",
    "VERSION_CONFLICT": "Somebody else published another version meanwhile.",
}

UserErrorCode = enum_of("UserErrorCode", "Reasons for refusals.", _MEANINGS)
