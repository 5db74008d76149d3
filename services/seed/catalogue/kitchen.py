"""The kitchen department."""

from services.seed.catalogue.brands import FENMOOR, HOBB, SALTWICK
from services.seed.catalogue.entry import Department, Item, Kind

_BOARDS = (
    Item(
        *("Harvest Chopping Board", HOBB, 2400, "Walnut Oat Clay"),
        "A board with some weight to it: it stays put while you chop, and its handle finds a hook afterwards.",
        "carousel",
    ),
    Item(
        *("Long Table Serving Board", HOBB, 3200, "Oat Walnut"),
        "Made for bread, cheese and people who linger. Deep enough to carry, slim enough to pass along the table.",
        "gift",
    ),
    Item(
        *("Painted Edge Bread Board", HOBB, 2800, "Sage Sky Rose Butter"),
        "Bare wood on top for the knife, a dipped edge of colour for the rest of the kitchen.",
        "new",
    ),
    Item(
        *("Cook's Corner Board", HOBB, 1900, "Slate Moss Clay"),
        "The small board that never goes back in the cupboard: garlic, limes, the last of the parsley.",
    ),
)
_APRONS = (
    Item(
        *("Market Day Apron", FENMOOR, 2600, "Navy Clay Sage Charcoal"),
        "A heavy cotton apron with one deep pocket, cut long enough to wipe both hands on.",
    ),
    Item(
        *("Baker's Stripe Apron", FENMOOR, 2800, "Sky Cherry Oat"),
        "The classic bakery stripe in soft washed cotton. Flour shows, which is rather the point.",
        "gift",
    ),
    Item(
        *("Sunday Roast Apron", FENMOOR, 2200, "Plum Forest Amber"),
        "For the slow kind of cooking. Crossed straps keep the weight off your neck through the whole gravy.",
        was=2900,
    ),
    Item(
        *("Little Helper Apron", FENMOOR, 1600, "Butter Rose Teal"),
        "Sized for cooks who stand on a stool, with a matching one for whoever holds the stool.",
        "gift",
    ),
)
_KETTLES = (
    Item(
        *("Harbour Enamel Kettle", HOBB, 4800, "Navy Ivory Cherry"),
        "A stove-top kettle in thick enamel with a whistle that is polite at first and then is not.",
        "featured carousel",
    ),
    Item(
        *("First Light Kettle", HOBB, 5200, "Amber Sage Sky"),
        "Wide at the base so it boils quickly, narrow at the spout so it pours exactly where you look.",
        "new",
    ),
    Item(
        *("Cabin Kettle", HOBB, 3900, "Forest Charcoal Clay"),
        "As happy over a fire as on a hob. The folding handle stays cool if you let it lean back.",
        was=4900,
    ),
    Item(
        *("Tea Room Kettle", HOBB, 5600, "Rose Lilac Ivory"),
        "A generous round kettle for a full table, in colours borrowed from sugared almonds.",
    ),
)
_JARS = (
    Item(
        *("Pantry Storage Jar", SALTWICK, 1400, "Ivory Slate Sage Clay"),
        "Flour, lentils, loose tea: a tight lid and a label you can write on and wash off.",
    ),
    Item(
        *("Biscuit Barrel", SALTWICK, 2200, "Butter Cherry Navy"),
        "A lid that lifts quietly, for reasons everybody understands.",
        "gift",
    ),
    Item(
        *("Speckled Honey Jar", SALTWICK, 1200, "Amber Oat"),
        "A squat stoneware jar with a notch for the dipper, glazed inside and out.",
        "gift",
    ),
    Item(
        *("Brine & Pickle Crock", SALTWICK, 1800, "Teal Moss Charcoal"),
        "Heavy walls keep the cold in and the light out. Cucumbers will thank you in ten days.",
        was=2300,
    ),
)
_PANS = (
    Item(
        *("Everyday Saucepan", HOBB, 4200, "Charcoal Teal Cherry"),
        "The pan for porridge, pasta for two and milk that needs watching.",
    ),
    Item(
        *("Slow Simmer Pan", HOBB, 5800, "Clay Navy Forest"),
        "Cast thick so the heat spreads evenly and the bottom of the stew is as good as the top.",
        "carousel",
    ),
    Item(
        *("Pouring Milk Pan", HOBB, 3400, "Ivory Sky Rose"),
        "Two lips, one on each side, so that it pours for left and right hands alike.",
        "new",
    ),
    Item(
        *("Camp Kitchen Pan", HOBB, 3600, "Moss Amber"),
        "Light, tough and quick to heat, with a handle that takes a stick when the campsite has no table.",
        "summer",
        stock=0,
    ),
)
KITCHEN = Department(
    "kitchen",
    "Kitchen",
    "Boards, pans and kettles that earn their place on the worktop.",
    "amber",
    (
        Kind(
            *("board", "Chopping boards", "Beech, stained with food-safe oil"),
            ("Cut from a single plank, never glued", "Rounded handle with a hole for hanging"),
            "Wash by hand and oil it when it looks thirsty.",
            *(900, _BOARDS, ("Small", "Medium", "Large"), 35),
        ),
        Kind(
            *("apron", "Aprons", "Washed cotton canvas"),
            ("Adjustable neck strap", "Front pocket with a loop for a tea towel"),
            "Machine wash at 40 degrees; iron it only if guests are coming.",
            *(350, _APRONS, ("Child", "Adult"), 30),
        ),
        Kind(
            *("kettle", "Kettles", "Enamelled steel"),
            ("For gas, electric and induction hobs", "Lid and handle fixed with screws, not rivets"),
            "Rinse with vinegar once a month where the water is hard.",
            *(1300, _KETTLES, ("1.2 litres", "1.8 litres"), 20),
        ),
        Kind(
            *("jar", "Storage jars", "Glazed stoneware with a beech lid"),
            ("Airtight silicone seal", "Label takes chalk and pencil"),
            "The jar is safe in the dishwasher, the lid is not.",
            *(600, _JARS, ("0.5 litres", "1 litre", "2 litres"), 40),
        ),
        Kind(
            *("pan", "Saucepans", "Enamelled cast iron with a beech handle"),
            ("For every hob, induction included", "Safe in the oven up to 180 degrees"),
            "Let it cool before it meets cold water.",
            *(1800, _PANS, ("18 cm", "22 cm"), 25),
        ),
    ),
)
