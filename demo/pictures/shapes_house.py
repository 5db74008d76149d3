"""Silhouettes of things for the living room, lights, and bed and bath."""

from demo.pictures.shape import Shape

LIVING = {
    "vase": Shape(
        body="M172 130h56q-5 40 17 60q45 38 35 78q-8 57-55 57h-50q-47 0-55-57q-10-40 35-78q22-20 17-60z",
        under='<g stroke="#5f7f52" stroke-width="5" fill="none"><path d="M200 140q-5-50-45-80M200 140q0-60 5-100'
        'M200 140q10-50 50-70"/></g><g fill="#7fa06b"><ellipse cx="150" cy="56" rx="22" ry="11" transform="rotate(40 '
        '150 56)"/>'
        '<ellipse cx="180" cy="92" rx="18" ry="9" transform="rotate(60 180 92)"/>'
        '<ellipse cx="228" cy="96" rx="18" ry="9" transform="rotate(-50 228 96)"/></g>'
        '<g fill="{a}"><circle cx="206" cy="36" r="15"/><circle cx="254" cy="66" r="13"/></g>',
        over='<ellipse cx="200" cy="131" rx="28" ry="6" fill="{d}"/>',
    ),
    "candle": Shape(
        body="M135 175h130v135q0 15-15 15h-100q-15 0-15-15z",
        under='<circle cx="200" cy="112" r="72" fill="#fff3c4" opacity=".5"/>',
        over='<ellipse cx="200" cy="175" rx="65" ry="13" fill="{l}"/><path d="M200 172v-22" stroke="#4a3b30" '
        'stroke-width="5"/>'
        '<path d="M200 82q32 40 12 64q-12 12-24 0q-20-24 12-64z" fill="#f2a23c"/>'
        '<path d="M200 110q16 22 6 36q-6 6-12 0q-10-14 6-36z" fill="#fff0b8"/>',
    ),
    "cushion": Shape(
        body="M85 105q115 25 230 0q-25 110 0 220q-115-25-230 0q25-110 0-220z",
        over='<path d="M85 105q115 25 230 0q-25 110 0 220q-115-25-230 0q25-110 0-220z" fill="none" stroke="{l}" '
        'stroke-width="6" opacity=".8"/><circle cx="200" cy="215" r="10" fill="{d}"/>',
    ),
    "clock": Shape(
        body="M75 200a125 125 0 1 0 250 0a125 125 0 1 0-250 0z",
        over='<circle cx="200" cy="200" r="102" fill="#fffdf7"/><g stroke="{d}" stroke-width="7" '
        'stroke-linecap="round">'
        '<path d="M200 112v14M200 274v14M112 200h14M274 200h14"/><path d="M200 200v-62"/><path d="M200 200l44 26"/></g>'
        '<circle cx="200" cy="200" r="9" fill="{a}"/>',
        patterned=False,
    ),
    "frame": Shape(
        body="M95 80h210v250h-210z",
        over='<rect x="117" y="102" width="166" height="206" fill="#fffdf7"/><rect x="137" y="122" width="126" '
        'height="166" '
        'fill="{l}"/><circle cx="225" cy="165" r="20" fill="{a}"/><path d="M137 250q40-60 70-20t56-25v83h-126z" '
        'fill="{m}"/>'
        '<path d="M137 272q50-40 126-8v24h-126z" fill="{d}"/>',
        patterned=False,
    ),
}

LIGHTING = {
    "lamp": Shape(
        body="M145 75h110l50 120h-210z",
        under='<path d="M95 195L40 330h320L305 195z" fill="#fff3c4" opacity=".28"/>'
        '<path d="M192 190h16v110h-16z" fill="{a}"/><ellipse cx="200" cy="310" rx="58" ry="16" fill="{a}"/>'
        '<path d="M165 215q35-20 70 0q22 50-35 90q-57-40-35-90z" fill="{d}"/>',
    ),
    "pendant": Shape(
        body="M80 240q0-120 120-120t120 120z",
        under='<path d="M200 0v125" stroke="#4a3b30" stroke-width="6"/><path d="M80 240L30 400h340L320 240z" '
        'fill="#fff3c4" '
        'opacity=".3"/><circle cx="200" cy="245" r="34" fill="#fff0b8"/>',
        over='<rect x="182" y="104" width="36" height="22" rx="6" fill="{a}"/>'
        '<path d="M80 240h240" stroke="{d}" stroke-width="8" stroke-linecap="round"/>',
    ),
    "lantern": Shape(
        body="M125 145h150v165q0 15-15 15h-120q-15 0-15-15z",
        under='<path d="M150 130q-20-80 50-80t50 80" fill="none" stroke="{d}" stroke-width="9"/>'
        '<circle cx="200" cy="225" r="130" fill="#fff3c4" opacity=".3"/>',
        over='<path d="M112 148l42-44h92l42 44z" fill="{d}"/><rect x="148" y="170" width="104" height="130" rx="6" '
        'fill="#fff6d6"/><path d="M200 195q28 38 10 60q-10 10-20 0q-18-22 10-60z" fill="#f2a23c"/>'
        '<rect x="178" y="258" width="44" height="42" fill="{a}"/><path d="M200 170v22" stroke="{d}" '
        'stroke-width="4"/>',
        patterned=False,
    ),
    "bulbs": Shape(
        body="M92 182a26 26 0 1 0 .1 0zM162 218a26 26 0 1 0 .1 0zM238 218a26 26 0 1 0 .1 0zM308 182a26 26 0 1 0 .1 0z",
        under='<path d="M10 100q190 190 380 0" fill="none" stroke="#4a3b30" stroke-width="6"/><g fill="#fff3c4" '
        'opacity=".4">'
        '<circle cx="92" cy="208" r="52"/><circle cx="162" cy="244" r="52"/><circle cx="238" cy="244" r="52"/>'
        '<circle cx="308" cy="208" r="52"/></g>',
        over='<g fill="{d}"><rect x="82" y="158" width="20" height="28" rx="4"/><rect x="152" y="188" width="20" '
        'height="32" '
        'rx="4"/><rect x="228" y="188" width="20" height="32" rx="4"/><rect x="298" y="158" width="20" height="28" '
        'rx="4"/></g>'
        '<g fill="#fff" opacity=".7"><circle cx="84" cy="200" r="6"/><circle cx="154" cy="236" r="6"/>'
        '<circle cx="230" cy="236" r="6"/><circle cx="300" cy="200" r="6"/></g>',
        patterned=False,
        floor=False,
    ),
    "desklamp": Shape(
        body="M205 92l92-30q28 62-18 112z",
        under='<path d="M297 62l-18 112l96 106V90z" fill="#fff3c4" opacity=".28" transform="rotate(18 288 118)"/>'
        '<path d="M150 310l-30-120l110-90" fill="none" stroke="{a}" stroke-width="13" stroke-linejoin="round"/>'
        '<circle cx="120" cy="190" r="14" fill="{d}"/><path d="M85 325q0-30 65-30t65 30z" fill="{d}"/>',
        over='<circle cx="288" cy="118" r="22" fill="#fff0b8"/><path d="M297 62q28 62-18 112" fill="none" stroke="{d}" '
        'stroke-width="7"/>',
        patterned=False,
    ),
}

BED_AND_BATH = {
    "blanket": Shape(
        body="M85 265q-10 0-10 30t10 30h230q15 0 15-30t-15-30zM95 205q-10 0-10 30t10 30h215q15 0 15-30t-15-30z"
        "M90 145q-10 0-10 30t10 30h225q15 0 15-30t-15-30z",
        over='<g fill="none" stroke="{d}" stroke-width="5" opacity=".55"><path d="M85 205h235M85 265h235"/></g>'
        '<g stroke="{l}" stroke-width="4"><path d="M120 325v14M150 325v14M180 325v14M210 325v14M240 325v14M270 '
        '325v14"/></g>',
    ),
    "towel": Shape(
        body="M120 100h160v210q0 14-14 14h-132q-14 0-14-14z",
        under='<rect x="60" y="88" width="280" height="14" rx="7" fill="{a}"/>'
        '<circle cx="60" cy="95" r="13" fill="{a}"/><circle cx="340" cy="95" r="13" fill="{a}"/>',
        over='<path d="M120 262h160M120 284h160" stroke="{l}" stroke-width="8" opacity=".9"/>'
        '<path d="M160 100v200M235 100v200" stroke="{d}" stroke-width="3" opacity=".3"/>',
    ),
    "soap": Shape(
        body="M90 230q0-45 45-45h130q45 0 45 45v45q0 45-45 45h-130q-45 0-45-45z",
        over='<rect x="130" y="212" width="140" height="80" rx="34" fill="none" stroke="{l}" stroke-width="6"/>'
        '<g fill="#fff" opacity=".75"><circle cx="118" cy="150" r="24"/><circle cx="160" cy="112" r="15"/>'
        '<circle cx="250" cy="140" r="30"/><circle cx="298" cy="104" r="13"/><circle cx="205" cy="80" r="10"/></g>'
        '<g fill="{l}"><circle cx="112" cy="143" r="6"/><circle cx="241" cy="130" r="8"/></g>',
    ),
    "pillow": Shape(
        body="M60 150q140-34 280 0q22 65 0 150q-140 34-280 0q-22-85 0-150z",
        over='<path d="M82 168q118-24 236 0q14 55 0 114q-118 24-236 0q-14-59 0-114z" fill="none" stroke="{l}" '
        'stroke-width="5" stroke-dasharray="12 8"/>',
    ),
    "basket": Shape(
        body="M85 165h230l-24 148q-2 12-14 12h-154q-12 0-14-12z",
        under='<path d="M120 175q0-110 80-110t80 110" fill="none" stroke="{a}" stroke-width="14"/>'
        '<path d="M110 170q20-50 60-30t70-12t52 42z" fill="{l}"/>',
        over='<g fill="none" stroke="{d}" stroke-width="5" opacity=".5"><path d="M92 205h216M98 245h204M105 285h190"/>'
        '<path d="M140 170l10 152M200 170v152M260 170l-10 152" stroke-dasharray="20 20"/></g>'
        '<rect x="78" y="154" width="244" height="24" rx="12" fill="{d}"/>',
        patterned=False,
    ),
}
