"""Allocates stock to a batch of orders. Each order sees what the orders before it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from datasources.inventory.levels import ForSale
from domain.inventory import StockKey, allocate


@dataclass
class Allocations:
    """Locked stock, and what the orders of a batch take from it.

    `routes` are the warehouses of each territory in the order in which they serve it. If a flash sale is live, `pools`
    names the only location that sells the variant in the territory now.
    """

    stock: Mapping[int, ForSale]
    routes: Mapping[str, tuple[int, ...]]
    pools: Mapping[tuple[str, int], int] = field(default_factory=dict)
    taken: dict[int, dict[StockKey, int]] = field(default_factory=dict)
    _left: dict[StockKey, int] = field(init=False)

    def __post_init__(self) -> None:
        self._left = {
            (variant_id, place): units
            for variant_id, found in self.stock.items()
            for place, units in found.available.items()
        }

    def short(self, units: Mapping[int, int], territory: str) -> list[int]:
        """Variants of which the territory has fewer units than the order needs."""
        return [variant_id for variant_id, count in units.items() if self._found(variant_id, count, territory) is None]

    def take(self, order_id: int, units: Mapping[int, int], territory: str) -> None:
        """Gives units to an order; the caller has checked that no variant is short."""
        taken: dict[StockKey, int] = {}
        for variant_id, count in units.items():
            for place, share in (self._found(variant_id, count, territory) or {}).items():
                taken[variant_id, place] = share
                self._left[variant_id, place] -= share
        self.taken[order_id] = taken

    def _found(self, variant_id: int, count: int, territory: str) -> dict[int, int] | None:
        pool = self.pools.get((territory, variant_id))
        places = self.routes[territory] if pool is None else (pool,)
        stock = {place: self._left[variant_id, place] for place in places if (variant_id, place) in self._left}
        return allocate(count, stock, pool is not None or self.stock[variant_id].sells_out)

    @property
    def left(self) -> dict[int, int]:
        """Remaining units of the variants that can sell out, over all locations that sell them now."""
        pooled = {variant_id for _, variant_id in self.pools}
        ending = [key for key, found in self.stock.items() if found.sells_out or key in pooled]
        return {key: sum(self._left[key, place] for place in self._places(key)) for key in ending}

    @property
    def gone(self) -> list[int]:
        """Variants that the orders of this batch sold out."""
        return sorted(key for key, left in self.left.items() if left <= 0 < self._before(key))

    def _before(self, variant_id: int) -> int:
        return sum(self.stock[variant_id].available[place] for place in self._places(variant_id))

    def _places(self, variant_id: int) -> set[int]:
        pools = {place for (_, variant), place in self.pools.items() if variant == variant_id}
        every = pools or {place for route in self.routes.values() for place in route}
        return every & self.stock[variant_id].available.keys()
