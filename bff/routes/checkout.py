"""The pages of buyers: the checkout of a cart, and the status of an order. They use GraphQL as every client does."""

from collections.abc import Mapping, Sequence

from starlette.routing import Route

from bff.routes.bundles import page_routes

# What Stripe's script loads and calls (https://docs.stripe.com/security/guide#content-security-policy).
STRIPE_SOURCES = {
    "script-src": "https://js.stripe.com https://*.js.stripe.com",
    "frame-src": "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
    "connect-src": "https://api.stripe.com",
}


def routes(payment_origins: Sequence[str] = (), *, has_stripe_form: bool = False, site_url: str = "") -> list[Route]:
    """Both pages and their files. The page may send cards to the payment providers at these origins, and nowhere else.

    With `has_stripe_form` Stripe's script may take them, too: then the page may load it and what it loads itself.

    `site_url` is where the page leads back to the shop; without one it does not.

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
    if has_stripe_form:
        policy = _with(policy, STRIPE_SOURCES)
    return page_routes("checkout", ["/cart/{id}", "/orders/{id}/{token}"], policy, {"site": site_url})


def _with(policy: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The policy with more sources; a kind that it does not name had none."""
    return {**policy, **{kind: f"{policy.get(kind, '')} {sources}".strip() for kind, sources in more.items()}}
