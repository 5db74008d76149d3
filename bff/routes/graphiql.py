"""GraphiQL, the explorer for developers."""

from starlette.routing import Route

from bff.routes.bundles import page_routes

# Fonts are data URLs in the style sheet of the bundle.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "data:",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def routes() -> list[Route]:
    """`/graphiql` and its files."""
    return page_routes("graphiql", ["/graphiql"], _POLICY)
