"""Keys of charges, and tokens that hold a code: texts that say more than one thing."""


def with_code(token: str, code: str) -> str:
    """The payment token of a method that needs a code of the buyer.

    >>> with_code("type_blik", "123456")
    'type_blik:123456'
    """
    return f"{token}:{code}"


def charge_key(order_id: int, number: int = 1, provider: str = "", authorizes: bool = False) -> str:
    """The provider's idempotency key of a charge of an order. It names the provider unless that is the shop's first.

    It also says whether the charge only reserves the money, so that every repetition has the same content.

    >>> charge_key(7), charge_key(7, 2), charge_key(7, 1, "stripe"), charge_key(7, authorizes=True)
    ('order-7', 'order-7-2', 'stripe:order-7', 'auth-7')
    """
    kind = "auth" if authorizes else "order"
    key = f"{kind}-{order_id}" if number == 1 else f"{kind}-{order_id}-{number}"
    return f"{provider}:{key}" if provider else key


def only_authorizes(key: str) -> bool:
    """Whether the charge of a key only reserves the money.

    >>> only_authorizes("stripe:auth-7"), only_authorizes("auth-7-2"), only_authorizes("order-7")
    (True, True, False)
    """
    return key.rpartition(":")[2].startswith("auth-")


def provider_of(key: str) -> str:
    """The provider that a key names; empty for the first one of the shop.

    >>> provider_of("stripe:order-7"), provider_of("order-7")
    ('stripe', '')
    """
    named, colon, _ = key.partition(":")
    return named if colon else ""
