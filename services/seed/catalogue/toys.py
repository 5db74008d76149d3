"""The toys department."""

from services.seed.catalogue.brands import PIPKIN
from services.seed.catalogue.entry import Department, Item, Kind

_BLOCKS = (
    Item(
        *("Alphabet Blocks", PIPKIN, 2400, "Teal Rose Amber"),
        "Twenty-six letters, ten numbers and a cloud, for towers that nearly reach the shelf.",
        "gift featured",
    ),
    Item(
        *("Shape Blocks", PIPKIN, 2200, "Butter Sky Cherry"),
        "Circles, stars and triangles cut deep enough to feel with eyes closed.",
        "gift",
    ),
    Item(
        *("Castle Blocks", PIPKIN, 3200, "Slate Plum Oat"),
        "Arches, turrets and one drawbridge that has to be shared.",
        "new",
    ),
    Item(
        *("Travelling Blocks", PIPKIN, 1600, "Moss Clay Lilac"),
        "Small blocks in a small bag with a small magnet in each: they hold on at corners.",
        was=2000,
    ),
)
_TRAINS = (
    Item(
        *("Branch Line Engine", PIPKIN, 2800, "Cherry Forest Navy"),
        "A solid engine with wheels that click. Runs on rugs, floors and, briefly, cats.",
        "carousel gift",
    ),
    Item(
        *("Mail Train Engine", PIPKIN, 3200, "Clay Teal Amber"),
        "The boiler opens and takes letters. Delivery times vary.",
        "gift",
    ),
    Item(
        *("Little Shunter", PIPKIN, 1900, "Butter Sky Rose"),
        "Chunky, short and keen, for the very first journeys across the kitchen.",
        "new",
    ),
    Item(
        *("Night Sleeper Engine", PIPKIN, 3400, "Plum Slate Charcoal"),
        "Painted dark with tiny lit windows that are not lit at all, but you would swear.",
        was=3900,
    ),
)
_BEARS = (
    Item(
        *("Barnaby Bear", PIPKIN, 3400, "Walnut Oat Slate"),
        "Jointed, patient and good at listening. Comes with a bow tie and opinions on honey.",
        "featured carousel gift",
    ),
    Item(
        *("Clementine Bear", PIPKIN, 3400, "Clay Rose Amber"),
        "Barnaby's cousin from the coast. Softer ears, stronger views.",
        "gift",
    ),
    Item(
        *("Midnight Bear", PIPKIN, 3600, "Navy Plum Charcoal"),
        "For children who do not care for teddy-bear colours. Stands guard until morning.",
        "new gift",
    ),
    Item(
        *("Pocket Bear", PIPKIN, 1400, "Butter Sage Lilac Sky"),
        "Small enough for a coat pocket, brave enough for a first day at school.",
        was=1800,
    ),
)
_KITES = (
    Item(
        *("Blustery Day Kite", PIPKIN, 2600, "Cherry Sky Amber"),
        "Flies in the wind that turns umbrellas inside out, and in rather less.",
        "summer carousel",
    ),
    Item(
        *("Skylark Kite", PIPKIN, 2200, "Teal Butter Rose"),
        "Light as a letter. Goes up on a breeze and stays up for lunch.",
        "summer gift",
    ),
    Item(
        *("Paper Lantern Kite", PIPKIN, 2400, "Lilac Clay Plum"),
        "A long tail of folded bows and colours that show against any sky.",
        "summer new",
    ),
    Item(
        *("Stunt Kite", PIPKIN, 3900, "Charcoal Forest Navy"),
        "Two lines, sharp turns, sandy knees.",
        "summer",
        was=4600,
    ),
)
_BOATS = (
    Item(
        *("Boating Pond Sloop", PIPKIN, 3600, "Plum Navy Cherry"),
        "A weighted keel brings it back upright and, most days, back to shore.",
        "summer gift",
    ),
    Item(
        *("Bathtub Dinghy", PIPKIN, 1500, "Butter Sky Sage"),
        "A round-bottomed boat for a crew of one sponge.",
        "gift",
    ),
    Item(
        *("Herring Drifter", PIPKIN, 4200, "Clay Teal Slate"),
        "Three sails that really trim, a hold that really opens, no herring.",
        "new",
    ),
    Item(
        *("Regatta Yacht", PIPKIN, 4800, "Ivory Rose Amber"),
        "Long, quick and fond of a beam wind. Numbers for the sail are in the box.",
        "summer",
        stock=0,
    ),
)
TOYS = Department(
    "toys",
    "Toys",
    "Blocks, bears and boats to be handed down.",
    "cherry",
    (
        Kind(
            *("blocks", "Building blocks", "Maple, water-based paint"),
            ("From eighteen months", "Comes in a cotton sack"),
            "Wipe with a damp cloth; never soak.",
            *(1300, _BLOCKS),
        ),
        Kind(
            *("train", "Wooden trains", "Beech, water-based paint"),
            ("From two years", "Fits all common wooden tracks"),
            "Wipe clean, and a drop of oil on squeaky axles.",
            *(520, _TRAINS),
        ),
        Kind(
            *("bear", "Soft toys", "Mohair and cotton, wool filling"),
            ("From birth", "Joints and eyes tested to be pulled, chewed and loved"),
            "Hand wash cold, dry in the sun with company.",
            *(400, _BEARS, ("30 cm", "45 cm"), 45),
        ),
        Kind(
            *("kite", "Kites", "Ripstop nylon and spruce"),
            ("From six years, or with someone who is", "30 metres of line on a winder"),
            "Shake out the sand and let it dry before rolling.",
            *(350, _KITES),
        ),
        Kind(
            *("boat", "Toy boats", "Cedar hull and cotton sails"),
            ("From three years, near water with an adult", "Three coats of yacht varnish"),
            "Dry it after sailing and it will outlast the pond.",
            *(780, _BOATS),
        ),
    ),
)
