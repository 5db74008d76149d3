"""What is limited and how much of it was used: orders with a discount, units that one buyer may have."""

from typing import NamedTuple

from domain.kit.mailboxes import mailbox


class UsageKey(NamedTuple):
    """A limited thing and the buyer whose usage is counted; `buyer` is empty for all buyers. Keys sort as rows do."""

    subject: str
    buyer: str = ""


def buyer_key(customer_id: int | None, email: str | None) -> str | None:
    """The key that limits count a buyer by; None when the buyer is unknown.

    >>> buyer_key(7, "Ann@example.com"), buyer_key(None, " Ann@example.com"), buyer_key(None, None)
    ('customer:7', 'email:ann@example.com', None)
    """
    if customer_id is not None:
        return f"customer:{customer_id}"
    address = mailbox(email or "")
    return f"email:{address}" if address else None


def discount_usage(discount_id: int, buyer: str = "") -> UsageKey:
    """Orders that used a discount: those of one buyer, or all.

    >>> discount_usage(3)
    UsageKey(subject='discount:3', buyer='')
    """
    return UsageKey(f"discount:{discount_id}", buyer)


def variant_usage(variant_id: int, buyer: str) -> UsageKey:
    """Units of a variant that a buyer has bought.

    >>> variant_usage(9, "customer:7")
    UsageKey(subject='variant:9', buyer='customer:7')
    """
    return UsageKey(f"variant:{variant_id}", buyer)


def sale_usage(sale_id: int, variant_id: int, buyer: str) -> UsageKey:
    """Units of a variant that a buyer has bought in a flash sale.

    >>> sale_usage(3, 9, "customer:7")
    UsageKey(subject='sale:3:9', buyer='customer:7')
    """
    return UsageKey(f"sale:{sale_id}:{variant_id}", buyer)
