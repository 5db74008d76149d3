"""How carts can be paid."""

from collections.abc import Sequence

from strawberry import Parent

from domain.cart import Cart, territory_of
from domain.payments.records import PaymentMethod
from resolvers.context import Info


def available_methods(root: Parent[Cart], info: Info) -> Sequence[PaymentMethod]:
    """The methods of the territory whose prices the cart has."""
    context = info.context
    return territory_of(root, context.shop.territories, context.territory).payment_methods
