"""Sound and pictures that are looked at before the process that makes the output."""

from reelmill.model.process import Analysis, EncodedStream, Mux, Options, Process, Target
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.formats import planar
from reelmill.planner.lowering.site import Lowering
from reelmill.planner.lowering.sound import steadied
from reelmill.planner.tracks import Track


def listen(
    to: Lowering, sound: str, name: str, *filters: tuple[str, Options]
) -> tuple[Process, tuple[Analysis, ...]]:
    """A process that lets a sound run through filters to nowhere, and what must run before it.

    Args:
        to: where the sound is needed.
        sound: its node.
        name: of what is listened for.
        filters: that find it out.
    """
    builder = ProcessBuilder()
    inside = Lowering(to.context, builder)
    track = steadied(inside.sound(sound), inside)
    pad = builder.chain(track.pad, *filters)
    stream = EncodedStream(id=builder.encode_id(), kind="audio", pad=pad, encoder="pcm_s16le")
    return _to_nowhere(builder, stream, name, track)


def watch(
    to: Lowering,
    picture: str,
    name: str,
    *filters: tuple[str, Options],
    chroma: str | None = None,
) -> tuple[Process, tuple[Analysis, ...]]:
    """As `listen`, of a picture, in 8 bits and its own chroma unless another is said."""
    builder = ProcessBuilder()
    track = planar(Lowering(to.context, builder).picture(picture), builder, chroma=chroma, depth=8)
    pad = builder.chain(track.pad, *filters)
    stream = EncodedStream(id=builder.encode_id(), kind="video", pad=pad, encoder="wrapped_avframe")
    return _to_nowhere(builder, stream, name, track)


def _to_nowhere(
    builder: ProcessBuilder, stream: EncodedStream, name: str, track: Track
) -> tuple[Process, tuple[Analysis, ...]]:
    builder.targets.append(
        Target(
            id=builder.target_id(),
            streams=(stream,),
            muxes=(Mux(output=name, path=name, format="null"),),
            duration_seconds=track.end,
        )
    )
    return builder.build(), tuple(builder.first)
