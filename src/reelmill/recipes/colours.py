"""Colours by the names that pages have for them (CSS Color 4, section 6.1)."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from reelmill.model.operations.geometry import Hue

NAMES = {
    "black": "#000000",
    "white": "#ffffff",
    "gray": "#808080",
    "grey": "#808080",
    "silver": "#c0c0c0",
    "red": "#ff0000",
    "maroon": "#800000",
    "orange": "#ffa500",
    "yellow": "#ffff00",
    "olive": "#808000",
    "lime": "#00ff00",
    "green": "#008000",
    "teal": "#008080",
    "cyan": "#00ffff",
    "aqua": "#00ffff",
    "blue": "#0000ff",
    "navy": "#000080",
    "purple": "#800080",
    "magenta": "#ff00ff",
    "fuchsia": "#ff00ff",
    "pink": "#ffc0cb",
    "brown": "#a52a2a",
    "gold": "#ffd700",
}


def hue(given: object) -> object:
    """A name, "#f80", "#ff8000" or "0xff8000"; anything else is left to be refused."""
    if not isinstance(given, str):
        return given
    text = NAMES.get(given.strip().lower(), given.strip())
    if text.lower().startswith("0x"):
        text = f"#{text[2:]}"
    if len(text) == 4 and text.startswith("#"):
        return "#" + "".join(2 * letter for letter in text[1:])
    return text


Colour = Annotated[Hue, BeforeValidator(hue), Field(examples=["#ff8000", "white"])]
