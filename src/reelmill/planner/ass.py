r"""Words as an ASS document, which libass draws: shaped, bidirectional, and taken literally.

The format is that of SubStation Alpha 4+ (matroska.org/technical/subtitles.html) with libass' own
additions: `\{` for a brace, BorderStyle 4 for one box behind all lines, Encoding -1 for a base
direction that follows the words.
"""

from fractions import Fraction
from zlib import crc32

from reelmill.model.operations import Position, Text
from reelmill.model.process import TextFile

FAMILY = "Noto Sans"
"""The family that comes with Reelmill; other scripts fall back to the other fonts."""
EM_TO_LINE = 1.362
"""libass takes the height of a line for a font's size: ascender and descender of Noto Sans."""
NUMPAD: tuple[Position, ...] = (
    *("bottom_left", "bottom", "bottom_right"),
    *("left", "centre", "right"),
    *("top_left", "top", "top_right"),
)
"""Alignments, from 1 on, as on a keyboard's block of numbers."""
WORD_JOINER = "\u2060"
"""Stands after a backslash, so that it escapes nothing; it has no width."""
LINES = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n"})
LAST = Fraction(360_000)
"""A hundred hours: until the end."""


def escaped(words: str) -> str:
    """The words so that libass interprets none of them."""
    lines = words.replace("\r\n", "\n").translate(LINES).replace("\u2029", "\n")
    shown = "".join(one for one in lines.replace("\t", "    ") if one == "\n" or one >= " ")
    joined = shown.replace("\x7f", "").replace("\\", f"\\{WORD_JOINER}").replace("{", "\\{")
    return "\\N".join(_hard_edges(line) for line in joined.replace("}", "\\}").split("\n"))


def _hard_edges(line: str) -> str:
    """Spaces at the ends stay."""
    inside = line.strip(" ")
    before = len(line) - len(line.lstrip(" ")) if inside else len(line)
    after = len(line) - before - len(inside)
    return "\\h" * before + inside + "\\h" * after


def stamp(seconds: Fraction) -> str:
    """A time in hundredths, rounded down: an end is not shown any more."""
    hundredths = int(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def colour_code(colour: str, opacity: float = 1.0) -> str:
    """A colour as ASS has it: transparency, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"&H{255 - round(opacity * 255):02X}{blue}{green}{red}"


def document(op: Text, width: int, height: int) -> TextFile:
    """The document for a picture of that size, named by its content."""
    style = {
        "Name": "Text",
        "Fontname": FAMILY,
        "Fontsize": f"{op.font_size * EM_TO_LINE:.2f}",
        "PrimaryColour": colour_code(op.colour, op.opacity),
        "SecondaryColour": colour_code(op.colour, op.opacity),
        "OutlineColour": colour_code(op.outline_colour, op.opacity),
        "BackColour": colour_code(op.box or op.outline_colour, op.opacity * op.box_opacity),
        "Bold": "-1" if op.bold else "0",
        **dict.fromkeys(("Italic", "Underline", "StrikeOut"), "0"),
        **dict.fromkeys(("ScaleX", "ScaleY"), "100"),
        **dict.fromkeys(("Spacing", "Angle"), "0"),
        "BorderStyle": "4" if op.box else "1",
        "Outline": str(op.outline),
        "Shadow": str(op.font_size // 4) if op.box else "0",
        "Alignment": str(NUMPAD.index(op.position) + 1),
        **dict.fromkeys(("MarginL", "MarginR", "MarginV"), str(op.margin)),
        "Encoding": "-1",
    }
    shown = stamp(op.start_seconds or Fraction(0)), stamp(op.end_seconds or LAST)
    lines = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "WrapStyle: 0",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: None",
        "",
        "[V4+ Styles]",
        f"Format: {', '.join(style)}",
        f"Style: {','.join(style.values())}",
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
        f"Dialogue: 0,{shown[0]},{shown[1]},Text,,0,0,0,,{escaped(op.text)}",
        "",
    ]
    text = "\n".join(lines)
    return TextFile(name=f"text-{crc32(text.encode()):08x}-{len(text)}.ass", text=text)
