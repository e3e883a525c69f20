"""Sound that is listened to before the process that makes the output."""

from reelmill.model.steps import Analysis, EncodedStream, Mux, Options, Process, Target
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.site import Lowering
from reelmill.planner.lowering.sound import steadied


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
    builder.targets.append(
        Target(
            id=builder.target_id(),
            streams=(stream,),
            muxes=(Mux(output=name, path=name, format="null"),),
            duration_seconds=track.end,
        )
    )
    return builder.build(), tuple(builder.first)
