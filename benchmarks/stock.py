"""More stock than any benchmark sells, delivered to a shop with demo data as its staff would."""

from benchmarks.graphql import NotAnswered, ask, body, data_of

UNITS = 10_000_000
# The demo shop's own; its accounts are public.
_STAFF = {"email": "stock@example.com", "password": "demo-password"}


def add(endpoint: str, handle: str) -> None:
    """Adds units to every variant of a product. Raises `NotAnswered` when the shop refuses."""
    product = data_of(ask(endpoint, body("product", handle=handle)))["product"]
    changes = [{"variantId": edge["node"]["id"], "delta": UNITS} for edge in product["variants"]["edges"]]
    request = body("deliver", changes=changes)
    answer = data_of(ask(endpoint, request, {"Authorization": f"Bearer {_token(endpoint)}"}))
    if errors := answer["inventoryAdjustQuantities"]["userErrors"]:
        raise NotAnswered(f"no stock was delivered: {errors}")


def _token(endpoint: str) -> str:
    answer = data_of(ask(endpoint, body("log_in", **_STAFF)))["customerAccessTokenCreate"]
    if answer["userErrors"]:
        raise NotAnswered(f"the demo shop's staff cannot log in: {answer['userErrors']}")
    token: str = answer["customerAccessToken"]["accessToken"]
    return token
