"""`storefront events`: dead letters as operators see and handle them."""

import json

import pytest

from bff.stores.wiring import Stores
from domain.events import OrderPaid
from tests.kit.events import events_of
from tests.kit.fixtures.storefront import Storefront

GROUP = "sales"


@pytest.fixture
async def given_up(stores: Stores) -> list[str]:
    """The ids of two dead letters: one can be read, the other one is of another version and would steer a terminal."""
    stream = stores.stream
    await stream.join(GROUP)
    await stream.append([(b"OrderPaid", b'{"order_id": 1}'), (b"Order\x1b[2J", b"\xff")])
    for message in await stream.read(GROUP, "one", 10, block_ms=1000):
        await stream.give_up(GROUP, message, "ValueError: no")
    return [letter.id async for letter in stores.dead_letters.all()]


async def test_letters_are_listed(storefront: Storefront, given_up: list[str]) -> None:
    """In columns for people, and whole for programs."""
    listed = await storefront("events list --limit 1")
    head, letter, total = listed.stdout.splitlines()
    assert head.split() == ["ID", "WHEN", "(UTC)", "GROUP", "KIND", "TRIES", "REASON"]
    assert letter.split()[0] == given_up[0]
    assert letter.split()[3:] == [GROUP, "OrderPaid", "1", "ValueError:", "no"]
    assert total == "1 of 2 dead letters"
    assert "\x1b" not in (await storefront("events list")).stdout
    records = json.loads((await storefront("events list --json")).stdout)
    assert [record["id"] for record in records] == given_up
    assert records[0].keys() == {"id", "at", "group", "kind", "tries", "reason", "payload"}
    assert (records[0]["payload"], records[1]["kind"]) == ('{"order_id": 1}', "Order\x1b[2J")


async def test_one_letter_is_retried_and_the_others_stay(
    stores: Stores, storefront: Storefront, given_up: list[str]
) -> None:
    """Its event is on the stream again for its group."""
    done = await storefront(f"events retry {given_up[0]} --json")
    assert json.loads(done.stdout) == {"retried": [given_up[0]], "left": []}
    messages = await stores.stream.read(GROUP, "one", 10, block_ms=1000)
    assert (events_of(messages), [message.group for message in messages]) == ([OrderPaid(1)], [GROUP])
    assert [letter.id async for letter in stores.dead_letters.all()] == given_up[1:]


async def test_all_letters_are_retried_but_those_of_groups_that_are_not_there(
    stores: Stores, storefront: Storefront, given_up: list[str]
) -> None:
    """The exit status and a line each say so."""
    gone = {"group": "gone", "kind": "OrderPaid", "payload": b"1", "reason": "no"}
    await stores.redis.xadd(stores.stream.dead_key, gone)  # type: ignore[arg-type]
    done = await storefront("events retry --all")
    assert done.returncode == 1
    retried, left = done.stdout.splitlines()
    assert retried == f"{len(given_up)} dead letters retried"
    assert left.endswith("stays: no worker has joined the group `gone`")
    assert await stores.stream.dead() == 1


async def test_letters_are_dropped(stores: Stores, storefront: Storefront, given_up: list[str]) -> None:
    """One by its id, then the rest; nothing comes back to the stream."""
    assert (await storefront(f"events drop {given_up[1]}")).stdout == "1 dead letters dropped\n"
    assert json.loads((await storefront("events drop --all --json")).stdout)["dropped"] == given_up[:1]
    assert (await stores.stream.dead(), await stores.stream.lag(GROUP)) == (0, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("events retry", "takes the ids of dead letters, or --all"),
        ("events drop", "takes the ids of dead letters, or --all"),
        ("events retry 1-1 --all", "takes the ids of dead letters, or --all"),
        ("events drop FIRST 1-1", "no dead letter has the id 1-1; nothing was changed"),
    ],
)
async def test_nonsense_is_refused_in_one_line(
    stores: Stores, storefront: Storefront, given_up: list[str], words: str, message: str
) -> None:
    """And changes nothing."""
    done = await storefront(words.replace("FIRST", given_up[0]))
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert message in line
    assert await stores.stream.dead() == 2


@pytest.mark.parametrize("command", ["list", "retry", "drop"])
async def test_every_command_explains_itself(storefront: Storefront, command: str) -> None:
    done = await storefront(f"events {command} --help")
    assert done.returncode == 0
    assert "--json" in done.stdout
