"""The clothing department."""

from services.seed.catalogue.brands import FENMOOR, WRENFOLD
from services.seed.catalogue.entry import Department, Item, Kind

_SCARVES = (
    Item(
        *("Coastal Path Scarf", WRENFOLD, 3800, "Sky Clay Slate"),
        "Long enough to go round twice, with an end left over to wave.",
        "gift carousel",
    ),
    Item(
        *("Orchard Scarf", WRENFOLD, 4200, "Cherry Moss Amber"),
        "Brushed lambswool in a check you can see from the far side of the field.",
        "gift",
    ),
    Item(
        *("Evening Scarf", WRENFOLD, 4800, "Plum Navy Charcoal"),
        "Fine merino with a little silk: warm without the bulk, smart without the fuss.",
        "new",
    ),
    Item(
        *("Snow Day Scarf", WRENFOLD, 3400, "Ivory Rose Lilac"),
        "Chunky, soft and slightly too big, as a scarf for snow should be.",
        was=4200,
    ),
)
_TOTES = (
    Item(
        *("Bookshop Tote", FENMOOR, 1800, "Oat Navy Cherry"),
        "Canvas thick enough for hardbacks, with handles that fit over a winter coat.",
        "carousel",
    ),
    Item(
        *("Greengrocer Tote", FENMOOR, 1600, "Moss Clay Butter"),
        "A flat bottom, so the eggs stand still. Folds into its own pocket.",
        "gift",
    ),
    Item(
        *("Seaside Tote", FENMOOR, 2200, "Sky Rose Teal"),
        "Striped, roomy and quick to shake out. A zipped pocket keeps keys from the sand.",
        "summer",
    ),
    Item(
        *("Studio Tote", FENMOOR, 2600, "Charcoal Plum Forest"),
        "Sized for a sketchbook and a laptop, with a loop for the umbrella.",
        was=3200,
    ),
)
_BEANIES = (
    Item(
        *("Fisherman's Beanie", WRENFOLD, 2400, "Navy Moss Amber Charcoal"),
        "A short, ribbed hat that stays on in wind. Fold it once or twice, as you please.",
        "featured",
    ),
    Item(
        *("Bobble Beanie", WRENFOLD, 2600, "Cherry Teal Butter"),
        "The bobble comes off for the wash and goes back on for the hill.",
        "gift carousel",
    ),
    Item(
        *("Cable Beanie", WRENFOLD, 2800, "Oat Rose Slate"),
        "Six cables that meet at the crown, knitted slowly so that they meet exactly.",
        "new",
    ),
    Item(
        *("Sledging Beanie", WRENFOLD, 2000, "Lilac Sky Plum"),
        "Lined with fleece over the ears, where it matters on the way down.",
        was=2600,
    ),
)
_SOCKS = (
    Item(
        *("Allotment Socks", WRENFOLD, 1200, "Moss Clay Butter"),
        "Cushioned underfoot, ribbed to the calf and very hard to wear out.",
        "gift",
    ),
    Item(
        *("Sunday Socks", WRENFOLD, 1400, "Rose Lilac Sky"),
        "Thick, loose and not for shoes. Best in front of something warm.",
        "gift carousel",
    ),
    Item(
        *("Office Socks", WRENFOLD, 1100, "Charcoal Navy Plum"),
        "Fine merino that behaves under a desk and dances after six.",
    ),
    Item(
        *("Walking Socks", WRENFOLD, 1600, "Teal Amber Slate"),
        "Double-knit at heel and toe, with a left one and a right one, for the blister-prone.",
        "summer",
    ),
)
_JUMPERS = (
    Item(
        *("Harbour Jumper", WRENFOLD, 8900, "Navy Teal Oat Cherry"),
        "A fisherman's knit with buttons at the neck, worn by people who have never met a fish.",
        "featured carousel",
    ),
    Item(
        *("Boat Neck Jumper", WRENFOLD, 7900, "Ivory Sky Rose"),
        "Light lambswool with a wide neck and sleeves that push up and stay there.",
        "new",
    ),
    Item(
        *("Shepherd's Jumper", WRENFOLD, 9800, "Forest Walnut Slate"),
        "Heavy, undyed and nearly waterproof. It will outlast the fence.",
    ),
    Item(
        *("Campfire Jumper", WRENFOLD, 7400, "Amber Clay Plum"),
        "Soft merino that airs overnight, so that Monday need not know about the smoke.",
        "summer",
        was=8900,
    ),
)
WEAR = Department(
    "clothing",
    "Clothing",
    "Knitted in small runs, with a spare length of yarn in every parcel.",
    "clay",
    (
        Kind(
            *("scarf", "Scarves", "Lambswool"),
            ("180 cm long without the fringe", "Woven and brushed in the same mill"),
            "Hand wash cold and dry flat.",
            *(240, _SCARVES),
        ),
        Kind(
            *("tote", "Bags", "Organic cotton canvas"),
            ("Seams taped and bar-tacked", "Carries 15 kilograms"),
            "Machine wash at 30 degrees.",
            *(300, _TOTES),
        ),
        Kind(
            *("beanie", "Hats", "Merino wool"),
            ("Does not itch, we checked", "Spare yarn included"),
            "Wool programme, then dry flat.",
            *(90, _BEANIES, ("S-M", "L-XL"), 0),
        ),
        Kind(
            *("socks", "Socks", "Merino wool with a little nylon"),
            ("Flat seam at the toe", "Spare yarn included"),
            "Machine wash at 30 degrees, inside out.",
            *(80, _SOCKS, ("36-39", "40-43", "44-47"), 0),
        ),
        Kind(
            *("jumper", "Jumpers", "British lambswool"),
            ("Knitted in one piece, no side seams", "Elbow patches included for later"),
            "Hand wash cold, dry flat, wear often.",
            *(620, _JUMPERS, ("XS", "S", "M", "L", "XL"), 0),
        ),
    ),
)
