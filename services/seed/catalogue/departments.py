"""All departments, in the order of the menu."""

from services.seed.catalogue.bed_and_bath import BED_AND_BATH
from services.seed.catalogue.entry import Department
from services.seed.catalogue.garden import GARDEN
from services.seed.catalogue.kitchen import KITCHEN
from services.seed.catalogue.lighting import LIGHTING
from services.seed.catalogue.living import LIVING
from services.seed.catalogue.outdoor import OUTDOOR
from services.seed.catalogue.stationery import STATIONERY
from services.seed.catalogue.table import TABLE
from services.seed.catalogue.toys import TOYS
from services.seed.catalogue.wear import WEAR

DEPARTMENTS: tuple[Department, ...] = (
    KITCHEN,
    TABLE,
    LIVING,
    LIGHTING,
    BED_AND_BATH,
    GARDEN,
    OUTDOOR,
    WEAR,
    STATIONERY,
    TOYS,
)
