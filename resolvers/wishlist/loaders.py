"""Dataloaders of wishlists, for any viewer: the resolver checks access."""

from functools import cached_property

from aiodataloader import DataLoader

from datasources.wishlist import Wishlists
from domain.wishlist import Wishlist, WishlistItem
from resolvers.kit.loaders import loader_of


class WishlistLoaders:
    """Batches the reads of one request."""

    def __init__(self, source: Wishlists) -> None:
        self._source = source

    @cached_property
    def by_id(self) -> DataLoader[str, Wishlist | None]:
        """Lists by secret id."""
        return loader_of(self._source.by_id)

    @cached_property
    def by_share_token(self) -> DataLoader[str, Wishlist | None]:
        """Shared lists by token."""
        return loader_of(self._source.by_share_token)

    @cached_property
    def by_customer(self) -> DataLoader[int, tuple[Wishlist, ...]]:
        """Lists by account."""
        return loader_of(self._source.by_customer)

    @cached_property
    def items(self) -> DataLoader[str, tuple[WishlistItem, ...]]:
        """Items by list."""
        return loader_of(self._source.items)

    @cached_property
    def counts(self) -> DataLoader[int, int]:
        """Counted lists by product."""
        return loader_of(self._source.counts_by_product)
