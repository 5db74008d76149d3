"""The pages on which buyers confirm a payment: the bank's own (3-D Secure), or the provider's. They need no scripts."""

import html
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.books import Books
from sandbox.ledger import Ledger
from sandbox.messages import ChargeAnswer, Problem
from sandbox.webhooks import signature

_MAX_FORM_BYTES = 1024
_TITLES = {"3ds": "Your bank asks you to confirm this payment", "redirect": "Pay at the sandbox"}
_ACCEPT = {"3ds": "Confirm", "redirect": "Pay"}
_NO_DIGITS = {"JPY", "KRW", "CLP", "ISK", "UGX", "VND", "XAF", "XOF", "XPF"}
_THREE_DIGITS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


class Pages:
    """GET shows the page of a charge, POST does what the buyer chose and leads back to the shop.

    The way back carries the key and the state of the charge, signed like a webhook. A buyer may also never come back.
    """

    def __init__(self, books: Books, secret: str) -> None:
        self._books = books
        self._secret = secret

    def routes(self) -> list[Route]:
        """The two routes of each page."""
        return [
            Route("/pages/{secret}", self._show, methods=["GET"]),
            Route("/pages/{secret}", self._decide, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        secret = request.path_params["secret"]
        try:
            row = await self._books.run(lambda ledger: ledger.page(secret))
        except Problem as problem:
            return _page("No such page", "<p>This page does not exist.</p>", "'self'", problem.status)
        amount = f"{_decimal(row['amount_minor'], row['currency'])} {row['currency']}"
        is_open = row["state"] == "ACTION_REQUIRED"
        buttons = [("leave", "Back to the shop")]
        if is_open:
            buttons = [("accept", _ACCEPT[row["page"]]), ("refuse", "Refuse"), ("leave", "Leave without deciding")]
        choices = "".join(f'<button name="decision" value="{name}">{label}</button>' for name, label in buttons)
        told = "" if is_open else "<p>This payment is already decided.</p>"
        content = f'<p class="amount">{html.escape(amount)}</p>{told}<form method="post">{choices}</form>'
        # Browsers apply `form-action` to where a form's answer leads, too.
        return _page(_TITLES[row["page"]], content, f"'self' {_origin(row['return_url'])}")

    async def _decide(self, request: Request) -> Response:
        secret = request.path_params["secret"]
        form = parse_qs((await request.body())[:_MAX_FORM_BYTES].decode("utf-8", "replace"))
        chosen: dict[str, Callable[[Ledger], object]] = {
            "accept": lambda ledger: ledger.accept(secret),
            "refuse": lambda ledger: ledger.refuse(secret),
            "leave": lambda ledger: ledger.page(secret),
        }
        decision = chosen.get(form.get("decision", [""])[0])
        if decision is None:
            return _page("Not understood", "<p>The form must say what you decided.</p>", "'self'", 422)
        try:
            await self._books.run(decision)
            row = await self._books.run(lambda ledger: ledger.page(secret))
            charge = await self._books.run(lambda ledger: ledger.find(row["key"]))
        except Problem as problem:
            return _page("Not possible", f"<p>{html.escape(problem.message)}</p>", "'self'", problem.status)
        return RedirectResponse(self._way_back(row["return_url"], charge), 303, _HEADERS)

    def _way_back(self, return_url: str, charge: ChargeAnswer) -> str:
        told = urlencode({"charge": charge.key, "state": charge.state})
        signed = signature(self._secret, told.encode(), int(time.time()))
        separator = "&" if urlsplit(return_url).query else "?"
        return f"{return_url}{separator}{told}&{urlencode({'signed': signed})}"


_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}"
    "button{font:inherit;display:block;width:100%;margin:.5rem 0;padding:.7rem}.amount{font-size:2rem;margin:0}"
)


def _page(title: str, content: str, form_action: str, status: int = 200) -> Response:
    policy = f"default-src 'none'; style-src 'unsafe-inline'; form-action {form_action}; frame-ancestors *"
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{content}<p>Payment sandbox: no money moves.</p></main></body></html>"
    )
    return HTMLResponse(body, status, {**_HEADERS, "Content-Security-Policy": policy})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _decimal(minor: int, currency: str) -> str:
    """An amount for people.

    >>> _decimal(1299, "GBP"), _decimal(1299, "JPY"), _decimal(5, "KWD")
    ('12.99', '1299', '0.005')
    """
    digits = 0 if currency in _NO_DIGITS else 3 if currency in _THREE_DIGITS else 2
    return f"{minor / 10**digits:.{digits}f}"
