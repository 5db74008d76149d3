"""Silhouettes of things for the garden, trips and clothes."""

from demo.pictures.shape import Shape

GARDEN = {
    "pot": Shape(
        body="M115 200h170l-24 115q-2 10-12 10h-98q-10 0-12-10z",
        under='<g fill="#6f9a5f"><path d="M200 200q-80-30-90-120q70 20 90 120z"/><path d="M200 200q80-30 90-120q-70 '
        '20-90 120z"/>'
        '</g><path d="M200 200q-40-80 0-160q40 80 0 160z" fill="#8bb477"/>',
        over='<rect x="103" y="180" width="194" height="34" rx="9" fill="{d}"/>',
    ),
    "can": Shape(
        body="M125 185h140v125q0 15-15 15h-110q-15 0-15-15z",
        under='<path d="M130 300L62 178l22-12l52 74z" fill="{d}"/><path d="M40 178l44-28l14 20l-44 28z" fill="{a}"/>'
        '<path d="M150 190q0-90 55-90q75 0 90 75q14 70-34 115" fill="none" stroke="{d}" stroke-width="15"/>',
        over='<path d="M125 185h140l-20-14h-100z" fill="{l}"/><path d="M125 215h140M125 295h140" stroke="{d}" '
        'stroke-width="4" '
        'opacity=".5"/>',
    ),
    "trowel": Shape(
        body="M160 185h80q22 60-8 115q-12 24-32 40q-20-16-32-40q-30-55-8-115z",
        under='<path d="M193 150h14v45h-14z" fill="{d}"/><path d="M180 60q0-22 20-22t20 22l-4 95h-32z" fill="{a}"/>',
        over='<path d="M200 195v115" stroke="{l}" stroke-width="6" stroke-linecap="round" opacity=".8"/>'
        '<circle cx="200" cy="62" r="6" fill="{d}"/>',
        patterned=False,
    ),
    "birdhouse": Shape(
        body="M125 170l75-62l75 62v140q0 8-8 8h-134q-8 0-8-8z",
        under='<rect x="190" y="300" width="20" height="100" fill="{a}"/>',
        over='<path d="M98 178L200 92l102 86" fill="none" stroke="{d}" stroke-width="18" stroke-linejoin="round" '
        'stroke-linecap="round"/><circle cx="200" cy="212" r="28" fill="#3b302a"/><path d="M200 258v26" stroke="{a}" '
        'stroke-width="10" stroke-linecap="round"/>',
        floor=False,
    ),
    "seeds": Shape(
        body="M118 80h164v238q0 7-7 7h-150q-7 0-7-7z",
        over='<rect x="134" y="120" width="132" height="150" rx="66" fill="#fffdf2"/><path d="M200 250v-60" '
        'stroke="#5f7f52" '
        'stroke-width="6"/><path d="M200 240q-34-4-38-34q34 2 38 34zM200 240q34-4 38-34q-34 2-38 34z" fill="#7fa06b"/>'
        '<g fill="{a}"><circle cx="200" cy="150" r="13"/><circle cx="182" cy="164" r="13"/><circle cx="218" cy="164" '
        'r="13"/>'
        '<circle cx="189" cy="184" r="13"/><circle cx="211" cy="184" r="13"/></g><circle cx="200" cy="168" r="10" '
        'fill="{m}"/>'
        '<path d="M118 100h164" stroke="{l}" stroke-width="5" stroke-dasharray="10 6"/>',
        patterned=False,
    ),
}

OUTDOOR = {
    "tent": Shape(
        body="M200 95L350 322H50z",
        under='<path d="M192 100l-10-26M208 100l10-26" stroke="{d}" stroke-width="7" stroke-linecap="round"/>'
        '<path d="M52 322l-26 14M348 322l26 14" stroke="{d}" stroke-width="5"/>',
        over='<path d="M200 150L252 322H148z" fill="#2f3a3a" opacity=".85"/><path d="M200 150l-52 172h18z" fill="{l}"/>'
        '<path d="M200 150l52 172h-18z" fill="{l}"/>',
    ),
    "flask": Shape(
        body="M160 150q-22 12-22 42v113q0 20 20 20h84q20 0 20-20v-113q0-30-22-42z",
        over='<rect x="158" y="126" width="84" height="28" rx="6" fill="{d}"/>'
        '<path d="M164 76q0-12 12-12h48q12 0 12 12v52h-72z" fill="{a}"/>'
        '<path d="M158 200v90" stroke="#fff" stroke-width="8" stroke-linecap="round" opacity=".4"/>',
    ),
    "backpack": Shape(
        body="M115 170q0-85 85-85t85 85v120q0 35-35 35h-100q-35 0-35-35z",
        under='<path d="M170 95q0-40 30-40t30 40" fill="none" stroke="{a}" stroke-width="12"/>'
        '<path d="M118 190q-38 10-34 90M282 190q38 10 34 90" fill="none" stroke="{d}" stroke-width="20"/>',
        over='<path d="M115 175q85 50 170 0v20q-85 50-170 0z" fill="{d}"/>'
        '<path d="M145 240h110v48q0 20-20 20h-70q-20 0-20-20z" fill="{l}" opacity=".55"/>'
        '<path d="M150 258h100" stroke="{d}" stroke-width="5"/><rect x="190" y="196" width="20" height="34" rx="5" '
        'fill="{a}"/>',
    ),
    "stool": Shape(
        body="M90 175q110 50 220 0v22q-110 56-220 0z",
        under='<path d="M110 325L282 180M290 325L118 180" stroke="{a}" stroke-width="14" stroke-linecap="round"/>'
        '<path d="M150 325L262 185M250 325L138 185" stroke="#8a6b4f" stroke-width="9" stroke-linecap="round"/>',
        over='<circle cx="92" cy="180" r="9" fill="{d}"/><circle cx="308" cy="180" r="9" fill="{d}"/>',
    ),
    "hammock": Shape(
        body="M85 165q115 60 230 0q-20 140-115 140t-115-140z",
        under='<path d="M40 60v270M360 60v270" stroke="#8a6b4f" stroke-width="18" stroke-linecap="round"/>'
        '<path d="M40 105l50 64M40 105l62 84M360 105l-50 64M360 105l-62 84" stroke="{a}" stroke-width="5"/>',
        over='<path d="M85 165q115 60 230 0" fill="none" stroke="{d}" stroke-width="10" stroke-linecap="round"/>',
    ),
}

WEAR = {
    "scarf": Shape(
        body="M118 135q82-62 164 0q16 42-10 64q-72 36-144 0q-26-22-10-64zM150 205l-24 110h58l14-100zM214 212l26 "
        "103h58l-38-118z",
        over='<ellipse cx="200" cy="132" rx="56" ry="20" fill="{d}"/><path d="M122 165q78 44 156 0M146 206q50 24 108 '
        '0" '
        'fill="none" stroke="{d}" stroke-width="5" opacity=".45"/><g stroke="{l}" stroke-width="5"><path d="M132 315v20'
        'M146 315v20M160 315v20M174 315v20M247 315v20M261 315v20M275 315v20M289 315v20"/></g>',
    ),
    "tote": Shape(
        body="M105 165h190l12 148q1 12-11 12h-192q-12 0-11-12z",
        under='<path d="M150 172q0-112 50-112t50 112" fill="none" stroke="{d}" stroke-width="13"/>',
        over='<path d="M105 165h190" stroke="{l}" stroke-width="7"/>',
    ),
    "beanie": Shape(
        body="M95 255q-6-145 105-145t105 145z",
        over='<rect x="82" y="240" width="236" height="58" rx="22" fill="{d}"/><g stroke="{l}" stroke-width="5" '
        'opacity=".5">'
        '<path d="M120 246v46M150 246v46M180 246v46M210 246v46M240 246v46M270 246v46"/></g><circle cx="200" cy="98" '
        'r="32" '
        'fill="{a}"/><g stroke="{l}" stroke-width="4" opacity=".7"><path d="M200 76v44M178 98h44M185 83l30 30M215 '
        '83l-30 30"/></g>',
        floor=False,
    ),
    "socks": Shape(
        body="M125 80h70v130q0 20-14 34l-52 58q-30 30-58 6t2-56l42-46q10-10 10-26z"
        "M235 80h70v130q0 20-14 34l-52 58q-30 30-58 6t2-56l42-46q10-10 10-26z",
        over='<g fill="{d}"><rect x="121" y="72" width="78" height="28" rx="8"/><rect x="231" y="72" width="78" '
        'height="28" '
        'rx="8"/></g><g fill="{a}"><path d="M62 274q-4 26 12 36q24 14 46-4q-12-40-58-32z"/>'
        '<path d="M172 274q-4 26 12 36q24 14 46-4q-12-40-58-32z"/></g>',
    ),
    "jumper": Shape(
        body="M150 95q50 30 100 0l42 22q20 10 26 36l22 110l-50 12l-20-86v124q0 12-12 12h-116q-12 0-12-12v-124l-20 "
        "86l-50-12"
        "l22-110q6-26 26-36z",
        over='<path d="M150 95q50 44 100 0" fill="none" stroke="{d}" stroke-width="13"/>'
        '<path d="M130 308h140" stroke="{d}" stroke-width="12" opacity=".6"/>'
        '<path d="M64 258l44 11M336 258l-44 11" stroke="{d}" stroke-width="12" opacity=".6"/>',
    ),
}
