"""The lighting department."""

from services.seed.catalogue.brands import LUMLEY, OTTERMEAD
from services.seed.catalogue.entry import Department, Item, Kind

_LAMPS = (
    Item(
        *("Evening Table Lamp", LUMLEY, 7900, "Navy Sage Clay"),
        "A turned base and a linen shade that sends the light down to the page and up to the ceiling.",
        "carousel",
    ),
    Item(
        *("Reading Nook Lamp", LUMLEY, 8400, "Amber Forest Slate"),
        "Tall enough to light a book, low enough not to wake the other side of the sofa.",
        "new",
    ),
    Item(
        *("Pebble Lamp", LUMLEY, 6800, "Oat Rose Sky"),
        "A round, cool base you want to pick up, with a dimmer hidden underneath.",
        "gift",
    ),
    Item(
        *("Harlequin Lamp", LUMLEY, 7200, "Cherry Plum Teal"),
        "Pattern on the shade, colour on the base: the lamp for a room that needs a joke.",
        was=8900,
    ),
)
_PENDANTS = (
    Item(
        *("Dome Pendant", LUMLEY, 9800, "Charcoal Ivory Teal"),
        "A wide dome that pools light over the table and leaves faces kindly in the half-dark.",
        "featured",
    ),
    Item(
        *("Wave Pendant", LUMLEY, 10400, "Amber Sky Plum"),
        "Lines drawn freehand round a spun shade, so that it seems to turn when you walk past.",
        "new",
    ),
    Item(
        *("Workshop Pendant", LUMLEY, 8600, "Forest Cherry Slate"),
        "The enamel shade from every good garage, made for kitchens with something to do.",
    ),
    Item(
        *("Petal Pendant", LUMLEY, 9200, "Rose Lilac Butter"),
        "Softly coloured inside as well as out; switched on, the whole shade glows.",
        was=11500,
    ),
)
_LANTERNS = (
    Item(
        *("Doorstep Lantern", OTTERMEAD, 3800, "Plum Charcoal Moss"),
        "A light for coming home to. The door closes with a proper click and keeps out the wind.",
    ),
    Item(
        *("Boathouse Lantern", OTTERMEAD, 4400, "Navy Sky Ivory"),
        "Modelled on a lamp that hung for eighty years over a slipway, with better glass.",
        "summer carousel",
    ),
    Item(
        *("Garden Path Lantern", OTTERMEAD, 3200, "Clay Sage Amber"),
        "Set three along a path and even the way to the compost becomes a procession.",
        "summer",
    ),
    Item(
        *("Winter Lantern", OTTERMEAD, 4100, "Cherry Forest Butter"),
        "For the window in December, and for the table the rest of the year.",
        "gift",
        was=4900,
    ),
)
_BULBS = (
    Item(
        *("Festoon Lights", OTTERMEAD, 4600, "Amber Ivory Clay"),
        "Twenty warm bulbs on a rubber cable that stays out all summer without complaint.",
        "summer featured",
    ),
    Item(
        *("Courtyard String Lights", OTTERMEAD, 4200, "Sky Sage Rose"),
        "Tinted glass, low glow: enough light to find your drink, not enough to see who took it.",
        "summer",
    ),
    Item(
        *("Bunkbed Fairy Lights", LUMLEY, 2400, "Butter Lilac Teal"),
        "Cool to the touch and run by a timer, so that stories end when they should.",
        "gift",
    ),
    Item(
        *("Harvest Supper Lights", OTTERMEAD, 5200, "Cherry Plum Walnut"),
        "Longer cable, wider spacing, deeper colours: made to be hung between trees.",
        "new",
    ),
)
_DESK_LAMPS = (
    Item(
        *("Draughtsman's Lamp", LUMLEY, 6900, "Charcoal Clay Teal"),
        "Two joints, one spring and a head that stays exactly where you leave it.",
        "carousel",
    ),
    Item(
        *("Homework Lamp", LUMLEY, 4900, "Cherry Butter Sky"),
        "A steady, friendly lamp with a base heavy enough for a leaning pile of books.",
    ),
    Item(
        *("Sewing Lamp", LUMLEY, 5900, "Rose Sage Lilac"),
        "A close white light that shows navy from black, which is most of the battle.",
        was=7200,
    ),
    Item(
        *("Night Shift Lamp", LUMLEY, 6400, "Navy Slate Forest"),
        "Dims to almost nothing for the last hour of work, or the first of sleep.",
        "new",
        stock=0,
    ),
)
LIGHTING = Department(
    "lighting",
    "Lighting",
    "Lamps, lanterns and strings of bulbs for every hour after five.",
    "navy",
    (
        Kind(
            *("lamp", "Table lamps", "Turned ash and a linen shade"),
            ("Dimmer in the cable", "Shade and bulb are replaceable"),
            "Brush the shade with a soft brush.",
            *(2100, _LAMPS),
        ),
        Kind(
            *("pendant", "Pendant lamps", "Spun steel, enamelled"),
            ("Two metres of cotton-covered cable", "Ceiling rose included"),
            "Wipe with a damp cloth when switched off and cool.",
            *(1700, _PENDANTS, ("30 cm", "45 cm"), 35),
        ),
        Kind(
            *("lantern", "Lanterns", "Galvanised steel and glass"),
            ("For candles up to 15 cm", "Safe outdoors in any weather"),
            "A little wax on the hinge keeps it quiet.",
            *(1500, _LANTERNS, ("Small", "Large"), 45),
        ),
        Kind(
            *("bulbs", "String lights", "Rubber cable and tinted glass"),
            ("Splashproof (IP44)", "Spare bulb in every box"),
            "Coil it loosely over a forearm, not round an elbow.",
            *(1200, _BULBS, ("5 metres", "10 metres"), 60),
        ),
        Kind(
            *("desklamp", "Desk lamps", "Powder-coated steel"),
            ("Three brightness steps", "Every joint can be tightened with the key supplied"),
            "Dust with a dry cloth.",
            *(2600, _DESK_LAMPS),
        ),
    ),
)
