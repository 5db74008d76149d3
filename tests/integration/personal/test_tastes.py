"""What is kept of shoppers in Redis: counts that fade, are bounded, and never delay a request."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from datasources.kit import redis
from datasources.kit.redis import Client
from datasources.personal.fields import LOOKS, PRODUCT_LOOKS, TOUCHED
from datasources.personal.tastes import MAX_KEPT, TOUCH_SECONDS, Tastes
from domain.catalog.unwanted import Unwanted
from domain.kit.refusals import Unavailable
from domain.personal.records import MAX_HIDDEN, Dislike, Person, Thing
from domain.personal.tastes import HALF_LIFE_SECONDS, Purchase, Taste

ANN, BOB = Person("customer", "1"), Person("device", "b0b")
CLAIMED = Person("claimed", "some-app-install")
MUGS = Thing(category="mugs")


@pytest.fixture
async def kept(redis_client: Client, redis_prefix: str) -> Tastes:
    """A shop without known shoppers, whose rows are copied."""
    kept = Tastes(redis_client, redis_prefix)
    await kept.begin_pass("first")
    await kept.finish_pass("first")
    return kept


def _key(prefix: str, person: Person) -> str:
    return f"{prefix}taste:{{{person.key}}}"


async def _taste(kept: Tastes, person: Person) -> Taste:
    taste = None
    for _ in range(50):  # this machine may be busy for longer than a reader's patience
        if (taste := await kept.get(person)) is not None:
            return taste
        await asyncio.sleep(0.05)
    raise AssertionError("the taste could not be read")


async def test_likings_add_up_per_person(kept: Tastes) -> None:
    """Nobody's are another one's."""
    await kept.track(ANN, {"a:mugs": 1.0, "a:lamps": 4.0})
    await kept.track(ANN, {"a:mugs": 1.5})
    taste = await _taste(kept, ANN)
    assert taste.affinities == pytest.approx({"mugs": 2.5, "lamps": 4.0}, abs=0.01)
    assert not await _taste(kept, BOB)


async def test_likings_fade(kept: Tastes, redis_client: Client, redis_prefix: str) -> None:
    """To the half in a week, when they are read and when something is added."""
    then = int(time.time() - HALF_LIFE_SECONDS)
    await redis_client.hset(f"{redis_prefix}taste:{{customer:1}}", "a:mugs", f"4.0 {then}")
    assert (await _taste(kept, ANN)).affinities == pytest.approx({"mugs": 2.0}, abs=0.01)
    await kept.track(ANN, {"a:mugs": 1.0})
    assert (await _taste(kept, ANN)).affinities == pytest.approx({"mugs": 3.0}, abs=0.01)


async def test_no_more_likings_are_kept_than_told(kept: Tastes) -> None:
    """The weakest of each kind go; what is hidden and what was bought stays."""
    await kept.copy_purchases(ANN, [Purchase(5, 1, time.time(), ("bought",))])
    await kept.copy_dislikes(ANN, [Dislike(MUGS, datetime.now(UTC))])
    numbers = range(1, 101)
    for prefix in ("a:c", f"{LOOKS}l", PRODUCT_LOOKS):
        await kept.track(ANN, {f"{prefix}{number}": 9.0 + number for number in numbers})
    taste = await _taste(kept, ANN)
    left = range(101 - MAX_KEPT, 101)
    assert set(taste.affinities) == {"bought", *(f"c{number}" for number in left), *(f"l{number}" for number in left)}
    assert taste.sunk_products == set(left)
    assert taste.unwanted == Unwanted(categories=frozenset({"mugs"}))


async def test_what_is_hidden_can_be_shown_again(kept: Tastes) -> None:
    """Products and categories apart."""
    assert await kept.hide(BOB, [Thing(7), Thing(8), MUGS])
    assert await _taste(kept, BOB) == Taste(unwanted=Unwanted(frozenset({7, 8}), frozenset({"mugs"})))
    await kept.unhide(BOB, [Thing(7), MUGS])
    assert await _taste(kept, BOB) == Taste(unwanted=Unwanted(frozenset({8})))
    assert [each.thing for each in await kept.hidden(BOB)] == [Thing(8)]


async def test_nothing_that_is_hidden_gives_way_to_more(kept: Tastes) -> None:
    """Too much is refused, and nothing shows again by itself; what is hidden already does not count twice."""
    await kept.track(BOB, {"a:mugs": 1.0})
    every = [Thing(number) for number in range(1, MAX_HIDDEN + 1)]
    assert await kept.hide(BOB, every)
    assert not await kept.hide(BOB, [MUGS])
    assert await kept.hide(BOB, every[:3])
    taste = await _taste(kept, BOB)
    assert taste.unwanted == Unwanted(frozenset(range(1, MAX_HIDDEN + 1)))
    assert set(taste.affinities) == {"mugs"}


@pytest.mark.parametrize(("person", "days"), [(ANN, 180), (BOB, 180), (CLAIMED, 14)], ids=lambda each: str(each))
async def test_what_is_kept_ends(
    kept: Tastes, redis_client: Client, redis_prefix: str, person: Person, days: int
) -> None:
    """Sooner for names that nobody proved."""
    key = f"{redis_prefix}taste:{{{person.key}}}"
    await kept.track(person, {"a:mugs": 1.0})
    assert await redis_client.ttl(key) in (days * 86_400, days * 86_400 - 1)


@pytest.mark.parametrize("person", [BOB, CLAIMED], ids=lambda each: str(each))
async def test_what_a_guest_hid_stays_as_long_as_the_device(
    kept: Tastes, redis_client: Client, redis_prefix: str, person: Person
) -> None:
    """Longer than a cookie, counted from the last use; reading costs one command on most days."""
    key = f"{redis_prefix}taste:{{{person.key}}}"
    assert await kept.hide(person, [MUGS])
    await kept.track(person, {"a:mugs": 1.0})
    assert await redis_client.ttl(key) > 366 * 86_400
    await redis_client.expire(key, 60)
    await _taste(kept, person)
    assert await redis_client.ttl(key) <= 60
    await redis_client.hset(key, TOUCHED, f"0 {int(time.time()) - TOUCH_SECONDS - 1}")
    await _taste(kept, person)
    assert await redis_client.ttl(key) > 366 * 86_400


async def test_what_an_account_hid_or_bought_does_not_expire(
    kept: Tastes, redis_client: Client, redis_prefix: str
) -> None:
    """Whatever else happens; without either, it ends like any taste."""
    key = f"{redis_prefix}taste:{{{ANN.key}}}"
    await kept.copy_dislikes(ANN, [Dislike(Thing(3), datetime.now(UTC))])
    await kept.track(ANN, {"a:mugs": 1.0})
    assert await redis_client.ttl(key) == -1
    await kept.copy_purchases(ANN, [Purchase(5, 1, 0.0)])
    await kept.copy_dislikes(ANN, [])
    assert await redis_client.ttl(key) == -1
    await kept.copy_purchases(ANN, [])
    assert await redis_client.ttl(key) > 0
    await kept.copy_purchases(Person("customer", "2"), [])
    assert await redis_client.keys(f"{redis_prefix}taste:*2*") == []


async def test_the_previous_version_reads_the_same_hash(kept: Tastes, redis_client: Client, redis_prefix: str) -> None:
    """It takes what it does not know for a hidden category, so newer fields look like likings to it."""
    await kept.copy_purchases(ANN, [Purchase(5, 1, time.time(), ("lamps",))])
    await kept.track(ANN, {f"{LOOKS}cups": 1.0, f"{PRODUCT_LOOKS}4": 1.0, "a:mugs": 1.0})
    await kept.copy_dislikes(ANN, [Dislike(Thing(3), datetime.now(UTC)), Dislike(MUGS, datetime.now(UTC))])
    stored: dict[bytes, bytes] = await redis_client.hgetall(_key(redis_prefix, ANN))  # type: ignore[assignment]
    fields = {name.decode(): value.decode() for name, value in stored.items()}
    others = [name for name in fields if not name.startswith("a:")]
    assert sorted(others) == ["c:mugs", "p:3"]
    for name in set(fields) - set(others):
        score, _, at = fields[name].partition(" ")
        assert float(score) >= 0 and float(at) > 0


async def test_an_account_without_its_copy_has_no_taste(redis_client: Client, redis_prefix: str, kept: Tastes) -> None:
    """While rows may be missing, nothing is shown that could be hidden; a pass that began before a loss is void."""
    await redis_client.delete(f"{redis_prefix}{{tastes}}:copied")
    fresh = Tastes(redis_client, redis_prefix)
    await fresh.track(ANN, {"a:mugs": 1.0})
    assert await fresh.get_for_list(ANN) is None
    assert await fresh.get_for_list(BOB) == Taste()
    await fresh.begin_pass("one")
    await redis_client.delete(f"{redis_prefix}{{tastes}}:pass")
    assert not await fresh.finish_pass("one")
    assert await fresh.are_copied() == (False, True)
    await fresh.begin_pass("two")
    assert await fresh.finish_pass("two")
    assert await fresh.are_copied() == (True, False)
    await fresh.set_due()
    assert await fresh.are_copied() == (True, True)
    assert await Tastes(redis_client, redis_prefix).get_for_list(ANN)


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
    assert [await kept.get(BOB) for _ in range(100)] == [None] * 100
    assert asked == 3
    with pytest.raises(Unavailable):
        await kept.track(ANN, {"a:mugs": 1.0})
    with pytest.raises(Unavailable):
        await kept.hide(BOB, [MUGS])
    with pytest.raises(Unavailable):
        await kept.unhide(BOB, [MUGS])
    await client.close()


async def test_a_reader_does_not_wait_for_a_slow_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers treat a slow Redis like one that is down."""
    client = redis.connect("redis://127.0.0.1:1")

    async def slowly(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(client, "hgetall", slowly)
    assert await Tastes(client, "").get(BOB) is None
    await client.close()
