"""The stationery department."""

from services.seed.catalogue.brands import QUILLBY
from services.seed.catalogue.entry import Department, Item, Kind

_NOTEBOOKS = (
    Item(
        *("Field Notebook", QUILLBY, 1200, "Moss Navy Clay Charcoal"),
        "Lies flat, fits a coat pocket and takes ink on both sides of the page.",
        "featured carousel",
    ),
    Item(
        *("Recipe Book", QUILLBY, 1800, "Cherry Sage Butter"),
        "Blank pages with a line for who taught you, and a cover that wipes clean.",
        "gift",
    ),
    Item(
        *("Five Year Diary", QUILLBY, 2400, "Plum Slate Forest"),
        "Six lines a day for five years. You will be surprised by what you thought mattered.",
        "gift new",
    ),
    Item(
        *("Bedside Notebook", QUILLBY, 1000, "Lilac Rose Sky"),
        "For ideas at three in the morning. Legibility is up to you.",
        was=1300,
    ),
)
_PENS = (
    Item(
        *("Clerk's Fountain Pen", QUILLBY, 3800, "Navy Cherry Charcoal"),
        "A smooth medium nib for people who sign things, or write long letters, or both.",
        "gift carousel",
    ),
    Item(
        *("First Fountain Pen", QUILLBY, 1600, "Sky Butter Rose Teal"),
        "A forgiving nib and a grip that shows where fingers go.",
        "gift",
    ),
    Item(
        *("Pocket Pen", QUILLBY, 2200, "Walnut Forest Slate"),
        "Short when closed, full length with the cap on the end, never where you left it.",
        "new",
    ),
    Item(
        *("Copperplate Pen", QUILLBY, 2900, "Clay Plum"),
        "A flexible nib for invitations, envelopes and showing off.",
        was=3600,
    ),
)
_PENCILS = (
    Item(
        *("Everyday Pencils", QUILLBY, 600, "Cherry Navy Amber"),
        "Soft enough to be kind, hard enough to be neat. Twelve in a drawer that slides.",
        stock=100_000,
    ),
    Item(
        *("Drawing Pencils", QUILLBY, 1100, "Charcoal Slate Walnut"),
        "From 4H to 8B in solid cedar: for maps at one end and thunderclouds at the other.",
        "gift",
    ),
    Item(
        *("Meadow Crayon Pencils", QUILLBY, 900, "Butter Sage Lilac"),
        "Rich, waxy colour in thick barrels that do not roll off the table.",
        "gift new",
    ),
    Item(
        *("Carpenter's Pencils", QUILLBY, 700, "Teal Clay"),
        "Flat, tough and easy to sharpen with whatever blade is nearest.",
    ),
)
_ENVELOPES = (
    Item(
        *("Thank You Letter Set", QUILLBY, 900, "Rose Sage Sky"),
        "Short notes that are a pleasure to write and hard to put off: there is only room for three lines.",
        "gift",
    ),
    Item(
        *("Airmail Letter Set", QUILLBY, 1100, "Navy Cherry Ivory"),
        "Thin, crisp paper that crackles as it should and weighs next to nothing.",
        "carousel",
    ),
    Item(
        *("Love Letter Set", QUILLBY, 1200, "Plum Lilac Clay"),
        "Heavy cream sheets, tissue-lined envelopes and wax you only need to use once.",
        "gift",
    ),
    Item(
        *("Party Invitation Set", QUILLBY, 800, "Butter Teal Amber"),
        "Fill in the date, post them, buy more crisps than you think.",
        was=1000,
    ),
)
_CALENDARS = (
    Item(
        *("Kitchen Wall Calendar", QUILLBY, 1400, "Sage Clay Sky"),
        "Five columns, so that every member of the household can be double-booked.",
    ),
    Item(
        *("Desk Calendar", QUILLBY, 1200, "Slate Rose Butter"),
        "A month at a time on thick card; the backs make postcards afterwards.",
        "gift",
    ),
    Item(
        *("Moon Calendar", QUILLBY, 1500, "Navy Charcoal Plum"),
        "Every phase of the year on one sheet, with tides along the bottom edge.",
        "new",
    ),
    Item(
        *("Birthday Calendar", QUILLBY, 1100, "Cherry Lilac Teal"),
        "No weekdays, so it never runs out. Write them all in once and be thought kind for ever.",
        "gift",
    ),
)
STATIONERY = Department(
    "stationery",
    "Stationery",
    "Paper, pens and reasons to write to somebody.",
    "slate",
    (
        Kind(
            *("notebook", "Notebooks", "Recycled paper, thread-sewn"),
            ("160 pages of 100 gram paper", "Ribbon and elastic band"),
            "Keep it dry, or at least keep writing.",
            *(280, _NOTEBOOKS, ("A6", "A5"), 30),
        ),
        Kind(
            *("pen", "Fountain pens", "Turned resin and steel"),
            ("Takes cartridges and converters", "Nib can be exchanged"),
            "Rinse in cold water when the colour changes.",
            *(40, _PENS),
        ),
        Kind(
            *("pencils", "Pencils", "Cedar from managed forests"),
            ("Sharpened before packing", "Water-based lacquer"),
            "Sharpen often, drop seldom.",
            *(90, _PENCILS, ("Six", "Twelve"), 75),
        ),
        Kind(
            *("envelope", "Letter sets", "Cotton paper"),
            ("Twelve sheets and twelve envelopes", "Envelopes lined and gummed"),
            "Best sent within a week of meaning to.",
            *(240, _ENVELOPES),
        ),
        Kind(
            *("calendar", "Calendars", "Uncoated card, wire-bound"),
            ("Printed with vegetable inks", "Hangs from one nail"),
            "Turn over once a month.",
            *(320, _CALENDARS),
        ),
    ),
)
