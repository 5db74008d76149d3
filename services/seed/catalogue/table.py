"""The tableware department."""

from services.seed.catalogue.brands import HOBB, SALTWICK
from services.seed.catalogue.entry import Department, Item, Kind

_MUGS = (
    Item(
        *("Harbour Mug", SALTWICK, 1400, "Clay Navy Sage Ivory Charcoal"),
        "Our best seller for good reason: a handle for three fingers and a rim thin enough to forget about.",
        "featured carousel gift",
        stock=100_000,
    ),
    Item(
        *("Long Morning Mug", SALTWICK, 1700, "Amber Slate Rose"),
        "Holds as much tea as a crossword needs, and keeps it warm to the last clue.",
    ),
    Item(
        *("Tideline Mug", SALTWICK, 1600, "Sky Teal Oat"),
        "Dipped once in glaze and once more at an angle, so that no two lines are the same.",
        "new gift",
    ),
    Item(
        *("Bramble Mug", SALTWICK, 1500, "Plum Moss Lilac"),
        "A rounder mug in hedgerow colours, as good for soup as for cocoa.",
        was=1900,
    ),
)
_BOWLS = (
    Item(
        *("Ploughman's Bowl", SALTWICK, 1600, "Oat Walnut Slate"),
        "The bowl that fits everything: soup at noon, salad at six, ice cream at an hour nobody asks about.",
    ),
    Item(
        *("Low Tide Pasta Bowl", SALTWICK, 1900, "Teal Sky Ivory"),
        "Wide and shallow with a rim that helps the last of the sauce onto the fork.",
        "carousel",
    ),
    Item(
        *("Orchard Fruit Bowl", SALTWICK, 3400, "Moss Cherry Amber"),
        "A centrepiece that works for its living. Holds a week of apples without crowding them.",
        "gift",
    ),
    Item(
        *("Porridge Bowl", SALTWICK, 1300, "Butter Rose Sage"),
        "Deep, warm in both hands and hard to knock over, even before coffee.",
        was=1600,
    ),
)
_PLATES = (
    Item(
        *("Everyday Plate", SALTWICK, 1400, "Ivory Slate Clay Sage"),
        "A plain plate done properly: flat where you cut, raised where you carry.",
    ),
    Item(
        *("Meadow Supper Plate", SALTWICK, 1800, "Moss Butter Lilac"),
        "Brushed by hand with a loose band of colour that frames whatever you burn least.",
        "new",
    ),
    Item(
        *("Picnic Plate", HOBB, 1100, "Cherry Sky Butter"),
        "Enamelled steel that does not mind the boot of the car, the beach or the dog.",
        "summer",
    ),
    Item(
        *("Midnight Cake Plate", SALTWICK, 2100, "Navy Plum Charcoal"),
        "Small, dark and glossy: it makes a single slice look like an occasion.",
        "gift",
    ),
)
_CARAFES = (
    Item(
        *("Bedside Carafe", HOBB, 2600, "Sky Sage Rose"),
        "A night's worth of water with a neck that fits the hand in the dark.",
    ),
    Item(
        *("Long Lunch Carafe", HOBB, 2900, "Plum Teal Amber"),
        "For wine, water or the elderflower somebody made. Pours without a drip, at least at first.",
        "summer carousel",
    ),
    Item(
        *("Lighthouse Carafe", HOBB, 3300, "Cherry Navy"),
        "Tall and steady, with a heavy base that stands up to sea breezes and elbows.",
        was=3900,
    ),
    Item(
        *("Apothecary Carafe", HOBB, 3100, "Forest Walnut Charcoal"),
        "Deep colour and a generous belly, inspired by the bottles in an old pharmacy window.",
        "new",
        stock=0,
    ),
)
_TUMBLERS = (
    Item(
        *("Lemonade Tumbler", HOBB, 900, "Butter Rose Sky Sage"),
        "A tall glass for tall drinks. There is room for ice, mint and a proper stir.",
        "summer",
    ),
    Item(
        *("Ridge Tumbler", HOBB, 1100, "Teal Amber Slate"),
        "Ridges you can feel with your eyes shut; easy to hold with wet hands.",
    ),
    Item(
        *("Orangery Tumbler", HOBB, 1200, "Clay Moss"),
        "Slightly flared, slightly tinted and very good at catching late sun.",
        "summer new",
    ),
    Item(
        *("Smoke Tumbler", HOBB, 1300, "Charcoal Plum Navy"),
        "Mouth-blown in dark glass for evenings that end later than planned.",
        "gift",
        was=1600,
    ),
)
TABLE = Department(
    "tableware",
    "Tableware",
    "Mugs, bowls and plates from the wheel, glass for the long table.",
    "teal",
    (
        Kind(
            *("mug", "Mugs", "Stoneware, glazed by hand"),
            ("Safe in the dishwasher and the microwave", "Unglazed foot, sanded smooth"),
            "Stack no more than two high, or they sulk.",
            *(380, _MUGS, ("250 ml", "400 ml"), 20),
        ),
        Kind(
            *("bowl", "Bowls", "Stoneware, glazed by hand"),
            ("Safe in the dishwasher, the microwave and a warm oven", "Fits the plates of the same glaze"),
            "Small marks from cutlery come off with baking soda.",
            *(620, _BOWLS, ("Small", "Large"), 45),
        ),
        Kind(
            *("plate", "Plates", "Stoneware or enamelled steel"),
            ("Made to be stacked", "Chips replaced free of charge in the first year"),
            "Safe in the dishwasher.",
            *(700, _PLATES, ("20 cm", "26 cm"), 30),
        ),
        Kind(
            *("carafe", "Carafes", "Mouth-blown recycled glass"),
            ("Small bubbles are part of the glass", "Fits the tray of a fridge door"),
            "Wash by hand with a long brush and a little rice.",
            *(850, _CARAFES, ("0.75 litres", "1 litre"), 20),
        ),
        Kind(
            *("tumbler", "Glasses", "Recycled glass with a steel straw"),
            ("Thick base that does not tip", "Straw and brush included"),
            "Safe in the top rack of the dishwasher.",
            *(320, _TUMBLERS, ("Single", "Set of four"), 260),
        ),
    ),
)
