"""Silhouettes of things for the desk and for play."""

from demo.pictures.shape import Shape

STATIONERY = {
    "notebook": Shape(
        body="M115 80h160q12 0 12 12v222q0 12-12 12h-160z",
        under='<path d="M125 90h170v232h-170z" fill="#fffdf2"/><path d="M180 320v32l12-10l12 10v-32z" fill="{a}"/>',
        over='<rect x="105" y="80" width="26" height="246" rx="6" fill="{d}"/><path d="M255 80v246" stroke="{a}" '
        'stroke-width="9"/>'
        '<rect x="150" y="130" width="84" height="44" rx="5" fill="#fffdf2"/><path d="M164 146h56M164 160h36" '
        'stroke="{d}" '
        'stroke-width="4"/>',
    ),
    "pen": Shape(
        body="M105 262L262 105l38 38L143 300z",
        under='<path d="M105 262l38 38l-62 24z" fill="{a}"/><path d="M88 306l10 12l-17 6z" fill="#2b2b33"/>',
        over='<path d="M262 105l20-20q19-6 30 8t8 30l-20 20z" fill="{d}"/><path d="M248 132l38 38" stroke="{l}" '
        'stroke-width="7"/>'
        '<path d="M290 112l-62 78" stroke="{a}" stroke-width="9" stroke-linecap="round"/>'
        '<path d="M70 345q60-20 110 0t110-4" fill="none" stroke="#2b2b33" stroke-width="5" stroke-linecap="round" '
        'opacity=".6"/>',
        patterned=False,
        floor=False,
    ),
    "pencils": Shape(
        body="M95 150h50v175h-50zM175 115h50v210h-50zM255 165h50v160h-50z",
        under='<g fill="#f0d9b5"><path d="M95 150l25-58l25 58z"/><path d="M175 115l25-58l25 58z"/><path d="M255 '
        '165l25-58l25 58z"/>'
        '</g><g fill="{d}"><path d="M112 112l8-20l8 20z"/><path d="M192 77l8-20l8 20z"/><path d="M272 127l8-20l8 '
        '20z"/></g>',
        over='<g stroke="{d}" stroke-width="4" opacity=".45"><path d="M112 150v150M128 150v150M192 115v185M208 '
        "115v185M272 165v135"
        'M288 165v135"/></g><g fill="{a}"><rect x="95" y="300" width="50" height="25"/><rect x="175" y="300" '
        'width="50" height="25"/>'
        '<rect x="255" y="300" width="50" height="25"/></g>',
        patterned=False,
    ),
    "envelope": Shape(
        body="M75 140h250q8 0 8 8v160q0 8-8 8h-250q-8 0-8-8v-160q0-8 8-8z",
        under='<rect x="100" y="70" width="200" height="170" rx="6" fill="#fffdf2"/><path d="M130 100h110M130 118h80" '
        'stroke="{d}" stroke-width="5" opacity=".5"/>',
        over='<path d="M67 312l108-92h50l108 92q-2 4-8 4h-250q-6 0-8-4z" fill="{d}" opacity=".35"/>'
        '<path d="M67 145l133 100l133-100" fill="none" stroke="{d}" stroke-width="6" opacity=".7"/>'
        '<path d="M200 268q-34-22-28-42q10-18 28 0q18-18 28 0q6 20-28 42z" fill="{a}"/>',
        patterned=False,
    ),
    "calendar": Shape(
        body="M95 105h210q12 0 12 12v196q0 12-12 12h-210q-12 0-12-12v-196q0-12 12-12z",
        over='<path d="M95 160h210v150q0 4-4 4h-202q-4 0-4-4z" fill="#fffdf2"/><g fill="{d}"><rect x="130" y="84" '
        'width="14" '
        'height="42" rx="7"/><rect x="256" y="84" width="14" height="42" rx="7"/></g><g fill="{l}"><rect x="115" '
        'y="180" width="32" '
        'height="28" rx="4"/><rect x="161" y="180" width="32" height="28" rx="4"/><rect x="207" y="180" width="32" '
        'height="28" '
        'rx="4"/><rect x="253" y="180" width="32" height="28" rx="4"/><rect x="115" y="222" width="32" height="28" '
        'rx="4"/>'
        '<rect x="207" y="222" width="32" height="28" rx="4"/><rect x="253" y="222" width="32" height="28" rx="4"/>'
        '<rect x="115" y="264" width="32" height="28" rx="4"/><rect x="161" y="264" width="32" height="28" rx="4"/></g>'
        '<rect x="161" y="222" width="32" height="28" rx="4" fill="{a}"/>',
        patterned=False,
    ),
}

TOYS = {
    "blocks": Shape(
        body="M85 225h100v100h-100zM205 225h100v100h-100zM145 120h100v100h-100z",
        over='<g fill="none" stroke="{l}" stroke-width="6"><rect x="97" y="237" width="76" height="76" rx="8"/><rect '
        'x="217" y="237" '
        'width="76" height="76" rx="8"/><rect x="157" y="132" width="76" height="76" rx="8"/></g><g fill="{a}">'
        '<circle cx="135" cy="275" r="22"/><path d="M255 250l26 46h-52z"/><path d="M195 148l7 15l16 2l-12 11l3 '
        "16l-14-8l-14 8l3-16"
        'l-12-11l16-2z"/></g>',
        patterned=False,
    ),
    "train": Shape(
        body="M80 190h120v-70h90q10 0 10 10v150q0 10-10 10h-210q-20 0-20-20v-60q0-20 20-20z",
        under='<path d="M95 195v-55h36v55z" fill="{d}"/><path d="M85 126h56v22h-56z" fill="{a}"/>'
        '<g fill="#fff" opacity=".7"><circle cx="105" cy="90" r="18"/><circle cx="138" cy="70" r="24"/><circle '
        'cx="180" cy="56" '
        'r="15"/></g>',
        over='<rect x="190" y="104" width="122" height="22" rx="8" fill="{d}"/><rect x="222" y="142" width="56" '
        'height="48" rx="6" '
        'fill="#fffdf2"/><g fill="{a}"><circle cx="110" cy="295" r="32"/><circle cx="188" cy="295" r="32"/><circle '
        'cx="266" '
        'cy="295" r="32"/></g><g fill="{l}"><circle cx="110" cy="295" r="12"/><circle cx="188" cy="295" r="12"/>'
        '<circle cx="266" '
        'cy="295" r="12"/></g><path d="M110 295h156" stroke="{d}" stroke-width="7"/>',
        patterned=False,
    ),
    "bear": Shape(
        body="M200 90a66 60 0 0 1 66 60q0 30-22 46q46 24 46 76q0 53-60 53h-60q-60 0-60-53q0-52 46-76q-22-16-22-46a66 "
        "60 0 0 1 66-60z",
        under='<g fill="{d}"><circle cx="146" cy="104" r="28"/><circle cx="254" cy="104" r="28"/><ellipse cx="104" '
        'cy="240" rx="22" '
        'ry="46" transform="rotate(35 104 240)"/><ellipse cx="296" cy="240" rx="22" ry="46" transform="rotate(-35 '
        '296 240)"/></g>'
        '<g fill="{l}"><circle cx="146" cy="104" r="14"/><circle cx="254" cy="104" r="14"/></g>',
        over='<ellipse cx="200" cy="168" rx="30" ry="24" fill="{l}"/><ellipse cx="200" cy="158" rx="11" ry="8" '
        'fill="#3b302a"/>'
        '<g fill="#3b302a"><circle cx="174" cy="138" r="6"/><circle cx="226" cy="138" r="6"/></g><path d="M186 '
        '174q14 12 28 0" '
        'fill="none" stroke="#3b302a" stroke-width="4"/><ellipse cx="200" cy="268" rx="42" ry="44" fill="{l}" '
        'opacity=".75"/>'
        '<path d="M200 206l-34-14v32zM200 206l34-14v32z" fill="{a}"/><g fill="{d}"><ellipse cx="148" cy="318" '
        'rx="34" ry="20"/>'
        '<ellipse cx="252" cy="318" rx="34" ry="20"/></g>',
        patterned=False,
    ),
    "kite": Shape(
        body="M215 40l95 105l-125 145l-60-170z",
        under='<path d="M185 288q-60 20-40 60t-50 40" fill="none" stroke="{d}" stroke-width="5"/><g fill="{a}">'
        '<path d="M158 308l-26-8l8 26zM150 312l26 10l-18 16z"/><path d="M140 352l-28-2l14 22zM134 354l26 8l-16 '
        '18z"/></g>',
        over='<path d="M215 40l-30 250M125 120l185 25" stroke="{l}" stroke-width="6"/><path d="M215 40l95 '
        '105l-107-14z" fill="{a}" '
        'opacity=".8"/><path d="M125 120l78 11l-18 159z" fill="{d}" opacity=".4"/>',
        patterned=False,
        floor=False,
    ),
    "boat": Shape(
        body="M70 250h260l-40 62q-8 12-22 12h-136q-14 0-22-12z",
        under='<rect x="194" y="60" width="12" height="195" fill="#8a6b4f"/><path d="M210 75q90 60 96 160h-96z" '
        'fill="{l}"/>'
        '<path d="M190 105q-66 50-80 130h80z" fill="{a}"/><path d="M206 60l36 13l-36 13z" fill="{d}"/>',
        over='<path d="M70 250h260" stroke="{d}" stroke-width="10" stroke-linecap="round"/><g fill="{l}"><circle '
        'cx="150" cy="286" '
        'r="11"/><circle cx="200" cy="286" r="11"/><circle cx="250" cy="286" r="11"/></g>',
        patterned=False,
    ),
}
