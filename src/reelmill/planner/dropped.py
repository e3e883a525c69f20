"""What of the sources no output keeps: told, never silent."""

from collections import Counter

from reelmill.model.facts import AnyStream, SourceFacts, VideoStream
from reelmill.model.operations import BurnSubtitles
from reelmill.planner.chapters import GIVEN
from reelmill.planner.context import Context
from reelmill.planner.dataflow import input_pads_of

KINDS = {
    "subtitle": ("subtitles_dropped", "subtitle tracks"),
    "attachment": ("attachments_dropped", "attachments"),
    "data": ("data_dropped", "data tracks (timecode and the like)"),
}


def tell_dropped(context: Context) -> None:
    """A notice for each kind of thing that no step reads; sound is told where it is chosen."""
    read = _read(context)
    burned = {node.source for node in context.graph.nodes if isinstance(node, BurnSubtitles)}
    kept = {t.chapters_of for s in context.lowered if s.process for t in s.process.targets}
    for facts in context.facts.sources:
        unread = [one for one in facts.streams if (facts.source, one.index) not in read]
        for kind, count in Counter(_kinds(unread)).items():
            if kind == "subtitle" and facts.source in burned:
                continue
            code, words = KINDS[kind]
            context.notice(code, f"{count} {words} left out")
        _tell_of_pictures(facts, unread, context)
        if facts.chapters and not kept & {facts.source, GIVEN}:
            context.notice("chapters_dropped", f"{len(facts.chapters)} chapters left out")


def _tell_of_pictures(facts: SourceFacts, unread: list[AnyStream], context: Context) -> None:
    pictures = [one for one in unread if isinstance(one, VideoStream)]
    if any(one.attached_picture for one in pictures):
        context.notice("cover_art_dropped", "the attached picture is left out")
    chosen = facts.picture
    others = sum(not one.attached_picture and one.decodable and one != chosen for one in pictures)
    if others > 0:
        context.notice("video_tracks_dropped", f"{others} of the video tracks left out")


def _read(context: Context) -> set[tuple[str, int]]:
    """Streams of sources that some step opens."""
    found: set[tuple[str, int]] = set()
    for step in context.lowered:
        for pad in input_pads_of(step.process) if step.process else ():
            number, _, index = pad.removeprefix("in").partition(":")
            one = step.running().inputs[int(number)]
            if one.origin == "source":
                found.add((one.name, int(index)))
    return found


def _kinds(streams: list[AnyStream]) -> list[str]:
    kinds = [str(one.kind) for one in streams]
    return [kind for kind in kinds if kind in KINDS]
