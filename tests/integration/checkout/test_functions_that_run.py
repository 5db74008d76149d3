"""How much code one request runs: the code that a maintainer must follow has a limit, which only gets lower.

The count is of distinct functions of the project (see `tests.kit.functions`) from the HTTP request to its answer, in a
process that has answered the operation before: the smallest count of some attempts, as a store that is slow to answer
has code of its own run. The operations are those that `make bench` measures. With `-s` the tests print the functions.
"""

import sys

import pytest
from structlog.testing import capture_logs

from benchmarks.graphql import document
from tests.kit.carts import variant_gid
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.functions import Functions

MOST_FUNCTIONS = {"submit": 272, "cart_lines_add": 247}
ATTEMPTS = ("first", "second", "third")


@pytest.fixture
async def merchandise(paying_api: Api) -> str:
    """The global id of a mug for sale."""
    return variant_gid((await paying_api.add_product(title="Mug", price=1_000, stock=10)).variant_id)


async def test_a_submit_runs_a_bounded_number_of_functions(paying_api: Api, merchandise: str) -> None:
    """From the request to the answer that says PAID, a submit stays within the limit of functions."""
    found = []
    for attempt in ATTEMPTS:
        asked = {"cartId": await new_cart(paying_api, merchandise), "attemptToken": attempt, "paymentToken": "tok_ok"}
        answer, ran = await counted(paying_api, "submit", asked)
        assert answer["cartSubmitForCompletion"]["order"]["status"] == "PAID"
        found.append(ran)
    check(min(found, key=len), "submit")


async def test_a_cart_lines_add_runs_a_bounded_number_of_functions(paying_api: Api, merchandise: str) -> None:
    """From the request to the answer with the cart and its costs, a `cartLinesAdd` stays within the limit."""
    found = []
    for _ in ATTEMPTS:
        asked = {"cartId": await new_cart(paying_api, merchandise), "merchandiseId": merchandise}
        answer, ran = await counted(paying_api, "cart_lines_add", asked)
        assert answer["cartLinesAdd"]["cart"]["totalQuantity"] == 2
        found.append(ran)
    check(min(found, key=len), "cart_lines_add")


async def new_cart(api: Api, merchandise: str) -> str:
    """The id of a cart that has one unit, an e-mail address and a place to go to."""
    created = await api.data(document("cart"), {"merchandiseId": merchandise})
    cart_id: str = created["cartCreate"]["cart"]["id"]
    return cart_id


async def counted(api: Api, operation: str, variables: Record) -> tuple[Record, Functions]:
    """The answer to an operation, and the functions that ran for it."""
    ran = Functions()
    # What a line of the log runs through depends on tests before this one.
    with capture_logs(), ran.counting():
        answer = await api.data(document(operation), variables)
    return answer, ran


def check(ran: Functions, operation: str) -> None:
    """Fails when more functions ran than an operation may run."""
    listed = "\n".join([f"{operation}: {len(ran)} functions, {ran.by_package}", *ran.names])
    sys.stdout.write(f"{listed}\n")
    assert len(ran) <= MOST_FUNCTIONS[operation], listed
