"""Allocation: units are taken and given back by location, none lost and none made."""

from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import Location, LocationKind, LocationPriority, allocate, give_back, in_order

stocks = st.dictionaries(st.integers(1, 9), st.integers(-5, 20), max_size=6)


@given(st.integers(0, 60), stocks)
def test_exactly_what_is_asked_is_taken_or_nothing(asked: int, stock: dict[int, int]) -> None:
    """No location gives more than it has, and an earlier one is emptied before a later one gives any."""
    taken = allocate(asked, stock)
    there = {place: max(units, 0) for place, units in stock.items()}
    if taken is None:
        assert sum(there.values()) < asked
        return
    assert sum(taken.values()) == asked
    assert all(0 < units <= there[place] for place, units in taken.items())
    last = max((list(stock).index(place) for place in taken), default=0)
    assert all(taken.get(place, 0) == units for place, units in list(there.items())[:last])


@given(st.integers(0, 60), stocks)
def test_what_never_sells_out_is_always_found(asked: int, stock: dict[int, int]) -> None:
    """Only the first location gives more than it has; without any location nothing can be taken."""
    taken = allocate(asked, stock, sells_out=False)
    if not stock:
        assert taken == ({} if asked == 0 else None)
        return
    assert taken is not None
    assert sum(taken.values()) == asked
    first = next(iter(stock))
    assert all(units <= stock[place] for place, units in taken.items() if place != first)


@given(st.dictionaries(st.integers(1, 9), st.integers(1, 9), max_size=5), st.lists(st.integers(1, 9), max_size=8))
def test_units_that_come_back_in_parts_fill_the_places_that_sold_them(sold: dict[int, int], parts: list[int]) -> None:
    """In any parts: never more to a place than it sold, and all of them when everything came back."""
    returned = dict.fromkeys(sold, 0)
    before = 0
    for units in parts:
        back = give_back(units, sold, before)
        if before + units > sum(sold.values()):
            assert back is None
            continue
        assert back is not None and sum(back.values()) == units
        for place, share in back.items():
            returned[place] += share
        before += units
    assert all(returned[place] <= units for place, units in sold.items())
    assert sum(returned.values()) == before


def test_warehouses_without_a_priority_come_last() -> None:
    """Equal priorities are served by id, territories that a warehouse does not name as if it had the last one."""
    warehouses = [
        Location(1, "Main", LocationKind.WAREHOUSE),
        Location(2, "Leeds", LocationKind.WAREHOUSE, (LocationPriority("GB", 1), LocationPriority("US", 7))),
        Location(3, "York", LocationKind.WAREHOUSE, (LocationPriority("GB", 1),)),
        Location(4, "Hull", LocationKind.WAREHOUSE, (LocationPriority("GB", 0),)),
    ]
    assert in_order(warehouses, "GB") == (4, 2, 3, 1)
    assert in_order(warehouses, "US") == (2, 1, 3, 4)
