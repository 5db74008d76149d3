"""Invariants of money: charges, totals and uses."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.torture.evidence import Evidence, Record, dropped
from tests.torture.outcome import SOLD, TAKEN, Run
from tests.torture.plan import BASIS_POINTS, CODE, CURRENCY, FREE_FROM, GRAMS, HEAVY, LIGHT

_CHARGE = re.compile(r"(order|auth)-(\d+)(?:-\d+)?")


def money(run: Run) -> Iterator[str]:
    """A sold order has exactly one charge that took or reserves its money, no other money stays, and the books agree.

    An order may have had several charges, one after the other. A reserved charge has taken what its parcels cost.
    """
    orders, due = run.orders, due_of_parcels(run.evidence)
    refunds: Counter[str] = Counter()
    for refund in run.evidence.refunds:
        refunds[refund["charge"]] += refund["amount_minor"]
    back: Counter[int] = Counter()
    for row in run.evidence["refunds"]:
        back[row["order_id"]] += row["minor"] if row["state"] == "DONE" else 0
    paying: Counter[int] = Counter()
    kept = wanted = 0
    for charge in run.evidence.charges:
        if charge["state"] not in ("CAPTURED", "AUTHORIZED"):
            continue
        found = _CHARGE.fullmatch(charge["key"])
        order = orders.get(int(found[2])) if found else None
        if found is None or order is None:
            yield f"Charge {charge['key']} has no order."
            continue
        left = charge["captured_minor"] - refunds[charge["key"]]
        kept += left
        if left or charge["state"] == "AUTHORIZED":
            paying[order["id"]] += 1
            is_later = found[1] == "auth"
            price = due[order["id"], bool(charge["captures_once"])] if is_later else order["total_minor"]
            cost = price - back[order["id"]]
            wanted += cost
            yield from _wrong(order, charge, left, cost)
    yield from _unpaid(run, paying)
    if kept != wanted:
        yield f"The provider holds {kept}, sold orders come to {wanted}."
    yield from _books(run)


def _unpaid(run: Run, paying: Counter[int]) -> Iterator[str]:
    """Sold orders without exactly one charge.

    The bank may have ended what it had reserved just before the money of a parcel was to be taken. The shop knows: the
    capture has failed, and `storefront check` says so.
    """
    lost = {row["order_id"] for row in run.evidence["captures"] if row["state"] == "FAILED"}
    for order in run.orders.values():
        charges = paying[order["id"]]
        if order["status"] in SOLD and order["total_minor"] and charges != 1 and (charges or order["id"] not in lost):
            yield f"Order {order['id']} is {order['status']} with {charges} charges."


def _wrong(order: Record, charge: Record, left: int, cost: int) -> Iterator[str]:
    key = charge["key"]
    if (charge["amount_minor"], charge["currency"]) != (order["total_minor"], order["currency"]):
        yield f"Charge {key} took {charge['amount_minor']} for an order of {order['total_minor']}."
    if order["status"] not in SOLD:
        yield f"Order {order['id']} is {order['status']}, but {key} is {charge['state']} and keeps {left}."
    elif left != cost:
        yield f"Order {order['id']} is {order['status']} and comes to {cost}, but {key} keeps {left}."
    if order["status"] == "FULFILLED" and charge["state"] == "AUTHORIZED":
        yield f"Order {order['id']} is FULFILLED, but the rest of {key} is still reserved."


def _books(run: Run) -> Iterator[str]:
    """Each capture that the shop recorded was made once at the provider, and no other one."""
    there = {row["key"]: row["amount_minor"] for row in run.evidence.captures}
    done = [row for row in run.evidence["captures"] if row["state"] == "DONE" and row["minor"]]
    here = {row["key"]: row["minor"] for row in done}
    if here != there:
        differing = sorted(here.items() ^ there.items())
        yield f"Captures differ between the shop and the provider: {differing[:3]}."
    open_ones = Counter(row["state"] for row in run.evidence["captures"])
    if waiting := open_ones["WANTED"]:
        yield f"{waiting} captures still wait."


def due_of_parcels(evidence: Evidence) -> dict[tuple[int, bool], int]:
    """What the parcels of an order cost, by whether the first pays for all: each line's share, rounded down."""
    lines: dict[int, list[Record]] = defaultdict(list)
    for line in evidence["order_lines"]:
        lines[line["order_id"]].append(line)
    parcels = {parcel["id"]: parcel["order_id"] for parcel in evidence["fulfillments"]}
    sent: Counter[tuple[int, int]] = Counter()
    for row in evidence["fulfillment_lines"]:
        sent[parcels[row["fulfillment_id"]], row["position"]] += row["quantity"]
    released = dropped(evidence, only_released=True)
    due = {}
    for order in evidence["orders"]:
        mine = lines[order["id"]]
        charged = [line["quantity"] * line["unit_minor"] - line["discount_minor"] for line in mine]
        delivery = order["total_minor"] - sum(charged)
        counts = [sent[order["id"], line["position"]] for line in mine]
        left = [line["quantity"] - released[order["id"], line["position"]] for line in mine]
        for at_once, units in ((False, counts), (True, left)):
            price = delivery + sum(
                paid * unit // line["quantity"] for paid, unit, line in zip(charged, units, mine, strict=True)
            )
            due[order["id"], at_once] = price if any(counts) else 0
    return due


def figures(evidence: Evidence) -> Counter[str]:
    """What became of reserved money."""
    found = Counter(f"authorizations {row['state']}" for row in evidence["authorizations"])
    found.update(f"captures {'final' if row['final'] else 'part'} {row['state']}" for row in evidence["captures"])
    return found


def totals(run: Run) -> Iterator[str]:
    """Orders have the lines of their carts at the prices of the server."""
    prices = {run.variant_ids[variant.number]: variant.price for variant in run.plan.variants}
    lines: dict[int, list[Record]] = defaultdict(list)
    for line in run.evidence["order_lines"]:
        lines[line["order_id"]].append(line)
    carts = run.carts
    for order in run.orders.values():
        wanted = {run.variant_ids[number]: units for number, units in carts[order["cart_id"]].units.items()}
        bought: Counter[int] = Counter()
        for line in lines[order["id"]]:
            bought[line["variant_id"]] += line["quantity"]
        if bought != wanted:
            yield f"Order {order['id']} has {dict(bought)}, its cart {wanted}."
        wrong = [line for line in lines[order["id"]] if line["unit_minor"] != prices[line["variant_id"]]]
        subtotal = sum(prices[key] * units for key, units in wanted.items())
        total = _total(order, subtotal, sum(wanted.values()))
        if wrong or (order["subtotal_minor"], order["total_minor"], order["currency"]) != (subtotal, total, CURRENCY):
            yield f"Order {order['id']} costs {order['total_minor']} {order['currency']}; it should cost {total}."


def _total(order: Record, subtotal: int, units: int) -> int:
    """Lines, less the discount if it was used, with delivery if it is sent; the naive checkouts do neither."""
    off = (subtotal * BASIS_POINTS + 5_000) // 10_000 if CODE in (order["discount_codes"] or "") else 0
    if order["address"] in (None, "null"):
        return subtotal - off
    net, (light_grams, light) = subtotal - off, LIGHT
    delivery = 0 if net >= FREE_FROM else light if units * GRAMS <= light_grams else HEAVY
    return net + delivery


def uses(run: Run) -> Iterator[str]:
    """No more orders than allowed used the code, only those whose carts have it, and its count is right."""
    coded = [order for order in run.orders.values() if CODE in (order["discount_codes"] or "")]
    yield from (
        f"Order {o['id']} used a code that its cart has not." for o in coded if not run.carts[o["cart_id"]].coded
    )
    # An order that staff cancel after its payment has used it.
    used = sum(order["status"] in (*TAKEN, "CANCELLED") for order in coded)
    counted = sum(row["used"] for row in run.evidence["usages"] if not row["buyer"])
    if used > run.plan.code_limit:
        yield f"The code was used {used} times of {run.plan.code_limit}."
    if counted != used:
        yield f"The code is counted {counted} times, {used} orders hold it."
