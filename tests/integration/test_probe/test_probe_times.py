"""When things happen: rates, starts, ends, lengths that no header states."""

from fractions import Fraction
from pathlib import Path

import pytest
from av.packet import Packet
from av.stream import Stream

from reelmill.ffmpeg.probe import probe
from reelmill.ffmpeg.probe_clock import SteadyClock
from reelmill.model.facts import VideoStream

from .conftest import AUDIO, VIDEO, VP9, X264, Make


def picture(path: Path) -> VideoStream:
    found = probe(path).picture
    assert found is not None
    return found


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001", "15000/1001", "50"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "flv", "ts", "avi", "webm"])
def test_constant_rates(make: Make, rate: str, suffix: str) -> None:
    source = ("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate={rate}:duration=1")
    codec = VP9 if suffix == "webm" else ("-c:v", "libx264", "-preset", "medium", "-bf", "3")
    found = picture(make(f"a.{suffix}", *source, *codec))
    assert (found.nominal_rate, found.variable_rate) == (Fraction(rate), False)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_a_gap_makes_a_variable_rate(make: Make, suffix: str) -> None:
    gap = ("-vf", "setpts='PTS+gte(N,20)*5/TB'", "-fps_mode", "vfr")
    codec = VP9 if suffix == "webm" else X264
    found = picture(make(f"a.{suffix}", *VIDEO, *gap, *codec))
    assert (found.nominal_rate, found.variable_rate) == (30, True)


def test_one_frame(make: Make) -> None:
    facts = probe(make("a.mp4", *VIDEO, "-frames:v", "1", *X264))
    assert facts.picture is not None
    assert (facts.picture.nominal_rate, facts.duration_seconds) == (30, Fraction(1, 30))


def test_late_audio(make: Make) -> None:
    maps = ("-map", "0:v", "-map", "1:a")
    facts = probe(make("a.mp4", *VIDEO, "-itsoffset", "0.5", *AUDIO, *X264, *maps))
    assert facts.sound is not None
    assert facts.sound.start_seconds is not None
    assert abs(facts.sound.start_seconds - Fraction(1, 2)) < Fraction(1, 30)
    assert facts.duration_seconds == Fraction(5, 2)


def test_transport_stream_far_from_zero(make: Make) -> None:
    facts = probe(make("a.ts", *VIDEO, *X264, "-output_ts_offset", "36000"))
    assert facts.picture is not None
    assert facts.start_seconds == facts.picture.start_seconds == Fraction(360014, 10)
    assert facts.duration_seconds == 2


@pytest.mark.parametrize("offsets", [(0, 100), (100, 0), (0, 0), (0, 1000, 50)])
def test_a_jump_of_the_clock_is_no_length(make: Make, offsets: tuple[int, ...]) -> None:
    parts = [
        make("part.ts", *VIDEO, *AUDIO, *X264, "-output_ts_offset", str(offset)).read_bytes()
        for offset in offsets
    ]
    joined = make("joined.ts", *VIDEO, *X264)
    joined.write_bytes(b"".join(parts))
    facts = probe(joined, key_frames=True)
    assert facts.duration_seconds is not None
    assert abs(facts.duration_seconds - 2 * len(parts)) < 0.1
    assert facts.missing_seconds is None
    for stream in (facts.picture, facts.sound):
        assert stream is not None
        assert stream.end_seconds is not None
        assert abs(stream.end_seconds - facts.start_seconds - 2 * len(parts)) < 0.1
    assert facts.picture is not None
    keys = [time - facts.start_seconds for time in facts.picture.key_frame_seconds or ()]
    assert [round(time * 2) for time in keys] == list(range(4 * len(parts)))


def test_the_end_of_a_large_transport_stream_is_not_searched_by_reading_it(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=20")
    rate = ("-b:v", "1M", "-muxrate", "16M", "-c:v", "libx264", "-preset", "ultrafast")
    path = make("a.ts", *noise, *rate)
    assert path.stat().st_size > 32 << 20
    packets: list[int] = []

    def count(_clock: SteadyClock, packet: "Packet[Stream]") -> None:
        packets.append(packet.size)

    monkeypatch.setattr(SteadyClock, "correct", count)
    found = probe(path)
    assert found.duration_seconds == 20
    assert len(packets) < 450


def test_audio_that_ends_long_before_the_picture(make: Make) -> None:
    long = ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=120")
    facts = probe(make("a.mkv", *long, *AUDIO, *X264, "-c:a", "aac"))
    assert facts.sound is not None
    assert facts.sound.end_seconds is not None
    assert abs(facts.sound.end_seconds - 2) < Fraction(1, 20)
    assert facts.duration_seconds == 120


def test_webm_without_a_length(make: Make) -> None:
    facts = probe(make("a.webm", *VIDEO, *VP9, "-live", "1"))
    assert (facts.duration_seconds, facts.duration_from) == (2, "packets")
    assert facts.missing_seconds is None


def test_raw_h264(make: Make) -> None:
    facts = probe(make("a.h264", *VIDEO, *X264))
    assert (facts.duration_seconds, facts.duration_from) == (2, "packets")
    assert facts.picture is not None
    assert facts.picture.nominal_rate == 30


@pytest.mark.parametrize(
    "flags", ["frag_keyframe+empty_moov", "frag_keyframe", "cmaf+skip_trailer"]
)
def test_fragments(make: Make, flags: str) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=60")
    facts = probe(make("a.mp4", *source, *X264, "-movflags", flags))
    assert facts.duration_seconds is not None
    assert abs(facts.duration_seconds - 60) < Fraction(1, 25)
    assert facts.missing_seconds is None


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi"])
def test_key_frames(make: Make, suffix: str) -> None:
    path = make(f"a.{suffix}", *VIDEO, *X264)
    assert picture(path).key_frame_seconds is None
    found = probe(path, key_frames=True)
    assert found.picture is not None
    assert found.picture.key_frame_seconds is not None
    times = [time - found.start_seconds for time in found.picture.key_frame_seconds]
    assert [round(time * 2) for time in times] == [0, 1, 2, 3]


def test_chapters_tags_and_flags(make: Make, tmp_path: Path) -> None:
    metadata = tmp_path / "m.txt"
    metadata.write_text(
        ";FFMETADATA1\ntitle=A film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\nEND=2000\ntitle=Two\n"
    )
    facts = probe(
        make(
            "a.mkv",
            *(*VIDEO, *AUDIO, "-i", metadata, "-map_metadata", "2", *X264),
            *("-metadata:s:a:0", "language=fra", "-metadata:s:a:0", "title=Commentaire"),
            *("-disposition:a:0", "forced", "-disposition:v:0", "default"),
        )
    )
    assert [(c.start_seconds, c.end_seconds, c.title) for c in facts.chapters] == [
        (0, Fraction(1, 2), "One"),
        (Fraction(1, 2), 2, "Two"),
    ]
    assert ("title", "A film") in facts.tags
    assert facts.sound is not None
    assert facts.picture is not None
    assert (facts.sound.language, facts.sound.title) == ("fra", "Commentaire")
    assert (facts.sound.forced, facts.sound.default) == (True, False)
    assert (facts.picture.default, facts.picture.language) == (True, None)
