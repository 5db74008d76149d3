"""The makers of the demo shop, all invented, and what is said of each below a description."""

SALTWICK = "Saltwick Pottery"
HOBB = "Hobb & Larkin"
FENMOOR = "Fenmoor Weavers"
LUMLEY = "Lumley & Dray"
OTTERMEAD = "Ottermead"
BRACKENFELL = "Brackenfell"
QUILLBY = "Quillby"
PIPKIN = "Pipkin Row"
WRENFOLD = "Wrenfold"
TALLOW = "Tallow Lane"

STORIES: dict[str, str] = {
    SALTWICK: "Saltwick Pottery throws, glazes and fires everything in an old boathouse above the harbour.",
    HOBB: "Hobb & Larkin have made tools for cooks since two neighbours shared one workbench.",
    FENMOOR: "Fenmoor Weavers run six restored looms and mend, free of charge, whatever left them.",
    LUMLEY: "Lumley & Dray design for long evenings: every part can be unscrewed, repaired and replaced.",
    OTTERMEAD: "Ottermead try each tool for a full year in their own walled garden before they sell it.",
    BRACKENFELL: "Brackenfell is a small crew of walkers who make only what they carry themselves.",
    QUILLBY: "Quillby fold, stitch and bind in a print shop that still rings a bell at tea time.",
    PIPKIN: "Pipkin Row makes toys to be handed down: no batteries, no screens, plenty of patience.",
    WRENFOLD: "Wrenfold knit in small runs and put a spare length of yarn in every parcel.",
    TALLOW: "Tallow Lane pour and cut by hand, a few hundred pieces a week and never more.",
}
