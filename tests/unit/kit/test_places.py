"""Few large requests of each payer are under way at the same time."""

import asyncio

from datasources.kit.places import Places


async def _settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_payer_has_a_few_places() -> None:
    """Others wait for them in order; another payer does not."""
    places, order = Places(2), list[int]()

    async def take(number: int) -> None:
        await places.take("ann")
        order.append(number)

    taking = [asyncio.create_task(take(number)) for number in range(4)]
    await _settle()
    assert order == [0, 1]
    await places.take("bob")
    places.give_back("ann")
    await _settle()
    assert order == [0, 1, 2]
    places.give_back("ann")
    await asyncio.gather(*taking)
    assert order == [0, 1, 2, 3]


async def test_whoever_gives_up_takes_no_place() -> None:
    """Before the place comes, and in the moment in which it comes; in the end nothing is left."""
    places = Places(1)
    await places.take("ann")
    early, late, last = (asyncio.create_task(places.take("ann")) for _ in range(3))
    await _settle()
    early.cancel()
    await _settle()
    places.give_back("ann")
    late.cancel()
    await asyncio.wait_for(last, 5)
    assert early.cancelled()
    assert late.cancelled()
    places.give_back("ann")
    assert len(places) == 0
