"""The pages of buyers: the checkout of a cart, and the status of an order. They use GraphQL as every client does."""

from collections.abc import Sequence

from starlette.routing import Mount, Route

from bff.routes.bundles import page_routes


def routes(payment_origins: Sequence[str] = ()) -> list[Route | Mount]:
    """Both pages and their files. The page may send cards to the payment providers at these origins, and nowhere else.

    Whoever knows the address of a page may use it, so it is not in referrers, and search engines do not list it.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        # Pictures of imported products stay on the servers that they were on.
        "img-src": "'self' data: https:",
        "connect-src": " ".join(("'self'", *payment_origins)),
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return page_routes("checkout", ["/cart/{id}", "/orders/{id}/{token}"], policy)
