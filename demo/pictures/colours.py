"""The colours things come in, and the tones each is drawn with."""

import colorsys
from dataclasses import dataclass

COLOURS: dict[str, str] = {
    "Clay": "#c96f4a",
    "Sage": "#9bb08f",
    "Moss": "#6d7f4f",
    "Forest": "#3f6650",
    "Teal": "#3f8c8c",
    "Sky": "#8dbbd8",
    "Navy": "#3a4f78",
    "Lilac": "#a997c9",
    "Plum": "#7d4f70",
    "Rose": "#d98c95",
    "Cherry": "#bf4a4f",
    "Amber": "#e0a13f",
    "Butter": "#efcf7a",
    "Oat": "#dccbb0",
    "Walnut": "#8f6647",
    "Slate": "#6c7885",
    "Charcoal": "#474b52",
    "Ivory": "#efe6d6",
}
BY_SLUG: dict[str, str] = {name.lower(): colour for name, colour in COLOURS.items()}


@dataclass(frozen=True, slots=True)
class Tones:
    """A colour as used in a drawing: itself, a darker and a lighter tone, an accent, and two pale ones behind."""

    main: str
    dark: str
    light: str
    accent: str
    pale: str
    paler: str


def tones(colour: str, turn: float) -> Tones:
    """The tones of a hex colour; `turn` (0 to 1) chooses the hue of the accent and of the background."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    backdrop = (hue + 0.08 + turn * 0.5) % 1
    return Tones(
        main=colour,
        dark=_hex(hue, lightness * 0.68, saturation),
        light=_hex(hue, lightness + (1 - lightness) * 0.6, saturation * 0.9),
        accent=_hex((hue + 0.42 + turn * 0.16) % 1, 0.56, 0.44),
        pale=_hex(backdrop, 0.79, 0.34),
        paler=_hex((backdrop + 0.06) % 1, 0.93, 0.42),
    )


def _hex(hue: float, lightness: float, saturation: float) -> str:
    channels = colorsys.hls_to_rgb(hue, min(lightness, 1.0), min(saturation, 1.0))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
