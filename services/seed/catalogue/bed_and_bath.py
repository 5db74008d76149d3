"""The bed and bath department."""

from services.seed.catalogue.brands import FENMOOR, OTTERMEAD, TALLOW
from services.seed.catalogue.entry import Department, Item, Kind

_BLANKETS = (
    Item(
        *("Hill Farm Blanket", FENMOOR, 11800, "Forest Oat Slate Clay"),
        "Lambswool from one valley, woven thick and washed soft. It smells very faintly of rain.",
        "featured gift",
    ),
    Item(
        *("Sofa End Throw", FENMOOR, 7400, "Rose Sage Amber"),
        "The one everybody reaches for. Fringed at both ends and long enough to share.",
        "carousel",
    ),
    Item(
        *("Beach Fire Blanket", FENMOOR, 6800, "Navy Sky Cherry"),
        "Shakes free of sand, dries overnight and is warmer than it looks.",
        "summer",
    ),
    Item(
        *("First Winter Baby Blanket", FENMOOR, 4600, "Butter Lilac Ivory"),
        "Fine merino in a waffle weave that small fingers can hold on to.",
        "gift new",
    ),
)
_TOWELS = (
    Item(
        *("Cotton Waffle Towel", FENMOOR, 1800, "Ivory Sage Sky Oat"),
        "Thin, thirsty and dry again by lunchtime. You may never go back to the fluffy kind.",
        "carousel",
    ),
    Item(
        *("Deep Pile Towel", FENMOOR, 2400, "Navy Plum Teal"),
        "The fluffy kind. Heavy combed cotton for people who read in the bath.",
    ),
    Item(
        *("Lido Stripe Towel", FENMOOR, 2900, "Cherry Butter Sky"),
        "Broad stripes you can find again on a crowded lawn, and a loop to hang it by.",
        "summer",
    ),
    Item(
        *("Bathhouse Towel", FENMOOR, 2200, "Clay Slate Rose"),
        "Linen and cotton, flat woven, better after every wash.",
        was=2800,
    ),
)
_SOAPS = (
    Item(
        *("Oat & Honey Soap", TALLOW, 650, "Oat Butter"),
        "Gentle, barely scented, with a scrub of oats on one side for gardeners.",
        "gift",
        stock=100_000,
    ),
    Item(
        *("Sea Kelp Soap", TALLOW, 700, "Teal Sky Slate"),
        "Smells of the good end of the beach. Lathers even in hard water.",
    ),
    Item(
        *("Rose Garden Soap", TALLOW, 700, "Rose Cherry Lilac"),
        "Roses with the leaves left in: green first, sweet second.",
        "gift new",
    ),
    Item(
        *("Pine Tar Soap", TALLOW, 750, "Forest Moss Charcoal"),
        "Smoky and brisk. Wakes you up and keeps the midges thinking.",
        "summer",
    ),
)
_PILLOWS = (
    Item(
        *("Cloud Weather Pillow", FENMOOR, 3200, "Ivory Sky Lilac"),
        "Soft in the middle and steady at the edges, with a stitched border that keeps its shape.",
    ),
    Item(
        *("Side Sleeper Pillow", FENMOOR, 3800, "Sage Oat Slate"),
        "Built higher for people who sleep on one ear. The filling can be taken out by the handful.",
        "new",
    ),
    Item(
        *("Linen Lodge Pillow", FENMOOR, 4200, "Walnut Clay Moss"),
        "Washed linen outside, wool inside: cool in August and warm in January.",
    ),
    Item(
        *("Travelling Pillow", FENMOOR, 2400, "Navy Plum Amber"),
        "Rolls up to the size of a loaf. Made for back seats, night trains and waiting rooms.",
        "summer",
        was=2900,
    ),
)
_BASKETS = (
    Item(
        *("Laundry Line Basket", OTTERMEAD, 3600, "Oat Sky Sage"),
        "Woven willow with a cotton lining that lifts out, handles and all.",
    ),
    Item(
        *("Sunday Picnic Basket", OTTERMEAD, 4800, "Cherry Navy Amber"),
        "Room for a pie, a flask and the good glasses, with a lid that is also a tray.",
        "summer featured",
    ),
    Item(
        *("Windfall Basket", OTTERMEAD, 2900, "Moss Walnut"),
        "For apples, logs, yarn or the morning's eggs. It gets better-looking with use.",
        "gift",
    ),
    Item(
        *("Toy Tidy Basket", OTTERMEAD, 2600, "Butter Rose Teal"),
        "Soft-sided and light enough for its owner to carry to the table and, with luck, back.",
        was=3200,
    ),
)
BED_AND_BATH = Department(
    "bed-and-bath",
    "Bed & Bath",
    "Blankets, towels and soap for the soft ends of the day.",
    "rose",
    (
        Kind(
            *("blanket", "Blankets", "British wool"),
            ("Woven in one piece, fringed by hand", "Mended free of charge for ten years"),
            "Air it often, wash it seldom, cold and by hand.",
            *(1400, _BLANKETS, ("130 x 180 cm", "180 x 220 cm"), 45),
        ),
        Kind(
            *("towel", "Towels", "Organic cotton"),
            ("Hanging loop on the long side", "Pre-washed, so it stays the size you bought"),
            "Wash at 60 degrees without softener.",
            *(480, _TOWELS, ("Hand", "Bath", "Sheet"), 60),
        ),
        Kind(
            *("soap", "Soap", "Olive and rapeseed oil"),
            ("Cold-processed and cured for six weeks", "Wrapped in paper, no plastic"),
            "Let it dry between washes and it lasts twice as long.",
            *(120, _SOAPS, ("One bar", "Box of three"), 160),
        ),
        Kind(
            *("pillow", "Pillows", "Cotton cover, wool filling"),
            ("Zipped inner case to adjust the filling", "Cover sewn with a contrasting stitch"),
            "Wash the cover at 40 degrees and hang the filling in the sun.",
            *(800, _PILLOWS),
        ),
        Kind(
            *("basket", "Baskets", "English willow and cotton"),
            ("Woven, not glued", "Carries up to 12 kilograms"),
            "Wipe with a damp cloth; a spray of water now and then keeps willow supple.",
            *(1100, _BASKETS, ("Medium", "Large"), 35),
        ),
    ),
)
