"""The decoders that a source needs, by the names that FFmpeg gives them."""

import re
import subprocess

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.planner.lowering.decoders import DECODERS, decoders_of
from tests.unit.planner.films import film


def test_each_codec_once_and_none_that_is_unknown() -> None:
    source = film()
    twice = source.but(streams=(*source.streams, *source.streams))
    assert decoders_of(twice) == decoders_of(source)
    assert "h264" in decoders_of(source)
    strange = source.streams[0].but(codec="unknown")
    assert decoders_of(source.but(streams=(strange,))) == ()


def test_every_name_is_one_of_this_ffmpegs() -> None:
    """For each codec that it decodes, the decoder that it would choose is in the list."""
    listed = subprocess.run(
        [find_ffmpeg().path, "-hide_banner", "-codecs"], capture_output=True, check=True, text=True
    ).stdout
    wrong: dict[str, str] = {}
    for codec, text in re.findall(r"^ D.[VA]... (\S+) +(.*)$", listed, re.MULTILINE):
        named = re.search(r"\(decoders: ([^)]*)\)", text)
        first = named[1].split()[0] if named else codec
        if first not in DECODERS.get(codec, (codec,)):
            wrong[codec] = first
    # what no film holds: games' own formats of the nineties
    games = "cmv cscd idcin iff_ilbm mad roq smackvideo svg tgq tgv tqi tscc ulti vixl ws_vqa"
    assert wrong.keys() <= {*games.split(), "avc", "smackaudio", "westwood_snd1"}, wrong
