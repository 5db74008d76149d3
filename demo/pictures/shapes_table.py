"""Silhouettes of things for the kitchen and the table."""

from demo.pictures.shape import Shape

KITCHEN = {
    "board": Shape(
        body="M110 150q0-30 30-30h35v-30q0-25 25-25t25 25v30h35q30 0 30 30v145q0 30-30 30h-120q-30 0-30-30z",
        over='<circle cx="200" cy="92" r="9" fill="{d}"/>'
        '<g fill="none" stroke="{d}" stroke-width="3" opacity=".35"><path d="M145 150q20 75 0 150"/>'
        '<path d="M185 140q30 85 0 170"/><path d="M235 145q25 80 0 160"/></g>',
        patterned=False,
    ),
    "apron": Shape(
        body="M160 90h80q5 50 55 75v150q0 12-12 12h-166q-12 0-12-12v-150q50-25 55-75z",
        under='<path d="M165 95q-10-50 35-50t35 50" fill="none" stroke="{a}" stroke-width="9"/>'
        '<path d="M110 185q-45 15-50 55M290 185q45 15 50 55" fill="none" stroke="{a}" stroke-width="9"/>',
        over='<path d="M150 220h100v45q0 20-20 20h-60q-20 0-20-20z" fill="{d}" opacity=".55"/>'
        '<path d="M200 220v62" stroke="{l}" stroke-width="3" opacity=".7"/>',
    ),
    "kettle": Shape(
        body="M105 295q-10-130 95-130t95 130q0 30-25 30h-140q-25 0-25-30z",
        under='<path d="M122 262q-52-22-66-84l24-8q18 40 58 52z" fill="{d}"/>'
        '<path d="M135 185q-10-105 65-105t65 105" fill="none" stroke="{a}" stroke-width="14"/>',
        over='<ellipse cx="200" cy="170" rx="46" ry="10" fill="{d}"/><circle cx="200" cy="152" r="13" fill="{a}"/>',
    ),
    "jar": Shape(
        body="M130 130q-20 15-20 45v115q0 35 35 35h110q35 0 35-35v-115q0-30-20-45z",
        over='<rect x="122" y="92" width="156" height="42" rx="12" fill="{a}"/>'
        '<rect x="122" y="122" width="156" height="7" fill="{d}" opacity=".4"/>'
        '<rect x="148" y="196" width="104" height="66" rx="8" fill="#fff" opacity=".88"/>'
        '<path d="M166 220h68M176 238h48" stroke="{d}" stroke-width="5" stroke-linecap="round"/>',
    ),
    "pan": Shape(
        body="M55 215h210q0 90-65 105h-80q-65-15-65-105z",
        under='<rect x="248" y="222" width="118" height="20" rx="10" fill="{a}"/>',
        over='<ellipse cx="160" cy="215" rx="105" ry="19" fill="{l}"/>'
        '<ellipse cx="160" cy="216" rx="92" ry="13" fill="{d}"/>'
        '<path d="M130 180q-10-18 0-34t0-34M165 180q-10-18 0-34t0-34M200 180q-10-18 0-34t0-34" fill="none" '
        'stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".55"/>',
    ),
}

TABLEWARE = {
    "mug": Shape(
        body="M105 140h150v130q0 55-55 55h-40q-55 0-55-55z",
        under='<path d="M250 172h25q40 0 40 45t-40 45h-25" fill="none" stroke="{d}" stroke-width="22"/>',
        over='<ellipse cx="180" cy="140" rx="75" ry="14" fill="{l}"/><ellipse cx="180" cy="141" rx="63" ry="9" '
        'fill="{d}"/>',
    ),
    "bowl": Shape(
        body="M65 190h270q-8 130-105 135h-60q-97-5-105-135z",
        over='<ellipse cx="200" cy="190" rx="135" ry="22" fill="{l}"/><ellipse cx="200" cy="192" rx="118" ry="15" '
        'fill="{d}"/>',
    ),
    "plate": Shape(
        body="M75 205a125 125 0 1 0 250 0a125 125 0 1 0-250 0z",
        over='<circle cx="200" cy="205" r="82" fill="{l}" opacity=".75"/>'
        '<circle cx="200" cy="205" r="82" fill="none" stroke="{d}" stroke-width="3" opacity=".5"/>'
        '<circle cx="200" cy="205" r="118" fill="none" stroke="{l}" stroke-width="4" opacity=".8"/>',
    ),
    "carafe": Shape(
        body="M168 75h64l-6 78q72 28 72 108q0 64-60 64h-76q-60 0-60-64q0-80 72-108z",
        over='<path d="M112 235q44-18 88 0t88 0q12 80-50 90h-76q-62-10-50-90z" fill="{a}" opacity=".5"/>'
        '<ellipse cx="200" cy="76" rx="33" ry="7" fill="{l}"/>',
        patterned=False,
    ),
    "tumbler": Shape(
        body="M120 105h160l-19 205q-1 15-16 15h-90q-15 0-16-15z",
        over='<path d="M130 190q35-14 70 0t70 0l-11 115q-1 12-14 12h-90q-13 0-14-12z" fill="{a}" opacity=".45"/>'
        '<ellipse cx="200" cy="105" rx="80" ry="14" fill="{l}"/><ellipse cx="200" cy="106" rx="70" ry="10" fill="{d}" '
        'opacity=".35"/><path d="M235 60l-30 120" stroke="{d}" stroke-width="8" stroke-linecap="round"/>',
        patterned=False,
    ),
}
