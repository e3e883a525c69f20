"""Facts by hand: a film, what may be different about it, and a host that can do everything."""

from fractions import Fraction

from reelmill.model.facts import AudioStream, Capabilities, Facts, SourceFacts, VideoStream

MOV_FAMILY = "mov,mp4,m4a,3gp,3g2,mj2"
ENCODERS = (
    *("libx264", "libx265", "libsvtav1", "libvpx-vp9", "ffv1", "mjpeg"),
    *("aac", "libmp3lame", "libopus", "flac", "pcm_s16le"),
)
HOST = Capabilities(ffmpeg_version="9.0.2", encoders=ENCODERS, cpu_count=2)

PLAIN_PICTURE = VideoStream(
    index=0,
    codec="h264",
    width=1920,
    height=1080,
    pix_fmt="yuv420p",
    start_seconds=Fraction(0),
    end_seconds=Fraction(10),
    average_rate=Fraction(25),
    nominal_rate=Fraction(25),
    field_order="progressive",
)
PLAIN_SOUND = AudioStream(
    index=1,
    codec="aac",
    sample_rate=48_000,
    channels=2,
    channel_layout="stereo",
    start_seconds=Fraction(0),
    end_seconds=Fraction(10),
)


def picture(**changes: object) -> VideoStream:
    """Ten seconds of progressive 1080p25, but for the changes."""
    return PLAIN_PICTURE.but(**changes)


def sound(**changes: object) -> AudioStream:
    """Ten seconds of stereo at 48 kHz, but for the changes."""
    return PLAIN_SOUND.but(**changes)


def film(*streams: VideoStream | AudioStream, **changes: object) -> SourceFacts:
    """A file of ten seconds with these streams; without any, one picture and one sound."""
    whole = SourceFacts(
        container=MOV_FAMILY,
        size_bytes=10_000_000,
        duration_seconds=Fraction(10),
        duration_from="header",
        bit_rate=8_000_000,
        streams=streams or (PLAIN_PICTURE, PLAIN_SOUND),
    )
    return whole.but(**changes)


def facts(*sources: SourceFacts, host: Capabilities = HOST) -> Facts:
    """What planning gets to know; without a source, of the plain film."""
    return Facts(sources=sources or (film(),), capabilities=host)
