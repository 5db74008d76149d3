"""Draws a picture as SVG: a gradient behind, a shadow, and one to three things in the tones of a colour."""

from random import Random

from demo.kit.chance import chance
from demo.pictures.backdrops import BACKDROPS, PATTERNS
from demo.pictures.colours import BY_SLUG, COLOURS, Tones, tones
from demo.pictures.names import Picture, View
from demo.pictures.shapes import SCENES, SHAPES

_CANVAS = 400


def draw(picture: Picture) -> bytes:
    """The SVG of a picture, UTF-8. Of the picture's name, only the colour gets into the markup."""
    rng = chance(picture.subject, picture.slug, picture.view)
    width = _CANVAS * 5 // 2 if picture.view is View.WIDE else _CANVAS
    palette = tones(BY_SLUG[picture.colour], rng.random())
    things = _scene(picture, palette) if picture.subject in SCENES else _portrait(picture, palette)
    backdrop = rng.choice(BACKDROPS)(rng, palette, width, _CANVAS)
    scale = picture.width // width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale}" height="{_CANVAS * scale}" '
        f'viewBox="0 0 {width} {_CANVAS}">{_background(rng, palette, width)}{backdrop}{things}</svg>'
    ).encode()


def _background(rng: Random, palette: Tones, width: int) -> str:
    across, down = rng.choice(((1, 1), (0, 1), (1, 0.4)))
    return (
        f'<defs><linearGradient id="g" x2="{across}" y2="{down}"><stop stop-color="{palette.paler}"/>'
        f'<stop offset="1" stop-color="{palette.pale}"/></linearGradient><linearGradient id="s" x2="1" y2="0">'
        '<stop stop-color="#fff" stop-opacity=".22"/><stop offset=".35" stop-color="#fff" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#000" stop-opacity=".2"/></linearGradient></defs>'
        f'<rect width="{width}" height="{_CANVAS}" fill="url(#g)"/>'
    )


def _portrait(picture: Picture, palette: Tones) -> str:
    """One thing in the middle; enlarged, or beside another one in a different colour, in the other views."""
    if picture.view is View.CLOSE:
        return _thing(picture.subject, picture.slug, palette, "translate(-110 -90) scale(1.5)", 0)
    if picture.view is View.PAIR:
        other = tones(chance(picture.slug).choice(list(COLOURS.values())), 0.5)
        behind = _thing(picture.subject, picture.slug, other, "translate(170 40) scale(.62)", 0)
        return behind + _thing(picture.subject, picture.slug, palette, "translate(-8 62) scale(.82)", 1)
    return _thing(picture.subject, picture.slug, palette, "translate(-20 -18) scale(1.1)", 0)


def _scene(picture: Picture, palette: Tones) -> str:
    """Three things side by side, the middle one in the colour asked for."""
    rng = chance(picture.slug)
    left, middle, right = SCENES[picture.subject]
    beside = [tones(colour, rng.random()) for colour in rng.sample(list(COLOURS.values()), 2)]
    if picture.view is View.WIDE:
        places = ("translate(390 115) scale(.74)", "translate(710 115) scale(.74)", "translate(532 36) scale(.96)")
    else:
        places = ("translate(-34 140) scale(.58)", "translate(204 140) scale(.58)", "translate(58 66) scale(.72)")
    return (
        _thing(left, picture.slug + "1", beside[0], places[0], 0)
        + _thing(right, picture.slug + "2", beside[1], places[1], 1)
        + _thing(middle, picture.slug, palette, places[2], 2)
    )


def _thing(name: str, slug: str, palette: Tones, place: str, number: int) -> str:
    """A shape at its place with shading and, where it takes one, a pattern that depends on the slug alone."""
    shape = SHAPES[name]
    rng = chance(name, slug)
    pattern = rng.choice(PATTERNS)(rng, palette) if shape.patterned else ""
    shadow = '<ellipse cx="200" cy="330" rx="140" ry="15" fill="#000" opacity=".16"/>' if shape.floor else ""
    return (
        f'<g transform="{place}">{shadow}{_tinted(shape.under, palette)}'
        f'<clipPath id="c{number}"><path d="{shape.body}"/></clipPath><path d="{shape.body}" fill="{palette.main}"/>'
        f'<g clip-path="url(#c{number})">{pattern}<rect width="400" height="400" fill="url(#s)"/></g>'
        f"{_tinted(shape.over, palette)}</g>"
    )


def _tinted(markup: str, palette: Tones) -> str:
    return markup.format(m=palette.main, d=palette.dark, l=palette.light, a=palette.accent)
