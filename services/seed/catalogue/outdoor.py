"""The outdoor department."""

from services.seed.catalogue.brands import BRACKENFELL, FENMOOR
from services.seed.catalogue.entry import Department, Item, Kind

_TENTS = (
    Item(
        *("Long Weekend Tent", BRACKENFELL, 24500, "Amber Moss Slate"),
        "Up in four minutes, dry in a downpour, and tall enough to put your trousers on in.",
        "featured summer carousel",
    ),
    Item(
        *("Back Garden Tipi", BRACKENFELL, 12900, "Rose Butter Sky"),
        "For sleepovers ten steps from the kitchen. The groundsheet zips out for the wash.",
        "summer gift",
    ),
    Item(
        *("Ridgeway Tent", BRACKENFELL, 31900, "Forest Charcoal"),
        "Two doors, two porches and no argument about who climbs over whom.",
        "new",
    ),
    Item(
        *("Festival Tent", BRACKENFELL, 15900, "Plum Teal Cherry"),
        "Bright enough to find at two in the morning, cheap enough to lend.",
        "summer",
        was=18900,
    ),
)
_FLASKS = (
    Item(
        *("Fellside Flask", BRACKENFELL, 2600, "Teal Clay Slate Moss"),
        "Twelve hours hot, twenty-four cold, and a cup that does not burn your lip.",
        "carousel",
    ),
    Item(
        *("Commuter Flask", BRACKENFELL, 2400, "Charcoal Navy Rose"),
        "One-handed lid, no leaks in the bag. Fits the cup holder of trains and prams.",
    ),
    Item(
        *("Summit Flask", BRACKENFELL, 3200, "Amber Sky"),
        "A wide mouth for soup and a rubber foot for bare rock.",
        was=3900,
    ),
    Item(
        *("School Bell Flask", BRACKENFELL, 1900, "Cherry Butter Lilac Sky"),
        "Survives lockers, buses and other children. There is room inside the lid for a name.",
        "new",
    ),
)
_BACKPACKS = (
    Item(
        *("Day Out Backpack", BRACKENFELL, 6900, "Walnut Sage Navy"),
        "Waxed canvas for sandwiches, a jumper and a map that will be folded wrongly.",
        "featured",
    ),
    Item(
        *("Pedlar Backpack", BRACKENFELL, 8900, "Charcoal Forest Clay"),
        "One big space, two quick pockets and straps you can wear all week.",
        "carousel",
    ),
    Item(
        *("Small Explorer Backpack", BRACKENFELL, 3800, "Cherry Sky Butter"),
        "A first rucksack with a chest strap, a whistle and a place for treasure.",
        "gift",
    ),
    Item(
        *("Night Train Backpack", BRACKENFELL, 9900, "Plum Slate Teal"),
        "Opens like a suitcase, carries like a rucksack, slides under any bunk.",
        "new",
    ),
)
_STOOLS = (
    Item(
        *("Riverbank Stool", BRACKENFELL, 3400, "Navy Moss Clay"),
        "Folds flat, opens with a flick and holds its nerve on pebbles.",
        "summer",
    ),
    Item(
        *("Sketching Stool", BRACKENFELL, 3600, "Oat Rose Teal"),
        "Low and light with a strap for the shoulder, for views that take a while.",
        "gift",
    ),
    Item(
        *("Fireside Stool", BRACKENFELL, 3900, "Walnut Charcoal Amber"),
        "Leather-edged canvas that does not mind a spark or two.",
    ),
    Item(
        *("Concert Stool", BRACKENFELL, 2900, "Cherry Lilac Butter"),
        "For bandstands, brass bands and the back row of every school play.",
        "summer",
        was=3500,
    ),
)
_HAMMOCKS = (
    Item(
        *("Two Tree Hammock", BRACKENFELL, 7400, "Sage Sky Clay"),
        "Broad woven cotton that holds you like a hand. Two trees not included.",
        "summer carousel",
    ),
    Item(
        *("Verandah Hammock", FENMOOR, 8900, "Ivory Oat Slate"),
        "Heavier weave, knotted fringe, room for two and a newspaper.",
        "summer",
    ),
    Item(
        *("Trail Hammock", BRACKENFELL, 5900, "Moss Charcoal Teal"),
        "Packs to the size of a mug and hangs in a minute from anything upright.",
        "new",
    ),
    Item(
        *("Siesta Hammock", FENMOOR, 6900, "Amber Rose Plum"),
        "In the colours of a long, hot street. The knots are tied by hand and hold a ton between them.",
        "summer",
        stock=0,
    ),
)
OUTDOOR = Department(
    "outdoor",
    "Outdoor",
    "Tents, flasks and hammocks made by people who carry them.",
    "moss",
    (
        Kind(
            *("tent", "Tents", "Cotton and polyester, aluminium poles"),
            ("Waterproof to 3000 mm", "Repair kit and spare pole section included"),
            "Dry it completely before you roll it up.",
            *(4200, _TENTS, ("Two people", "Four people"), 40),
        ),
        Kind(
            *("flask", "Flasks", "Stainless steel, double-walled"),
            ("No paint or plastic inside", "Seals are sold separately, for ever"),
            "Clean with hot water and a spoon of bicarbonate.",
            *(420, _FLASKS, ("0.5 litres", "0.75 litres"), 20),
        ),
        Kind(
            *("backpack", "Backpacks", "Waxed cotton canvas and leather"),
            ("Padded sleeve for a laptop or a very flat picnic", "Repaired free of charge for five years"),
            "Sponge clean and wax again every other spring.",
            *(1100, _BACKPACKS),
        ),
        Kind(
            *("stool", "Folding stools", "Ash legs and canvas seat"),
            ("Carries 110 kilograms", "Folds to the width of an umbrella"),
            "Wipe down and store open until dry.",
            *(1300, _STOOLS),
        ),
        Kind(
            *("hammock", "Hammocks", "Woven cotton with spliced rope"),
            ("Carries 180 kilograms", "Hanging straps included"),
            "Wash cold with the ends tied together.",
            *(1900, _HAMMOCKS, ("Single", "Double"), 30),
        ),
    ),
)
