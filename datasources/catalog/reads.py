"""All reads of the catalog as shoppers see it."""

from datasources.catalog.collections import Collections
from datasources.catalog.exclusions import Exclusions
from datasources.catalog.metafields import Metafields
from datasources.catalog.products import Products
from datasources.catalog.recommended import Recommended
from datasources.catalog.variants import Variants
from datasources.kit.database import Database
from domain.territories.markets import Territories


class Catalog:
    """Products, their variants and collections. Batch methods return results in the order of their keys."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self.exclusions = Exclusions(database)
        self.metafields = Metafields(database)
        self.products = Products(database, territories)
        self.variants = Variants(database, territories)
        self.collections = Collections(database)
        self.recommended = Recommended(database)
