"""The living department."""

from services.seed.catalogue.brands import FENMOOR, LUMLEY, SALTWICK, TALLOW
from services.seed.catalogue.entry import Department, Item, Kind

_VASES = (
    Item(
        *("Dipped Bud Vase", SALTWICK, 1800, "Cherry Sage Ivory Navy"),
        "For the three stems you picked on the way home. A narrow neck holds them where you put them.",
        "gift carousel",
    ),
    Item(
        *("Hedgerow Vase", SALTWICK, 3200, "Moss Plum Oat"),
        "Broad shoulders for armfuls of whatever is in flower along the lane.",
        "featured",
    ),
    Item(
        *("Shoreline Vase", SALTWICK, 2900, "Sky Teal Slate"),
        "Glazed in bands like a beach at low water, and rough where the sand would be.",
        "new",
    ),
    Item(
        *("Sunday Table Vase", SALTWICK, 2400, "Butter Rose Lilac"),
        "Low enough to talk across. Roses can be cut short and still look pleased.",
        was=2900,
    ),
)
_CANDLES = (
    Item(
        *("Fig Leaf Candle", TALLOW, 1800, "Sage Moss Ivory"),
        "Green, a little milky, like standing under the tree. Burns for fifty unhurried hours.",
        "gift carousel",
        stock=100_000,
    ),
    Item(
        *("Woodsmoke Candle", TALLOW, 2000, "Charcoal Walnut"),
        "Birch smoke, pepper and a trace of orange peel: a fireplace for homes without one.",
        "gift",
    ),
    Item(
        *("Sea Lavender Candle", TALLOW, 1800, "Lilac Sky Slate"),
        "Salt marsh in late July. Lighter than garden lavender, with a clean, windy edge.",
        "summer",
    ),
    Item(
        *("Spiced Plum Candle", TALLOW, 1900, "Plum Cherry Amber"),
        "Clove, plum jam and a warm kitchen on the darkest afternoon of the year.",
        "new gift",
    ),
)
_CUSHIONS = (
    Item(
        *("Windowsill Cushion", FENMOOR, 3400, "Amber Sky Sage"),
        "Firm enough to sit on, soft enough to nap on, happy in full sun.",
    ),
    Item(
        *("Loom State Cushion", FENMOOR, 3900, "Oat Ivory Slate"),
        "Undyed yarn straight from the loom, with all the flecks and stories left in.",
        "new",
    ),
    Item(
        *("Confetti Cushion", FENMOOR, 3600, "Rose Teal Butter"),
        "Every scrap of coloured yarn from a month of weaving, thrown together on purpose.",
        was=4500,
    ),
    Item(
        *("Velvet Hour Cushion", FENMOOR, 4200, "Plum Forest Navy Clay"),
        "A deep cotton velvet that changes colour as you run a hand over it, which you will.",
        "gift",
    ),
)
_CLOCKS = (
    Item(
        *("Station Wall Clock", LUMLEY, 5900, "Teal Charcoal Ivory"),
        "Large plain numerals, a silent sweep and no excuse for missing the train.",
        "featured",
    ),
    Item(
        *("Pocket Kitchen Clock", LUMLEY, 4200, "Cherry Butter Sage"),
        "Small and cheerful, with a minute hand long enough to time an egg by.",
    ),
    Item(
        *("Numbered Tide Clock", LUMLEY, 18500, "Walnut"),
        "Twenty were made, each with its number engraved on the back. A second hand tells high water at your harbour.",
        "limited carousel",
        stock=20,
    ),
    Item(
        *("Quiet Hours Clock", LUMLEY, 5200, "Lilac Slate Rose"),
        "For bedrooms and libraries: you can hear the page turn, but never the clock.",
        was=6400,
    ),
)
_FRAMES = (
    Item(
        *("Gallery Frame", LUMLEY, 2200, "Walnut Charcoal Ivory Oat"),
        "A slim profile and a deep white mount: it makes holiday snaps look like a decision.",
    ),
    Item(
        *("Painted Hall Frame", LUMLEY, 2400, "Teal Clay Butter"),
        "A wide flat border in matt paint. Hang five in a row and the hallway is done.",
    ),
    Item(
        *("Grandmother's Frame", LUMLEY, 2800, "Cherry Plum Forest"),
        "Rounded corners and a stand that folds away, for people who come to every dinner.",
        "gift",
    ),
    Item(
        *("Postcard Frame", LUMLEY, 1400, "Sky Rose Sage"),
        "Just the size of a postcard. Change it whenever somebody writes.",
        "new",
    ),
)
LIVING = Department(
    "living",
    "Living",
    "Vases, candles and cushions for rooms that are lived in.",
    "plum",
    (
        Kind(
            *("vase", "Vases", "Stoneware, watertight glaze"),
            ("Felt pad under the foot", "Wide enough inside for a bottle brush"),
            "Rinse and dry between bunches.",
            *(900, _VASES, ("Small", "Large"), 50),
        ),
        Kind(
            *("candle", "Candles", "Rapeseed wax and a cotton wick"),
            ("Burns for about 50 hours", "Comes in a box that needs no wrapping"),
            "Trim the wick to the length of a match head before lighting.",
            *(420, _CANDLES),
        ),
        Kind(
            *("cushion", "Cushions", "Wool and cotton cover, feather pad"),
            ("Hidden zip on the long side", "Pad included"),
            "Wash the cover cold, dry it flat.",
            *(650, _CUSHIONS, ("40 x 40 cm", "50 x 50 cm"), 30),
        ),
        Kind(
            *("clock", "Clocks", "Turned ash with a quartz movement"),
            ("Silent sweeping movement", "Runs for two years on one battery, included"),
            "Dust with a dry cloth.",
            *(1100, _CLOCKS),
        ),
        Kind(
            *("frame", "Picture frames", "Solid ash and real glass"),
            ("Acid-free mount included", "Hangs upright or lengthwise, or stands"),
            "Clean the glass with a damp cloth, never with spray.",
            *(700, _FRAMES, ("13 x 18 cm", "21 x 30 cm", "30 x 40 cm"), 40),
        ),
    ),
)
