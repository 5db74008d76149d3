"""The sandbox's books: charges, refunds and events in one SQLite file. Methods run inside the caller's transaction."""

import hashlib
import secrets
import sqlite3
import time
from typing import Any

import msgspec

from sandbox.messages import (
    CaptureRequest,
    ChargeAnswer,
    ChargeRequest,
    DisputeAnswer,
    EventType,
    Problem,
    RefundAnswer,
    RefundRequest,
    SandboxEvent,
)
from sandbox.permissions import check_capture, check_refund
from sandbox.tokens import Behaviour

_SETTLE_BATCH = 100
_DECIDED: dict[str, EventType] = {
    "AUTHORIZED": "charge.authorized",
    "CAPTURED": "charge.captured",
    "DECLINED": "charge.declined",
}


class Ledger:
    """Charges once per key and refunds once per key. With `keep_events` each change leaves an event to be delivered."""

    def __init__(
        self, connection: sqlite3.Connection, *, late_seconds: float, keep_events: bool, pages: str = ""
    ) -> None:
        self._connection = connection
        self._pages = pages
        self._late_seconds = late_seconds
        self._keep_events = keep_events

    def charge(self, request: ChargeRequest, behaviour: Behaviour) -> tuple[ChargeAnswer, bool]:
        """The charge of this key and whether this request made it.

        Raises `Problem` 409 when the key belongs to other content.
        """
        fingerprint = _fingerprint(request)
        row = self._connection.execute("SELECT fingerprint FROM charges WHERE key = ?", [request.key]).fetchone()
        if row is not None:
            if row["fingerprint"] != fingerprint:
                raise Problem(409, "key_reused", "This key belongs to a charge with other content.")
            return self.find(request.key), False
        now, delay = time.time(), self._late_seconds if behaviour.late else 0.0
        # Without a way back nobody can confirm anything.
        page = behaviour.page if request.return_url else None
        decline = "authentication_required" if behaviour.page and page is None else behaviour.decline
        self._insert(
            key=request.key,
            fingerprint=fingerprint,
            reference=_reference("ch"),
            state="PROCESSING" if page is None else "ACTION_REQUIRED",
            decline=decline,
            amount_minor=request.amount_minor,
            currency=request.currency,
            created=int(now),
            due=now + delay,
            telling=behaviour.telling,
            page=page,
            secret=None if page is None else secrets.token_urlsafe(24),
            return_url=request.return_url,
            delay=delay,
            held=not request.capture,
            captures_once=behaviour.captures_once,
        )
        if behaviour.telling == "reordered":
            self._tell("charge.processing", self._row(request.key), after=2 * self._late_seconds)
        return self.find(request.key), True

    def find(self, key: str) -> ChargeAnswer:
        """The charge as it stands, decided if it is due. Raises `Problem` 404."""
        row = self._row(key)
        if row["state"] == "PROCESSING" and row["due"] <= time.time():
            return self._decide(row)
        return self._charge(row)

    def cancel(self, key: str) -> ChargeAnswer:
        """Declines a charge that waits for its buyer or its capture, or has not arrived; any other stays as it is.

        What captures have left of a charge is set free. Raises `Problem` 409 for one that is about to be decided.
        """
        row = self._connection.execute("SELECT * FROM charges WHERE key = ?", [key]).fetchone()
        if row is None:
            now = int(time.time())
            gone: dict[str, Any] = {"key": key, "fingerprint": "", "reference": _reference("ch"), "decline": "canceled"}
            # Nobody has said what it would have been of.
            gone |= {"state": "DECLINED", "amount_minor": 0, "currency": "XXX", "created": now, "due": now}
            self._insert(**gone)
            return self.find(key)
        if row["state"] == "AUTHORIZED" and row["captured_minor"]:
            return self._captured(key, 0, is_final=True)
        if row["state"] in ("ACTION_REQUIRED", "AUTHORIZED"):
            return self._end(row, "canceled")
        if row["state"] == "PROCESSING" and self.find(key).state == "PROCESSING":
            raise Problem(409, "charge_in_progress", "The charge is about to be decided.")
        return self.find(key)

    def capture(self, key: str, request: CaptureRequest) -> ChargeAnswer:
        """Takes money of an authorized charge, once per key.

        Raises `Problem` 404, or 409 when the charge does not allow it or another capture has the key.
        """
        charge = self.find(key)
        content = (key, request.amount_minor, int(request.final))
        row = self._connection.execute("SELECT * FROM captures WHERE key = ?", [request.key]).fetchone()
        if row is not None:
            if (row["charge"], row["amount_minor"], row["final"]) != content:
                raise Problem(409, "key_reused", "This key belongs to a capture with other content.")
            return charge
        check_capture(charge, request)
        self._connection.execute(
            "INSERT INTO captures (key, charge, amount_minor, final, created) VALUES (?, ?, ?, ?, ?)",
            [request.key, *content, int(time.time())],
        )
        return self._captured(key, request.amount_minor, is_final=request.final)

    def _captured(self, key: str, minor: int, *, is_final: bool) -> ChargeAnswer:
        row = self._connection.execute(
            "UPDATE charges SET captured_minor = captured_minor + ?, state = ? WHERE key = ? RETURNING *",
            [minor, "CAPTURED" if is_final else "AUTHORIZED", key],
        ).fetchone()
        self._tell("charge.captured" if is_final else "charge.partly_captured", row, after=self._delay(row))
        return self._charge(row)

    def page(self, secret: str) -> sqlite3.Row:
        """The charge whose page has this secret. Raises `Problem` 404."""
        row: sqlite3.Row | None = self._connection.execute(
            "SELECT * FROM charges WHERE secret = ?", [secret]
        ).fetchone()
        if row is None:
            raise Problem(404, "page_not_found", "There is no such page.")
        return row

    def accept(self, secret: str) -> ChargeAnswer:
        """The buyer confirms a charge: now it is decided. One that was decided before stays as it is."""
        row = self.page(secret)
        if row["state"] == "ACTION_REQUIRED":
            self._connection.execute(
                "UPDATE charges SET state = 'PROCESSING', due = ? WHERE key = ?",
                [time.time() + row["delay"], row["key"]],
            )
        return self.find(row["key"])

    def refuse(self, secret: str) -> ChargeAnswer:
        """The buyer refuses a charge. One that was decided before stays as it is."""
        row = self.page(secret)
        return self._end(row, "authentication_failed") if row["state"] == "ACTION_REQUIRED" else self.find(row["key"])

    def _end(self, row: sqlite3.Row, reason: str) -> ChargeAnswer:
        self._connection.execute("UPDATE charges SET decline = ? WHERE key = ?", [reason, row["key"]])
        return self._decide(self._row(row["key"]))

    def _insert(self, **values: Any) -> None:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO charges ({names}) VALUES ({marks})", [*values.values()])  # noqa: S608

    def decide_due(self) -> int:
        """Decides charges whose delay is over, without a request for them; returns how many."""
        rows = self._connection.execute(
            "SELECT * FROM charges WHERE state = 'PROCESSING' AND due <= ? LIMIT ?", [time.time(), _SETTLE_BATCH]
        ).fetchall()
        for row in rows:
            self._decide(row)
        return len(rows)

    def first_fault(self, key: str) -> bool:
        """True on the first call for a key, False on all later ones."""
        return self._connection.execute("INSERT OR IGNORE INTO faults (key) VALUES (?)", [key]).rowcount == 1

    def refund(self, charge_key: str, request: RefundRequest) -> RefundAnswer:
        """Gives money back. Raises `Problem` 404, or 409 when the charge does not allow it or another refund has the
        key."""
        charge = self.find(charge_key)
        row = self._connection.execute("SELECT * FROM refunds WHERE key = ?", [request.key]).fetchone()
        if row is not None:
            if (row["charge"], row["amount_minor"]) != (charge_key, request.amount_minor):
                raise Problem(409, "key_reused", "This key belongs to a refund with other content.")
            return _refund(row, charge.currency)
        check_refund(charge, request)
        self._connection.execute(
            "UPDATE charges SET refunded_minor = refunded_minor + ? WHERE key = ?", [request.amount_minor, charge_key]
        )
        row = self._connection.execute(
            "INSERT INTO refunds (key, reference, charge, amount_minor, created) VALUES (?, ?, ?, ?, ?) RETURNING *",
            [request.key, _reference("re"), charge_key, request.amount_minor, int(time.time())],
        ).fetchone()
        answer = _refund(row, charge.currency)
        self._tell("refund.completed", self._row(charge_key), answer)
        return answer

    def due_events(self, limit: int) -> list[tuple[str, bytes, int]]:
        """Id, body and number of tries of events that are due, oldest first."""
        rows = self._connection.execute(
            "SELECT id, body, tries FROM events WHERE due <= ? ORDER BY due LIMIT ?", [time.time(), limit]
        )
        return [(row["id"], row["body"], row["tries"]) for row in rows]

    def delivered(self, event_id: str) -> None:
        """Forgets an event that was received, or given up."""
        self._connection.execute("DELETE FROM events WHERE id = ?", [event_id])

    def postpone(self, event_id: str, seconds: float) -> None:
        """Sends an event again after some seconds."""
        self._connection.execute(
            "UPDATE events SET tries = tries + 1, due = ? WHERE id = ?", [time.time() + seconds, event_id]
        )

    def _decide(self, row: sqlite3.Row) -> ChargeAnswer:
        taken = "AUTHORIZED" if row["held"] else "CAPTURED"
        state = taken if row["decline"] is None else "DECLINED"
        decided = self._connection.execute(
            "UPDATE charges SET state = ?, captured_minor = ? WHERE key = ? RETURNING *",
            [state, row["amount_minor"] if state == "CAPTURED" else 0, row["key"]],
        ).fetchone()
        self._tell(_DECIDED[state], decided, after=self._delay(decided))
        if state == "CAPTURED" and decided["telling"].startswith("disputed"):
            self._dispute(decided)
        return self._charge(decided)

    def _dispute(self, row: sqlite3.Row) -> None:
        details = ("fraudulent", row["amount_minor"], row["currency"])
        opened = DisputeAnswer(_reference("dp"), "NEEDS_RESPONSE", *details)
        self._tell("dispute.opened", row, dispute=opened, after=self._late_seconds)
        if row["telling"] == "disputed_lost":
            lost = DisputeAnswer(opened.reference, "LOST", *details)
            self._tell("dispute.closed", row, dispute=lost, after=2 * self._late_seconds)

    def _row(self, key: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM charges WHERE key = ?", [key]).fetchone()
        if row is None:
            raise Problem(404, "charge_not_found", "There is no charge with this key.")
        return row

    def _charge(self, row: sqlite3.Row) -> ChargeAnswer:
        is_open = row["state"] == "ACTION_REQUIRED"
        return ChargeAnswer(
            key=row["key"],
            reference=row["reference"],
            state=row["state"],
            reason=row["decline"] if row["state"] == "DECLINED" else None,
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            refunded_minor=row["refunded_minor"],
            created=row["created"],
            redirect_url=f"{self._pages}/pages/{row['secret']}" if is_open else None,
            captured_minor=row["captured_minor"],
            multicapture=row["state"] == "AUTHORIZED" and not row["captures_once"],
        )

    def _delay(self, row: sqlite3.Row) -> float:
        return self._late_seconds if row["telling"] in ("late", "reordered") else 0.0

    def _tell(
        self,
        kind: EventType,
        row: sqlite3.Row,
        refund: RefundAnswer | None = None,
        dispute: DisputeAnswer | None = None,
        *,
        after: float = 0.0,
    ) -> None:
        """Keeps an event to send after some seconds. Copies share the id of the event, not of the delivery."""
        if not self._keep_events:
            return
        now = time.time()
        event = SandboxEvent(_reference("evt"), kind, int(now), self._charge(row), refund, dispute)
        for copy in range(2 if row["telling"] == "twice" else 1):
            values = [f"{event.id}.{copy}", msgspec.json.encode(event), now + after]
            self._connection.execute("INSERT INTO events (id, body, due) VALUES (?, ?, ?)", values)


def _fingerprint(request: ChargeRequest) -> str:
    held = () if request.capture else ("held",)
    content = msgspec.json.encode([request.amount_minor, request.currency, request.token, *held])
    return hashlib.sha256(content).hexdigest()


def _reference(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def _refund(row: sqlite3.Row, currency: str) -> RefundAnswer:
    return RefundAnswer(
        row["key"], row["reference"], row["charge"], row["amount_minor"], currency=currency, created=row["created"]
    )
