"""Further fields of products and variants: older names, units of measure, and parts that this shop does not have."""

from typing import Annotated

import strawberry

from resolvers.catalog import media as resolve_media
from resolvers.catalog import unit_prices as resolve_units
from resolvers.wishlist.reads import wishlists_count
from schema.catalog.selling_plans import SellingPlanAllocationConnection, SellingPlanGroupConnection, nothing
from schema.enums import enum_of
from schema.kit.common import MoneyV2, always

Field = strawberry.field
_MEDIA = Annotated["MediaConnection", strawberry.lazy("schema.content.media")]  # type: ignore[name-defined]  # noqa: F821
_UNITS = {
    "CL": "Centilitres.",
    "CM": "Centimetres.",
    "FLOZ": "Fluid ounces.",
    "FT": "Feet.",
    "FT2": "Square feet.",
    "G": "Grams.",
    "GAL": "Gallons.",
    "IN": "Inches.",
    "ITEM": "Pieces.",
    "KG": "Kilograms.",
    "L": "Litres.",
    "LB": "Pounds.",
    "M": "Metres.",
    "M2": "Square metres.",
    "M3": "Cubic metres.",
    "MG": "Milligrams.",
    "ML": "Millilitres.",
    "MM": "Millimetres.",
    "OZ": "Ounces.",
    "PT": "Pints.",
    "QT": "Quarts.",
    "UNKNOWN": "Another unit.",
    "YD": "Yards.",
}
_MEASURED = {
    "AREA": "An area.",
    "COUNT": "A number of pieces.",
    "LENGTH": "A length.",
    "UNKNOWN": "Something else.",
    "VOLUME": "A volume.",
    "WEIGHT": "A weight.",
}
_WEIGHTS = {"GRAMS": "Grams.", "KILOGRAMS": "Kilograms.", "OUNCES": "Ounces.", "POUNDS": "Pounds."}
UnitPriceMeasurementMeasuredUnit = enum_of("UnitPriceMeasurementMeasuredUnit", "Units of measure.", _UNITS)
UnitPriceMeasurementMeasuredType = enum_of("UnitPriceMeasurementMeasuredType", "What units measure.", _MEASURED)
WeightUnit = enum_of("WeightUnit", "Units of weight.", _WEIGHTS)


@strawberry.type(description="How much is in a unit, and what its price is compared by.")
class UnitPriceMeasurement:
    """A view over `domain.catalog.unit_prices.UnitMeasure`."""

    measured_type = Field(
        resolver=lambda root: root.kind,
        description="What the units measure.",
        graphql_type=UnitPriceMeasurementMeasuredType | None,
    )
    quantity_unit = Field(
        resolver=lambda root: root.quantity_unit,
        description="The unit of what is in it.",
        graphql_type=UnitPriceMeasurementMeasuredUnit | None,
    )
    quantity_value = Field(
        resolver=lambda root: float(root.quantity), description="How much is in it.", graphql_type=float
    )
    reference_unit = Field(
        resolver=lambda root: root.reference_unit,
        description="The unit of the comparison.",
        graphql_type=UnitPriceMeasurementMeasuredUnit | None,
    )
    reference_value = Field(
        resolver=lambda root: root.reference, description="How many of these units.", graphql_type=int
    )


@strawberry.type
class VariantExtras:
    """Fields of `ProductVariant`: views over `domain.catalog.records.Variant`."""

    price_v2 = Field(
        name="priceV2",
        resolver=lambda root: root.price,
        description="The price of one unit.",
        graphql_type=MoneyV2,
        deprecation_reason="Use `price` instead.",
    )
    compare_at_price_v2 = Field(
        name="compareAtPriceV2",
        resolver=lambda root: root.compare_at,
        description="The price of one unit before a reduction.",
        graphql_type=MoneyV2 | None,
        deprecation_reason="Use `compareAtPrice` instead.",
    )
    unit_price = Field(
        resolver=resolve_units.unit_price,
        description="The price per unit of measure, for variants that say how much is in them.",
        graphql_type=MoneyV2 | None,
    )
    unit_price_measurement = Field(
        resolver=resolve_units.measurement,
        description="How much is in one unit.",
        graphql_type=UnitPriceMeasurement | None,
    )
    weight_unit = always("GRAMS", WeightUnit, "The unit of `weight`; always grams.")
    requires_components = always(False, bool, "Whether it is only sold in bundles; this shop has none.")
    selling_plan_allocations = Field(
        resolver=nothing,
        description="Subscriptions; this shop has none.",
        graphql_type=SellingPlanAllocationConnection,
    )


@strawberry.type
class ProductExtras:
    """Fields of `Product`: views over `domain.catalog.records.Product`."""

    media = Field(resolver=resolve_media.media, description="The pictures.", graphql_type=_MEDIA)
    encoded_variant_existence = Field(
        resolver=resolve_media.encoded_existence,
        description="Which combinations of options exist, in the form `v1_`, as positions of option values.",
        graphql_type=str | None,
    )
    encoded_variant_availability = Field(
        resolver=resolve_media.encoded_availability,
        description="Which combinations of options can be bought, in the form `v1_`; empty when none can.",
        graphql_type=str | None,
    )
    wishlists_count = Field(
        resolver=wishlists_count,
        description="In how many wishlists it is, counted up to 10,000; null for all but staff with the permission "
        "PRODUCTS.",
        graphql_type=int | None,
    )
    requires_selling_plan = always(False, bool, "Whether it is only sold in subscriptions; this shop has none.")
    selling_plan_groups = Field(
        resolver=nothing, description="Subscriptions; this shop has none.", graphql_type=SellingPlanGroupConnection
    )
