"""What is behind and on things: backgrounds of a scene and decorations of a body, each drawn from a random stream."""

from collections.abc import Callable
from random import Random

from demo.pictures.colours import Tones

Backdrop = Callable[[Random, Tones, int, int], str]
Pattern = Callable[[Random, Tones], str]


def _sun(rng: Random, _tones: Tones, width: int, height: int) -> str:
    centre, radius = round(width * rng.uniform(0.3, 0.7)), round(height * rng.uniform(0.3, 0.42))
    return "".join(
        f'<circle cx="{centre}" cy="{round(height * 0.48)}" r="{radius + extra}" fill="#fff" opacity=".22"/>'
        for extra in (0, 28, 60)
    )


def _hills(rng: Random, tones: Tones, width: int, height: int) -> str:
    hills = ""
    for level, opacity in ((0.5, 0.3), (0.62, 0.4)):
        base, bump = round(height * level), rng.randint(40, 90)
        third = width // 3
        hills += (
            f'<path d="M0 {base}q{third // 2}-{bump} {third} 0t{third} 0t{third + 2} 0V{height}H0z" '
            f'fill="{tones.pale}" stroke="#fff" stroke-opacity=".35" stroke-width="3" opacity="{opacity + 0.3:.1f}"/>'
        )
    return hills


def _arch(rng: Random, _tones: Tones, width: int, height: int) -> str:
    middle, half = round(width * rng.uniform(0.42, 0.58)), round(height * 0.36)
    return "".join(
        f'<path d="M{middle - span} {height}V{round(height * 0.5)}a{span} {span} 0 0 1 {2 * span} 0V{height}z" '
        'fill="#fff" opacity=".24"/>'
        for span in (half, round(half * 0.76))
    )


def _rays(rng: Random, _tones: Tones, width: int, height: int) -> str:
    turn = rng.randint(0, 29)
    wedge = f'<path d="M0 0L{width} -60V60z" fill="#fff" opacity=".16"/>'
    spokes = "".join(f'<g transform="rotate({turn + step * 30})">{wedge}</g>' for step in range(12))
    return f'<g transform="translate({width // 2} {round(height * 0.52)})">{spokes}</g>'


def _bubbles(rng: Random, _tones: Tones, width: int, height: int) -> str:
    return "".join(
        f'<circle cx="{rng.randint(0, width)}" cy="{rng.randint(0, round(height * 0.75))}" r="{rng.randint(8, 46)}" '
        f'fill="#fff" opacity="{rng.choice((".14", ".2", ".28"))}"/>'
        for _ in range(9 * width // height)
    )


BACKDROPS: tuple[Backdrop, ...] = (_sun, _hills, _arch, _rays, _bubbles)


def _plain(_rng: Random, _tones: Tones) -> str:
    return ""


def _stripes(rng: Random, tones: Tones) -> str:
    step, width = rng.choice((36, 44, 56)), rng.choice((8, 12, 18))
    lines = "".join(f"M{at} -200V600" for at in range(-200, 640, step))
    turn = rng.choice((0, 45, 90, 90))
    return (
        f'<path d="{lines}" stroke="{tones.light}" stroke-width="{width}" opacity=".7" '
        f'transform="rotate({turn} 200 200)"/>'
    )


def _dots(rng: Random, tones: Tones) -> str:
    step, radius = rng.choice((34, 42)), rng.choice((6, 8, 10))
    spots = "".join(
        f'<circle cx="{column * step + (row % 2) * step // 2}" cy="{row * step + 8}" r="{radius}"/>'
        for row in range(400 // step + 1)
        for column in range(400 // step + 1)
    )
    return f'<g fill="{tones.light}" opacity=".75">{spots}</g>'


def _dipped(rng: Random, tones: Tones) -> str:
    level = rng.randint(225, 265)
    return (
        f'<path d="M0 {level}q100 {rng.choice((-22, 0, 22))} 200 0t200 0V400H0z" fill="{tones.light}" opacity=".92"/>'
    )


def _waves(rng: Random, tones: Tones) -> str:
    lift = rng.choice((14, 20, 26))
    rows = "".join(f"M-20 {at}q25-{lift} 50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0" for at in range(110, 340, 32))
    return f'<path d="{rows}" fill="none" stroke="{tones.light}" stroke-width="7" opacity=".75"/>'


def _speckled(rng: Random, tones: Tones) -> str:
    specks = "".join(
        f'<circle cx="{rng.randint(60, 340)}" cy="{rng.randint(90, 330)}" r="{rng.choice((2, 3, 3, 4))}"/>'
        for _ in range(70)
    )
    return f'<g fill="{tones.dark}" opacity=".6">{specks}</g>'


def _band(rng: Random, tones: Tones) -> str:
    level = rng.randint(200, 240)
    return (
        f'<rect y="{level}" width="400" height="34" fill="{tones.accent}" opacity=".85"/>'
        f'<path d="M0 {level - 9}h400M0 {level + 43}h400" stroke="{tones.light}" stroke-width="5"/>'
    )


PATTERNS: tuple[Pattern, ...] = (_plain, _stripes, _dots, _dipped, _waves, _speckled, _band)
