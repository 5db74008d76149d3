"""The sandbox's HTTP interface: every answer but a lost one is typed JSON, every request needs the key."""

import asyncio
import hmac
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.books import Books
from sandbox.messages import CaptureRequest, CardRequest, ChargeAnswer, ChargeRequest, Problem, RefundRequest
from sandbox.pages import Pages
from sandbox.tokens import behaviour_of, token_of
from sandbox.webhooks import Courier

MAX_BODY_BYTES = 16 * 1024
MAX_SILENCE_SECONDS = 600.0
KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_JSON = "application/json"
_FROM_BROWSERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Methods": "POST",
    "Cache-Control": "no-store",
}
_DECLINES = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "There is not enough money in the account.",
    "unknown_token": "There is no such token.",
    "authentication_required": "The buyer must confirm the payment, but the request has no `return_url`.",
    "authentication_failed": "The buyer did not confirm the payment.",
    "canceled": "The shop has cancelled the payment.",
}
Handler = Callable[[Request], Awaitable[Response]]
Message = TypeVar("Message")


class SandboxApi:
    """The endpoints over the books. `late_seconds` is the delay of late tokens."""

    def __init__(self, books: Books, key: str, late_seconds: float) -> None:
        self._books = books
        self._key = key.encode()
        self._late_seconds = late_seconds

    def routes(self) -> list[Route]:
        """All endpoints."""
        return [
            Route("/charges", self._guarded(self._charge), methods=["POST"]),
            Route("/charges/{key}", self._guarded(self._status), methods=["GET"]),
            Route("/charges/{key}/cancel", self._guarded(self._cancel), methods=["POST"]),
            Route("/charges/{key}/capture", self._guarded(self._capture), methods=["POST"]),
            Route("/charges/{key}/refunds", self._guarded(self._refund), methods=["POST"]),
            Route("/tokens", self._token, methods=["POST", "OPTIONS"]),
            Route("/healthz", self._health, methods=["GET"]),
        ]

    async def _charge(self, request: Request) -> Response:
        wanted = await _message(request, ChargeRequest)
        behaviour = behaviour_of(wanted.token)
        if not behaviour.charges:
            return await _silence(request)
        if behaviour.fails_once and await self._books.run(lambda ledger: ledger.first_fault(wanted.key)):
            raise Problem(500, "internal_error", "Something went wrong; nothing was charged.")
        charge, made = await self._books.run(lambda ledger: ledger.charge(wanted, behaviour))
        if behaviour.silent and made:
            return await _silence(request)
        if charge.state == "PROCESSING" and behaviour.waits:
            # The books go by another clock, which may be behind: they must say that the time has passed.
            await asyncio.sleep(self._late_seconds + 0.25)
            charge = await self._books.run(lambda ledger: ledger.find(wanted.key))
        return _charge_answer(charge)

    async def _status(self, request: Request) -> Response:
        key = request.path_params["key"]
        return _json(await self._books.run(lambda ledger: ledger.find(key)))

    async def _cancel(self, request: Request) -> Response:
        key = request.path_params["key"]
        if not KEY.fullmatch(key):
            raise Problem(422, "invalid_request", "The key must have 1 to 128 letters, digits or `.`, `_`, `:`, `-`.")
        return _json(await self._books.run(lambda ledger: ledger.cancel(key)))

    async def _capture(self, request: Request) -> Response:
        key, wanted = request.path_params["key"], await _message(request, CaptureRequest)
        return _json(await self._books.run(lambda ledger: ledger.capture(key, wanted)))

    async def _token(self, request: Request) -> Response:
        """The token of a card. Browsers of any shop send cards here, without a key, so that no shop sees them."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_FROM_BROWSERS)
        try:
            card = await _message(request, CardRequest)
        except Problem as problem:
            return _problem(problem, _FROM_BROWSERS)
        return _json({"token": token_of(card.number)}, headers=_FROM_BROWSERS)

    async def _refund(self, request: Request) -> Response:
        charge_key = request.path_params["key"]
        wanted = await _message(request, RefundRequest)
        return _json(await self._books.run(lambda ledger: ledger.refund(charge_key, wanted)))

    async def _health(self, _: Request) -> Response:
        try:
            await self._books.run(lambda ledger: ledger.due_events(1))
        except Problem as problem:
            return _problem(problem)
        return _json({"status": "ok"})

    def _guarded(self, handler: Handler) -> Handler:
        """The handler for callers with the key; its problems become answers."""

        async def guarded(request: Request) -> Response:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), self._key):
                return _problem(Problem(401, "unauthorized", "A valid key is required."))
            try:
                return await handler(request)
            except Problem as problem:
                return _problem(problem)

        return guarded


def create_app(
    directory: Path,
    key: str,
    *,
    late_seconds: float = 3.0,
    webhook_url: str = "",
    webhook_secret: str = "",
    public_url: str = "",
) -> Starlette:
    """The sandbox as an ASGI application with its books in `directory`; webhooks are off without a URL.

    Browsers find the pages of the sandbox at `public_url`.
    """
    books = Books(directory, late_seconds=late_seconds, keep_events=bool(webhook_url), pages=public_url)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        courier = asyncio.create_task(Courier(books, webhook_url, webhook_secret).run()) if webhook_url else None
        try:
            yield
        finally:
            if courier is not None:
                courier.cancel()
                with suppress(asyncio.CancelledError):
                    await courier
            books.close()

    routes = [*SandboxApi(books, key, late_seconds).routes(), *Pages(books, webhook_secret).routes()]
    return Starlette(routes=routes, lifespan=lifespan)


async def _message(request: Request, kind: type[Message]) -> Message:
    """The body as a message. Raises `Problem` 413 or 422."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY_BYTES:
                raise Problem(413, "body_too_large", f"A body has at most {MAX_BODY_BYTES} bytes.")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(422, "invalid_request", _where(error)) from None
    except ClientDisconnect:
        raise Problem(400, "disconnected", "The request did not arrive completely.") from None


def _where(error: Exception) -> str:
    """What is wrong with the shape of a body, never its content."""
    return str(error) if isinstance(error, msgspec.ValidationError) else "The body is not JSON."


async def _silence(request: Request) -> Response:
    """Does not answer: waits until the client has gone away."""
    with suppress(TimeoutError):
        async with asyncio.timeout(MAX_SILENCE_SECONDS):
            await request.receive()
    return Response(status_code=504)


def _charge_answer(charge: ChargeAnswer) -> Response:
    if charge.state != "DECLINED" or charge.reason is None:
        return _json(charge)
    error = {"code": charge.reason, "message": _DECLINES[charge.reason]}
    return _json({"error": error, "charge": charge}, 402)


def _problem(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(problem.body(), problem.status, headers, media_type=_JSON)


def _json(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(content), status, headers, media_type=_JSON)
