"""What docs/pricing.md says that becomes of the money and units of one order, without the code of the shop.

Written from the document alone: a difference is a fault of the document, of the shop, or of this page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["PENDING_PAYMENT", "PAID", "FULFILLED", "PAYMENT_FAILED", "EXPIRED", "CANCELLED", "REFUNDED"]
Kind = Literal["CANCEL", "RETURN", "NO_RESTOCK"]
# What the provider does with a refund: does it; refuses it; gets no request; does it, but its answer is lost.
Mood = Literal["does", "refuses", "hears nothing", "answer lost"]


@dataclass(slots=True)
class OracleLine:
    """A line: its units, what it cost the buyer, and what became of the units."""

    units: int
    charge: int
    sent: int = 0
    for_sale: int = 0
    came_back: int = 0
    resold: int = 0

    def first(self, units: int) -> int:
        """What the first units cost."""
        return self.charge * units // self.units


@dataclass(slots=True)
class OracleRefund:
    """Money on its way back or there: `lines` are (units, money) by line."""

    lines: dict[int, tuple[int, int]]
    delivery: int
    extra: int
    state: Literal["PENDING", "DONE", "FAILED"] = "PENDING"
    at_provider: bool = False

    @property
    def minor(self) -> int:
        """All its money."""
        return sum(money for _, money in self.lines.values()) + self.delivery + self.extra


@dataclass(slots=True)
class Ledger:
    """One order. Methods answer whether the shop must do it; they change nothing when it must not."""

    lines: list[OracleLine]
    delivery: int
    state: State = "PENDING_PAYMENT"
    charged: int = 0
    sold: bool = False
    refunds: list[OracleRefund] = field(default_factory=list)
    # What the provider has paid back, in all.
    back: int = 0

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return sum(line.charge for line in self.lines) + self.delivery

    @property
    def done(self) -> int:
        """The money of refunds that are done."""
        return sum(refund.minor for refund in self.refunds if refund.state == "DONE")

    @property
    def promised(self) -> int:
        """The money of refunds that are done or pending."""
        return sum(refund.minor for refund in self._promised())

    @property
    def left(self) -> int:
        """The money that can still be refunded."""
        return self.charged - self.promised

    @property
    def financial(self) -> str:
        """Where the money is."""
        if self.state == "PENDING_PAYMENT":
            return "PENDING"
        if self.state in ("PAYMENT_FAILED", "EXPIRED") or (self.state == "CANCELLED" and not self.charged):
            return "VOIDED"
        if self.state == "REFUNDED":
            return "REFUNDED"
        return "PARTIALLY_REFUNDED" if self.done else "PAID"

    def _promised(self) -> list[OracleRefund]:
        return [refund for refund in self.refunds if refund.state != "FAILED"]

    def _priced(self, line: int) -> tuple[int, int]:
        """Units of a line whose price went back, and their money."""
        mine = [refund.lines[line] for refund in self._promised() if line in refund.lines]
        return sum(units for units, _ in mine), sum(money for _, money in mine)

    def _price(self, line: int, units: int) -> int:
        done, money = self._priced(line)
        told = self.lines[line].first(done + units) - self.lines[line].first(done)
        return min(told, self.lines[line].charge - money)

    def _unsent(self, line: int) -> int:
        each = self.lines[line]
        return each.units - each.sent - each.for_sale

    def pay(self) -> None:
        """The charge is captured in time."""
        self.state, self.charged, self.sold = "PAID", self.total, True

    def pay_late(self) -> None:
        """The charge is captured after the end of the order, and all of it goes back."""
        self.charged = self.total
        self.refunds.append(OracleRefund({}, 0, self.total))
        self._send(self.refunds[-1], "does")

    def cancel(self, restock: bool, refund: bool, mood: Mood) -> bool:
        """Ends an order without parcels whose money is not all back or on its way."""
        is_over = self.promised > 0 and self.left == 0
        if self.state not in ("PENDING_PAYMENT", "PAID") or any(line.sent for line in self.lines) or is_over:
            return False
        was_paid = self.state == "PAID"
        self.state = "CANCELLED"
        if was_paid and restock:
            for place, line in enumerate(self.lines):
                line.for_sale += self._unsent(place)
        if was_paid and refund and self.left:
            self.refunds.append(OracleRefund({}, 0, self.left))
            self._send(self.refunds[-1], mood)
        return True

    def refund(self, wanted: Mapping[int, tuple[int, Kind]], delivery: int | None, extra: int, mood: Mood) -> bool:
        """Pays back lines (units and what becomes of them), delivery (None: not asked) and an amount beside them."""
        only_units = bool(wanted) and delivery is None and not extra
        only_units = only_units and all(kind == "CANCEL" for _, kind in wanted.values())
        if self.state not in ("PAID", "FULFILLED", "CANCELLED") and not (self.state == "REFUNDED" and only_units):
            return False
        if not all(self._may(place, units, kind) for place, (units, kind) in wanted.items()):
            return False
        if delivery is not None and not 0 < delivery <= self._delivery_left():
            return False
        refund = OracleRefund(self._money_of(wanted, only_units), delivery or 0, extra)
        if refund.minor > self.left:
            return False
        for place, (units, kind) in wanted.items():
            self._move(self.lines[place], units, kind)
        self.refunds.append(refund)
        self._send(refund, mood)
        self._finish()
        return True

    def _may(self, place: int, units: int, kind: Kind) -> bool:
        line, (priced, _) = self.lines[place], self._priced(place)
        if kind == "CANCEL":
            return self.sold and 0 < units <= self._unsent(place)
        most = line.sent - line.came_back if kind == "RETURN" else line.units
        return 0 < units <= most and priced + units <= line.units

    def _delivery_left(self) -> int:
        return self.delivery - sum(refund.delivery for refund in self._promised())

    def _money_of(self, wanted: Mapping[int, tuple[int, Kind]], only_units: bool) -> dict[int, tuple[int, int]]:
        money, left = {}, self.left
        for place, (units, _) in wanted.items():
            priced = min(units, self.lines[place].units - self._priced(place)[0])
            price = self._price(place, priced)
            paid = min(price, left) if only_units else price
            left -= paid
            money[place] = (priced if paid or not price else 0, paid)
        return money

    def _move(self, line: OracleLine, units: int, kind: Kind) -> None:
        if kind == "CANCEL":
            line.for_sale += units
        elif kind == "RETURN":
            line.came_back += units
            line.resold += units

    def send(self, wanted: Mapping[int, int]) -> bool:
        """Sends units of a paid order."""
        is_over = self.promised > 0 and self.left == 0
        if self.state != "PAID" or is_over or any(units > self._unsent(place) for place, units in wanted.items()):
            return False
        for place, units in wanted.items():
            self.lines[place].sent += units
        self._finish()
        return True

    def take_back(self, wanted: Mapping[int, int], restock: bool) -> bool:
        """Records units that came back."""
        if any(units > self.lines[place].sent - self.lines[place].came_back for place, units in wanted.items()):
            return False
        for place, units in wanted.items():
            self.lines[place].came_back += units
            self.lines[place].resold += units if restock else 0
        return True

    def by_hand(self, minor: int) -> None:
        """Staff refunds money at the provider, which reports what it paid back in all."""
        self.back += minor
        self._reported()

    def sweep(self) -> None:
        """Pending refunds are sent again."""
        for refund in self.refunds:
            if refund.state == "PENDING":
                self._send(refund, "does")

    def _send(self, refund: OracleRefund, mood: Mood) -> None:
        """The provider does a refund once, and none that exceeds the rest of the charge."""
        if not refund.minor:
            refund.state = "DONE"
            return
        if mood == "hears nothing":
            return
        if not refund.at_provider and (mood == "refuses" or self.back + refund.minor > self.charged):
            refund.state = "FAILED"
            self._reported()
            return
        self.back += 0 if refund.at_provider else refund.minor
        refund.at_provider = True
        if mood != "answer lost":
            refund.state = "DONE"
        if self.done >= self.charged:
            self.state = "REFUNDED"

    def _reported(self) -> None:
        if 0 < self.charged <= self.back:
            self.refunds.append(OracleRefund({}, 0, self.left, "DONE"))
            for refund in self._promised():
                refund.state = "DONE"
            self.state = "REFUNDED"
        elif self.back > self.promised:
            self.refunds.append(OracleRefund({}, 0, self.back - self.promised, "DONE"))

    def _finish(self) -> None:
        is_sent = any(line.sent for line in self.lines) and all(not self._unsent(p) for p in range(len(self.lines)))
        if self.state == "PAID" and is_sent:
            self.state = "FULFILLED"
