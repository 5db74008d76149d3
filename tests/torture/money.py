"""Invariants of money: charges, totals and uses."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.torture.evidence import Record
from tests.torture.outcome import TAKEN, Run
from tests.torture.plan import BASIS_POINTS, CODE, CURRENCY, FREE_FROM, GRAMS, HEAVY, LIGHT

_CHARGE = re.compile(r"(order-\d+)(?:-\d+)?")


def money(run: Run) -> Iterator[str]:
    """A paid order has exactly one capture of its total, no other money stays, captures - refunds = paid totals.

    An order may have had several charges, one after the other.
    """
    orders = {f"order-{order['id']}": order for order in run.evidence["orders"]}
    refunds: Counter[str] = Counter()
    for refund in run.evidence.refunds:
        refunds[refund["charge"]] += refund["amount_minor"]
    captures = {charge["key"]: charge for charge in run.evidence.charges if charge["state"] == "CAPTURED"}
    paying: Counter[str] = Counter()
    for key, charge in captures.items():
        found = _CHARGE.fullmatch(key)
        order = orders.get(found[1]) if found else None
        if found and refunds[key] < charge["amount_minor"]:
            paying[found[1]] += 1
        if order is None:
            yield f"Charge {key} has no order."
        elif (charge["amount_minor"], charge["currency"]) != (order["total_minor"], order["currency"]):
            yield f"Charge {key} took {charge['amount_minor']} for an order of {order['total_minor']}."
        elif refunds[key] != charge["amount_minor"] and (refunds[key] or order["status"] != "PAID"):
            yield (
                f"Order {order['id']} is {order['status']}; {charge['amount_minor']} were taken, {refunds[key]} given "
                "back."
            )
    wrong = [key for key, order in orders.items() if order["status"] == "PAID" and paying[key] != 1]
    yield from (f"{key} is PAID with {paying[key]} captures." for key in wrong)
    kept = sum(charge["amount_minor"] for charge in captures.values()) - sum(refunds.values())
    paid = sum(order["total_minor"] for order in orders.values() if order["status"] == "PAID")
    if kept != paid:
        yield f"The provider holds {kept}, paid orders come to {paid}."


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
    used = sum(order["status"] in TAKEN for order in coded)
    counted = sum(row["used"] for row in run.evidence["usages"] if not row["buyer"])
    if used > run.plan.code_limit:
        yield f"The code was used {used} times of {run.plan.code_limit}."
    if counted != used:
        yield f"The code is counted {counted} times, {used} orders hold it."
