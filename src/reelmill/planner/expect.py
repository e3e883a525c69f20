"""What an output must be, from what goes into it."""

from fractions import Fraction

from reelmill.model.containers import Cmaf, Hls
from reelmill.model.graph import FileOutput, PackageOutput, SheetsOutput
from reelmill.model.steps import Expectation, ExpectedStream
from reelmill.planner.containers import muxer_of

FRAMES_OF_DOUBT = 2
"""Frames by which an output may differ in length: rounding at both ends."""
AUDIO_DOUBT_SECONDS = Fraction(3, 20)
"""Encoder delay and padding of the last audio frame: 116 ms of WMA in ASF were seen."""
AUDIO_DOUBT_SAMPLES = 2048
"""The same where samples are slow: two frames of AAC, whose bare stream cannot cut them off."""


def expectation(
    output: FileOutput | SheetsOutput | PackageOutput,
    streams: tuple[ExpectedStream, ...],
    length: Fraction | None,
    more_doubt: Fraction = Fraction(0),
) -> Expectation:
    """Streams, length and how far it may be off."""
    rates = [one.frame_rate for one in streams if one.frame_rate is not None]
    samples = [Fraction(AUDIO_DOUBT_SAMPLES, one.sample_rate) for one in streams if one.sample_rate]
    frames = [FRAMES_OF_DOUBT / rate for rate in rates]
    doubt = max(AUDIO_DOUBT_SECONDS, *samples, *frames, Fraction(0))
    container = output.container
    return Expectation(
        output=output.name,
        path=output.path,
        format=muxer_of(container, tuple(one.kind for one in streams)),
        streams=streams,
        duration_seconds=length,
        tolerance_seconds=doubt + more_doubt if length is not None else None,
        segment_seconds=container.segment_seconds if isinstance(container, Hls | Cmaf) else None,
    )
