"""The rules that must hold after every run: a sentence for each one that is broken. Uses no code of the shop."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from tests.torture import money
from tests.torture.evidence import Record, dropped
from tests.torture.load import MADE, ORDER_ANSWERS, Answer
from tests.torture.outcome import SOLD, TAKEN, Run

_NEXT = {
    "": {"PENDING_PAYMENT"},
    "PENDING_PAYMENT": {"PENDING_PAYMENT", "PAID", "PAYMENT_FAILED", "EXPIRED", "CANCELLED"},
    # Parcels and captures are steps that leave an order where it is, and so is money that is reserved or set free late.
    "PAID": {"PAID", "FULFILLED", "CANCELLED", "REFUNDED"},
    "FULFILLED": {"FULFILLED", "REFUNDED"},
    "CANCELLED": {"CANCELLED", "REFUNDED", "EXCEPTION"},
    "PAYMENT_FAILED": {"PAYMENT_FAILED", "EXCEPTION"},
    "EXPIRED": {"EXPIRED", "EXCEPTION"},
    "EXCEPTION": {"REFUNDED"},
}
SHOWN = 5


def broken(run: Run) -> list[str]:
    """Everything that does not hold, the first few of each kind."""
    sentences: list[str] = []
    for rule in (
        _stock,
        _ledger,
        _units,
        _acknowledged,
        _one_order,
        _bought_once,
        _same_answer,
        money.money,
        money.totals,
        money.uses,
        _transitions,
        _rest,
    ):
        found = list(rule(run))
        sentences += found[:SHOWN]
        if len(found) > SHOWN:
            sentences.append(f"... and {len(found) - SHOWN} more of this kind.")
    return sentences


def torn(levels: Iterable[Record]) -> list[str]:
    """What is wrong with stock at one instant of a run."""
    return [
        f"Variant {level['variant_id']} had {level['available']} + {level['reserved']} + {level['sold']} units of "
        f"{level['delivered']} at location {level['location_id']}."
        for level in levels
        if min(level["available"], level["reserved"], level["sold"]) < 0
        or level["available"] + level["reserved"] + level["sold"] != level["delivered"]
    ]


def _stock(run: Run) -> Iterator[str]:
    """Nothing below zero; available + reserved + sold = initial + adjustments, wherever units were delivered."""
    delivered: Counter[int] = Counter()
    brought: Counter[tuple[int, int]] = Counter()
    for moved in run.evidence["stock_movements"]:
        if moved["kind"] in ("INITIAL", "ADJUSTMENT", "TRANSFER"):
            delivered[moved["variant_id"]] += moved["available"]
            brought[_place(moved)] += moved["available"]
    yield from torn({**level, "delivered": brought[_place(level)]} for level in run.evidence["stock_levels"])
    for variant in run.plan.variants:
        if delivered[run.variant_ids[variant.number]] < variant.stock:
            yield f"Of variant {run.variant_ids[variant.number]} fewer than its first {variant.stock} units came."


def _ledger(run: Run) -> Iterator[str]:
    """Levels are what the movements add up to."""
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for moved in run.evidence["stock_movements"]:
        for position, name in enumerate(("available", "reserved", "sold")):
            sums[_place(moved)][position] += moved[name]
    for level in run.evidence["stock_levels"]:
        kept = [level["available"], level["reserved"], level["sold"]]
        if kept != sums[_place(level)]:
            yield f"Variant and location {_place(level)} have {kept}, their movements add up to {sums[_place(level)]}."


def _place(row: Record) -> tuple[int, int]:
    return row["variant_id"], row["location_id"]


def _units(run: Run) -> Iterator[str]:
    """Units held and sold are those of the orders, none is sold twice."""
    held: Counter[int] = Counter()
    sold: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    orders, not_sent = run.orders, dropped(run.evidence)
    for line in run.evidence["order_lines"]:
        status = orders[line["order_id"]]["status"]
        if status == "PENDING_PAYMENT":
            held[line["variant_id"]] += line["quantity"]
        elif status in SOLD:
            sold[line["variant_id"]] += line["quantity"]
            returned[line["variant_id"]] += not_sent[line["order_id"], line["position"]]
    sold.subtract(returned)
    for variant in run.plan.variants:
        key = run.variant_ids[variant.number]
        if held[key] + sold[key] > variant.stock:
            yield f"Variant {key} was sold {held[key] + sold[key]} times, {variant.stock} units there were."
    reserved_units: Counter[int] = Counter()
    sold_units: Counter[int] = Counter()
    for level in run.evidence["stock_levels"]:
        reserved_units[level["variant_id"]] += level["reserved"]
        sold_units[level["variant_id"]] += level["sold"]
    for key in reserved_units:
        if (reserved_units[key], sold_units[key]) != (held[key], sold[key]):
            yield (
                f"Variant {key} has {reserved_units[key]} reserved and {sold_units[key]} sold, its orders hold "
                f"{held[key]} and bought {sold[key]}."
            )


def _acknowledged(run: Run) -> Iterator[str]:
    """An order in a client's answer exists, with the same total; a paid one stays paid."""
    orders = run.orders
    for answer in run.journal.answers:
        if answer.kind not in ORDER_ANSWERS:
            continue
        order = orders.get(answer.order_id or 0)
        if order is None:
            yield f"Order {answer.order_id} of {_name(answer)} was acknowledged and does not exist."
        elif order["total_minor"] != answer.minor:
            yield f"Order {order['id']} costs {order['total_minor']}, but its buyer's answer says {answer.minor}."
        elif answer.status == "PAID" and not _is_still_paid(run, order):
            yield f"Order {order['id']} is {order['status']}, but its buyer's answer says PAID."
        elif order["cart_id"] != answer.intent.cart.id:
            yield f"{_name(answer)} got order {order['id']}, which is of another cart."


def _is_still_paid(run: Run, order: Record) -> bool:
    """Staff may have cancelled it."""
    is_cancelled = order["status"] == "CANCELLED" and order["id"] in run.journal.cancelled
    return order["status"] in SOLD or is_cancelled


def _one_order(run: Run) -> Iterator[str]:
    """One order per buyer and token, never two that took units for one cart."""
    by_token = Counter((row["buyer"], row["token"]) for row in run.evidence["attempts"])
    yield from (
        f"Buyer {buyer} has {count} orders of token {token}." for (buyer, token), count in by_token.items() if count > 1
    )
    known = {(intent.buyer, intent.attempt_token): intent.cart.id for intent in run.plan.intents}
    orders, of_attempts = run.orders, {row["order_id"]: row for row in run.evidence["attempts"]}
    for row in of_attempts.values():
        cart_id = known.get((row["buyer"], row["token"]))
        if row["order_id"] not in orders:
            yield f"Token {row['token']} of {row['buyer']} names order {row['order_id']}, which does not exist."
        elif cart_id != orders[row["order_id"]]["cart_id"]:
            yield f"Order {row['order_id']} has token {row['token']} of {row['buyer']}, who never sent it."
    for order in orders.values():
        if order["id"] not in of_attempts:
            yield f"Order {order['id']} belongs to no token."


def _bought_once(run: Run) -> Iterator[str]:
    """A cart is bought once at most, and has no more orders than tokens it was submitted under."""
    orders = run.orders.values()
    taken = Counter(order["cart_id"] for order in orders if order["status"] in TAKEN)
    yield from (f"Cart {cart_id} was bought {count} times." for cart_id, count in taken.items() if count > 1)
    tokens = Counter(intent.cart.id for intent in run.plan.intents)
    for cart_id, count in Counter(order["cart_id"] for order in orders).items():
        if count > tokens[cart_id]:
            yield f"Cart {cart_id} was submitted under {tokens[cart_id]} tokens and has {count} orders."


def _same_answer(run: Run) -> Iterator[str]:
    """A client that repeats a token gets the same order, and never a refusal after an order."""
    for answers in run.journal.of_intents().values():
        ids = {answer.order_id for answer in answers if answer.kind in MADE}
        if len(ids) > 1:
            yield f"{_name(answers[0])} got {len(ids)} orders: {sorted(map(str, ids))}."
        for earlier in answers:
            for later in answers:
                if later.sent >= earlier.received and (contradiction := _contradicts(earlier, later)):
                    yield f"{_name(earlier)} got {_said(earlier)}, then {_said(later)}: {contradiction}."


def _contradicts(earlier: Answer, later: Answer) -> str | None:
    """Why one answer cannot follow another."""
    if later.kind not in (*ORDER_ANSWERS, "SubmitFailed"):
        return None
    if earlier.kind in MADE and "OUT_OF_STOCK" in later.codes:
        return "its order is denied"
    if earlier.kind == "SubmitSuccess" and earlier.status == "PAID" and later.status not in (*SOLD, "CANCELLED"):
        return "it was paid"
    if "PAYMENT_DECLINED" in earlier.codes and later.kind == "SubmitSuccess":
        return "it had been declined"
    return None


def _transitions(run: Run) -> Iterator[str]:
    """The events of an order are legal moves that end where the order is."""
    events: dict[int, list[str]] = defaultdict(list)
    for event in sorted(run.evidence["order_events"], key=lambda event: event["id"]):
        events[event["order_id"]].append(event["status"])
    for order in run.orders.values():
        path = ["", *events[order["id"]]]
        legal = all(after in _NEXT.get(before, ()) for before, after in pairwise(path))
        if not legal or path[-1] != order["status"]:
            yield f"Order {order['id']} is {order['status']} and went {' > '.join(path[1:])}."


def _rest(run: Run) -> Iterator[str]:
    """Nothing waits any more, holds have returned, and counts from events are right."""
    orders = run.orders
    for order in orders.values():
        if order["status"] in ("PENDING_PAYMENT", "EXCEPTION"):
            yield f"Order {order['id']} is still {order['status']}."
    if waiting := len(run.evidence["outbox"]):
        yield f"{waiting} events are still in the outbox."
    if held := sum(level["reserved"] for level in run.evidence["stock_levels"]):
        yield f"{held} units are still held."
    sold = Counter[int]()
    products = {row["id"]: row["product_id"] for row in run.evidence["variants"]}
    for line in run.evidence["order_lines"]:
        if orders[line["order_id"]]["status"] in SOLD:
            sold[products[line["variant_id"]]] += line["quantity"]
    for product in run.evidence["products"]:
        if product["units_sold"] != sold[product["id"]]:
            yield f"Product {product['id']} counts {product['units_sold']} units sold, {sold[product['id']]} were."


def _name(answer: Answer) -> str:
    return f"{answer.intent.attempt_token} of {answer.intent.buyer} ({answer.intent.payment_token})"


def _said(answer: Answer) -> str:
    parts: Sequence[Any] = (answer.kind, answer.order_id, answer.status, *answer.codes)
    return " ".join(str(part) for part in parts if part is not None)
