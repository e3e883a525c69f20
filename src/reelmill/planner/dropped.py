"""What of the sources no output keeps: told, never silent."""

from collections import Counter

from reelmill.model.facts import SourceFacts, VideoStream
from reelmill.planner.context import Context

KINDS = {
    "subtitle": ("subtitles_dropped", "subtitle tracks"),
    "attachment": ("attachments_dropped", "attachments"),
    "data": ("data_dropped", "data tracks (timecode and the like)"),
}


def tell_dropped(context: Context) -> None:
    """A notice for each kind of thing that no operation of this graph takes up."""
    for facts in context.facts.sources:
        for kind, count in Counter(_unused(facts)).items():
            code, words = KINDS[kind]
            context.notice(code, f"{count} {words} left out")
        pictures = [s for s in facts.streams if isinstance(s, VideoStream)]
        if any(s.attached_picture for s in pictures):
            context.notice("cover_art_dropped", "the attached picture is left out")
        others = sum(not s.attached_picture and s.decodable for s in pictures) - 1
        if others > 0:
            context.notice("video_tracks_dropped", f"{others} of the video tracks left out")
        if facts.chapters:
            context.notice("chapters_dropped", f"{len(facts.chapters)} chapters left out")


def _unused(facts: SourceFacts) -> list[str]:
    return [stream.kind for stream in facts.streams if stream.kind in KINDS]
