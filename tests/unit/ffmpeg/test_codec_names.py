"""Names of codecs from the extradata of real encodes, 640x360 at 25 frames a second."""

import pytest

from reelmill.ffmpeg.codec_names import codec_name

AVCC = "0142c01fffe100196742c01fda0280bfe5c044000003000400000300c83c60ca8001000468ce0fc8"
ANNEX_B = "0000016742c01eda0280bfe5c044000003000400000300c83c58ba800000000168ce0fc8"
HVCC = "0101600000009000000000003ff000fcfdf8f800000f04a00001001840010c01ffff0160000003009000"
HVCC_10 = "0102200000009000000000003ff000fcfdfafa00000f04a00001001840010c01ffff022000000300900"
AV1C = "81010c000a0c0200000d2627fb3805f00080"
AV1C_10 = "81014c000a0c0200000d2627fb3805f08080"


@pytest.mark.parametrize(
    ("codec", "extradata", "name"),
    [
        ("h264", AVCC, "avc1.42c01f"),
        ("h264", ANNEX_B, "avc1.42c01e"),
        ("hevc", HVCC, "hvc1.1.6.L63.90"),
        ("hevc", HVCC_10 + "0", "hvc1.2.4.L63.90"),
        ("av1", AV1C, "av01.0.01M.08"),
        ("av1", AV1C_10, "av01.0.01M.10"),
        ("vp9", "0014820202020000", "vp09.00.20.08"),
        ("aac", "1190", "mp4a.40.2"),
        ("mp3", "", "mp4a.40.34"),
        ("opus", "", "opus"),
        ("flac", "", "fLaC"),
    ],
)
def test_a_stream_is_named_as_playlists_do(codec: str, extradata: str, name: str) -> None:
    assert codec_name(codec, bytes.fromhex(extradata)) == name


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1", "vp9", "ffv1", "pcm_s16le"])
@pytest.mark.parametrize("extradata", [None, b"", b"\x00\x00", b"\x01"])
def test_what_does_not_say_has_no_name(codec: str, extradata: bytes | None) -> None:
    assert codec_name(codec, extradata) is None
