"""What is kept of shoppers in Redis: counts that fade, are bounded, and never delay a request."""

import asyncio
import time

import pytest

from datasources.kit import redis
from datasources.kit.redis import Client
from datasources.personal import EVENTS_PER_ADDRESS, EVENTS_PER_MINUTE, MAX_AFFINITIES, MAX_HIDDEN, Tastes
from domain.kit.refusals import Unavailable
from domain.personal import HALF_LIFE_SECONDS, Person, Taste

ANN, BOB = Person("customer", "1"), Person("device", "b0b")
CLAIMED = Person("claimed", "some-app-install")
ADDRESS = "203.0.113.7"


@pytest.fixture
async def kept(redis_client: Client, redis_prefix: str) -> Tastes:
    """A shop without known shoppers; the client has connected to its servers."""
    await redis_client.ping()
    return Tastes(redis_client, redis_prefix)


async def _taste(kept: Tastes, person: Person) -> Taste:
    taste = None
    for _ in range(50):  # this machine may be busy for longer than a reader's patience
        if (taste := await kept.get(person)) is not None:
            return taste
        await asyncio.sleep(0.05)
    raise AssertionError("the taste could not be read")


async def test_likings_add_up_per_person(kept: Tastes) -> None:
    """Nobody's are another one's."""
    assert await kept.track(ANN, ADDRESS, {"mugs": 1.0, "lamps": 4.0}, 2)
    assert await kept.track(ANN, ADDRESS, {"mugs": 1.5}, 1)
    taste = await _taste(kept, ANN)
    assert taste.affinities == pytest.approx({"mugs": 2.5, "lamps": 4.0}, abs=0.01)
    assert not await _taste(kept, BOB)


async def test_likings_fade(kept: Tastes, redis_client: Client, redis_prefix: str) -> None:
    """To the half in a week, when they are read and when something is added."""
    then = int(time.time() - HALF_LIFE_SECONDS)
    await redis_client.hset(f"{redis_prefix}taste:{{customer:1}}", "a:mugs", f"4.0 {then}")
    assert (await _taste(kept, ANN)).affinities == pytest.approx({"mugs": 2.0}, abs=0.01)
    assert await kept.track(ANN, ADDRESS, {"mugs": 1.0}, 1)
    assert (await _taste(kept, ANN)).affinities == pytest.approx({"mugs": 3.0}, abs=0.01)


async def test_no_more_likings_are_kept_than_told(kept: Tastes) -> None:
    """The weakest go."""
    assert await kept.track(ANN, ADDRESS, {f"c{number}": float(number) for number in range(1, 101)}, 1)
    left = (await _taste(kept, ANN)).affinities
    assert set(left) == {f"c{number}" for number in range(101 - MAX_AFFINITIES, 101)}


async def test_what_is_hidden_can_be_shown_again(kept: Tastes) -> None:
    """Products and categories apart."""
    await kept.hide(BOB, product_id=7)
    await kept.hide(BOB, product_id=8)
    await kept.hide(BOB, category="mugs")
    assert await _taste(kept, BOB) == Taste({}, frozenset({7, 8}), frozenset({"mugs"}))
    await kept.unhide(BOB, product_id=7)
    await kept.unhide(BOB, category="mugs")
    assert await _taste(kept, BOB) == Taste({}, frozenset({8}))


async def test_no_more_is_hidden_than_told(kept: Tastes) -> None:
    """The product hidden first shows again; likings do not count."""
    assert await kept.track(BOB, ADDRESS, {"mugs": 1.0}, 1)
    for number in range(MAX_HIDDEN + 1):
        await kept.hide(BOB, product_id=number)
        if number == 0:
            await asyncio.sleep(0.002)  # the others come in a later millisecond
    taste = await _taste(kept, BOB)
    assert taste.hidden_products == frozenset(range(1, MAX_HIDDEN + 1))
    assert set(taste.affinities) == {"mugs"}


async def test_a_person_sends_no_more_events_than_told(kept: Tastes) -> None:
    """What comes above that is not noted; others go on."""
    assert await kept.track(ANN, ADDRESS, {"mugs": 1.0}, EVENTS_PER_MINUTE)
    assert await kept.track(ANN, ADDRESS, {"mugs": 5.0}, 1) is False
    assert (await _taste(kept, ANN)).affinities == pytest.approx({"mugs": 1.0}, abs=0.01)
    assert await kept.track(BOB, ADDRESS, {"mugs": 1.0}, 1)


async def test_guests_of_one_address_share_a_bound(kept: Tastes) -> None:
    """A client that invents names cannot fill the memory; accounts have a limit of their own."""
    crowd = [Person("claimed", f"made-up-{number}") for number in range(EVENTS_PER_ADDRESS // EVENTS_PER_MINUTE)]
    for person in crowd:
        assert await kept.track(person, ADDRESS, {"mugs": 1.0}, EVENTS_PER_MINUTE)
    assert await kept.track(CLAIMED, ADDRESS, {"mugs": 1.0}, 1) is False
    assert await kept.track(CLAIMED, "198.51.100.1", {"mugs": 1.0}, 1)
    assert await kept.track(ANN, ADDRESS, {"mugs": 1.0}, 1)


@pytest.mark.parametrize(("person", "days"), [(ANN, 180), (BOB, 180), (CLAIMED, 14)], ids=lambda each: str(each))
async def test_what_is_kept_ends(
    kept: Tastes, redis_client: Client, redis_prefix: str, person: Person, days: int
) -> None:
    """Sooner for names that nobody proved."""
    key = f"{redis_prefix}taste:{{{person.key}}}"
    assert await kept.track(person, ADDRESS, {"mugs": 1.0}, 1)
    assert 0 < await redis_client.ttl(f"{key}:spent") <= 60
    tracked = await redis_client.ttl(key)
    await redis_client.persist(key)
    await kept.hide(person, product_id=1)
    assert {tracked, await redis_client.ttl(key)} <= {days * 86_400, days * 86_400 - 1}


async def test_a_redis_that_is_away_costs_one_reader_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few readers: then nobody tries for half a second; writers get an error."""
    client = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    kept = Tastes(client, "")
    asked = 0

    async def asking(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise ConnectionError

    monkeypatch.setattr(client, "hgetall", asking)
    assert [await kept.get(ANN) for _ in range(100)] == [None] * 100
    assert asked == 3
    with pytest.raises(Unavailable):
        await kept.track(ANN, ADDRESS, {"mugs": 1.0}, 1)
    with pytest.raises(Unavailable):
        await kept.hide(ANN, product_id=1)
    with pytest.raises(Unavailable):
        await kept.unhide(ANN, product_id=1)
    await client.close()


async def test_a_reader_does_not_wait_for_a_slow_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers treat a slow Redis like one that is down."""
    client = redis.connect("redis://127.0.0.1:1")

    async def slowly(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(client, "hgetall", slowly)
    assert await Tastes(client, "").get(ANN) is None
    await client.close()
