"""The `outputs` of a job document (reference, section 4.2)."""

from pydantic import JsonValue

from reelmill.model.records import JobRecord
from reelmill.recipes.ladder.graph import MASTERS
from reelmill.recipes.ladder.validate import as_number
from reelmill.web.documents.papers import AudioPapers, Papers, RungPapers, ThumbnailPapers
from reelmill.web.playback import Links

Document = dict[str, JsonValue]


def megabytes(size_bytes: int) -> float:
    """Millions of bytes, to two places."""
    return round(size_bytes / 10**6, 2)


def outputs(record: JobRecord, papers: Papers, links: Links) -> Document:
    """Everything that was made, with the URLs under which it plays."""
    told = _Outputs(record, links)
    rungs = {name: told.rung(rung) for name, rung in papers.rungs.items()}
    return {
        **rungs,
        "audio": told.audio(papers.audio),
        "transcription": None,
        "thumbnails": told.thumbnails(papers.thumbnails),
        "cmaf": told.cmaf(),
        "metadata_json": told.place("metadata.json"),
    }


def plain_outputs(record: JobRecord, links: Links) -> Document | None:
    """What a job of another recipe made, by the names of its outputs; None, before it did."""
    if record.recipe == "ladder" or record.papers is None:
        return None
    info = record.papers.get("outputs")
    said = info if isinstance(info, dict) else {}
    told = _Outputs(record, links)
    return {
        one.output: {**_document(said.get(one.output)), **told.place(one.path)}
        for one in record.artifacts
        if one.output in said
    }


def _document(value: JsonValue) -> Document:
    return value if isinstance(value, dict) else {}


def compression(papers: Papers) -> Document:
    """How much smaller it became."""
    ratios = dict(papers.compression_ratio)
    saved = ratios.pop("total_saved_percent", None)
    named: Document = {f"{name}_ratio": ratio for name, ratio in ratios.items()}
    return {**named, "total_saved_percent": saved}


def master_playlist(record: JobRecord, links: Links) -> str | None:
    """Where the whole ladder plays; the first of the packagings, if there are several."""
    made = {one.path for one in record.artifacts}
    path = next((one for one in MASTERS.values() if one in made), None)
    return links.playback(record.job_id, path) if path is not None else None


class _Outputs:
    def __init__(self, record: JobRecord, links: Links) -> None:
        self._record, self._links = record, links
        self._folder = f"processed/{record.job_id}/"

    def place(self, path: str) -> Document:
        below = path.removeprefix(self._folder)
        url = self._links.playback(self._record.job_id, below)
        return {"url": url, "minio_path": f"{self._folder}{below}"}

    def rung(self, rung: RungPapers | None) -> Document | None:
        if rung is None:
            return None
        video: Document = {
            **self.place(rung.path),
            "size_mb": megabytes(rung.size_bytes),
            "resolution": rung.resolution,
            "bitrate": rung.bitrate,
            "processing_time_seconds": rung.processing_time_seconds,
        }
        parts = rung.segments
        streaming: Document | None = None
        if parts is not None:
            streaming = {
                "hls_url": self.place(parts.playlist_path)["url"],
                "segment_count": parts.count,
                "segment_duration": as_number(parts.duration_seconds),
                "total_segments_size_mb": megabytes(parts.total_size_bytes),
            }
        return {"video": video, "streaming": streaming}

    def audio(self, audio: AudioPapers | None) -> Document | None:
        if audio is None:
            return None
        return {
            **self.place(audio.path),
            "size_mb": megabytes(audio.size_bytes),
            "bitrate": audio.bitrate,
            "sample_rate": audio.sample_rate,
            "processing_time_seconds": audio.processing_time_seconds,
        }

    def thumbnails(self, thumbnails: ThumbnailPapers) -> Document:
        given = thumbnails.custom
        custom: Document | None = None
        if given is not None:
            custom = {
                **self.place(given.path),
                "size_bytes": given.size_bytes,
                "source": given.source,
                "is_primary": given.is_primary,
            }
        auto: list[JsonValue] = [
            {
                "position_percent": one.position_percent,
                "timestamp": one.timestamp,
                "url": self.place(one.path)["url"],
            }
            for one in thumbnails.auto_generated
        ]
        return {"custom": custom, "auto_generated": auto}

    def cmaf(self) -> Document | None:
        made = next((one for one in self._record.artifacts if one.output == "cmaf"), None)
        if made is None:
            return None
        master = next((one for one in self._record.artifacts if one.path == MASTERS["cmaf"]), None)
        return {
            "dash_url": self.place(made.path)["url"],
            "hls_url": self.place(master.path)["url"] if master is not None else None,
        }
