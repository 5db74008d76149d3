"""The garden department."""

from services.seed.catalogue.brands import OTTERMEAD, SALTWICK
from services.seed.catalogue.entry import Department, Item, Kind

_POTS = (
    Item(
        *("Terrace Plant Pot", SALTWICK, 1600, "Clay Charcoal Sage Ivory"),
        "A frost-proof pot with a saucer that fits, which is rarer than you would think.",
        "carousel",
    ),
    Item(
        *("Fern Pot", SALTWICK, 1900, "Moss Teal Walnut"),
        "Glazed inside to hold water longer, for plants that faint when you go away.",
        "summer",
    ),
    Item(
        *("Kitchen Herb Pot", SALTWICK, 1200, "Butter Sky Rose"),
        "Fits a windowsill and a supermarket basil, and gives the latter a fighting chance.",
        "gift",
    ),
    Item(
        *("Grand Conservatory Pot", SALTWICK, 4200, "Plum Navy Forest"),
        "Large, banded and heavy: a home for the lemon tree you have been talking about.",
        was=5200,
    ),
)
_CANS = (
    Item(
        *("Long Reach Watering Can", OTTERMEAD, 3400, "Forest Navy Cherry"),
        "A long spout for the back of the border and a rose that falls like drizzle.",
        "featured summer",
    ),
    Item(
        *("Windowsill Watering Can", OTTERMEAD, 1900, "Sage Rose Butter"),
        "Slim enough to stand behind the curtain, precise enough for a thimble of water.",
        "gift",
    ),
    Item(
        *("Allotment Watering Can", OTTERMEAD, 3900, "Slate Moss"),
        "Balanced so that it does not bang your knee when full. Two make a pair, and a pair makes sense.",
    ),
    Item(
        *("Scallop Watering Can", OTTERMEAD, 2900, "Sky Lilac Plum"),
        "Patterned like fish scales, because the greenhouse can have nice things too.",
        "new summer",
    ),
)
_TROWELS = (
    Item(
        *("Old Faithful Trowel", OTTERMEAD, 1600, "Clay Slate Sage"),
        "A forged blade with depth marks, and a handle that remembers your hand.",
    ),
    Item(
        *("Bulb Planting Trowel", OTTERMEAD, 1800, "Lilac Plum Butter"),
        "Long and narrow for tulips by the hundred, from the first cold weekend on.",
    ),
    Item(
        *("Potting Bench Trowel", OTTERMEAD, 1400, "Teal Amber"),
        "Short, wide and curved like a scoop: more compost in the pot, less on the floor.",
        "gift",
    ),
    Item(
        *("Junior Gardener Trowel", OTTERMEAD, 950, "Cherry Sky Moss"),
        "A real tool at two thirds of the size. Worms should be warned.",
        "gift summer",
        was=1200,
    ),
)
_BIRDHOUSES = (
    Item(
        *("Wren Cottage", OTTERMEAD, 2800, "Cherry Sky Oat"),
        "The small round door suits wrens and blue tits. Opens at the back for a clean each winter.",
        "featured carousel",
    ),
    Item(
        *("Robin's Rest", OTTERMEAD, 2600, "Moss Walnut Slate"),
        "Half-open at the front, as robins like it, with a roof that sheds any amount of rain.",
    ),
    Item(
        *("Sparrow Terrace", OTTERMEAD, 3600, "Butter Clay Rose"),
        "Sparrows like neighbours. Put up several along one wall and wait for the gossip.",
        "new",
    ),
    Item(
        *("Chapel Nest Box", OTTERMEAD, 3200, "Ivory Lilac Charcoal"),
        "A steep roof and a little perch for the choir. Sited by spring, let by April.",
        "gift",
    ),
)
_SEEDS = (
    Item(
        *("Cornfield Annual Seeds", OTTERMEAD, 350, "Cherry Sky Amber"),
        "Poppies, cornflowers and corn marigolds: rake, scatter, walk away.",
        "summer gift",
        stock=100_000,
    ),
    Item(
        *("Bee Border Seeds", OTTERMEAD, 380, "Lilac Plum Butter"),
        "Eleven kinds that flower one after another, so that nobody with six legs goes hungry.",
        "summer",
    ),
    Item(
        *("Cutting Patch Seeds", OTTERMEAD, 420, "Rose Ivory Clay"),
        "Long stems for jugs and jam jars. The more you cut, the more they try.",
        "gift new",
    ),
    Item(
        *("Shady Corner Seeds", OTTERMEAD, 390, "Forest Moss Teal"),
        "Foxgloves, honesty and sweet woodruff for the place where nothing grew.",
    ),
)
GARDEN = Department(
    "garden",
    "Garden",
    "Pots, cans and seeds, tried for a year before they are sold.",
    "forest",
    (
        Kind(
            *("pot", "Plant pots", "Frost-proof stoneware"),
            ("Drainage hole and fitting saucer", "Guaranteed against frost for five years"),
            "Scrub with a stiff brush between plants.",
            *(1800, _POTS, ("14 cm", "20 cm", "28 cm"), 60),
        ),
        Kind(
            *("can", "Watering cans", "Galvanised steel, powder-coated"),
            ("Brass rose, removable", "Seams soldered, then tested under water"),
            "Empty it before a hard frost.",
            *(1200, _CANS, ("2 litres", "5 litres"), 40),
        ),
        Kind(
            *("trowel", "Hand tools", "Forged carbon steel and ash"),
            ("Depth marks in centimetres and inches", "Sharpened on three sides"),
            "Dry it after use and oil it before winter.",
            *(320, _TROWELS),
        ),
        Kind(
            *("birdhouse", "Bird houses", "Larch, painted with mineral paint"),
            ("Opens at the back for cleaning", "Fixing post and screws included"),
            "Clean out in November with hot water only.",
            *(1900, _BIRDHOUSES),
        ),
        Kind(
            *("seeds", "Seeds", "Untreated seed in a paper packet"),
            ("Covers about two square metres", "Sowing calendar on the back"),
            "Keep cool and dry, and sow within two years.",
            *(20, _SEEDS, ("Packet", "Tin for ten square metres"), 280),
        ),
    ),
)
