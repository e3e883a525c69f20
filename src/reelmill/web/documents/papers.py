"""metadata.json as it was stored, read again: a job's outputs are told from it alone."""

from pydantic import BaseModel, JsonValue, TypeAdapter


class SegmentPapers(BaseModel):
    """The HLS segments of a rung."""

    count: int
    duration_seconds: float
    total_size_bytes: int
    playlist_path: str


class RungPapers(BaseModel):
    """A rendition."""

    path: str
    size_bytes: int
    resolution: str
    bitrate: int | None = None
    processing_time_seconds: float | None = None
    segments: SegmentPapers | None = None


class AudioPapers(BaseModel):
    """The sound alone."""

    path: str
    size_bytes: int
    bitrate: int | None = None
    sample_rate: int | None = None
    duration_seconds: float | None = None
    processing_time_seconds: float | None = None


class CustomThumbnail(BaseModel):
    """The picture that came with the job."""

    path: str
    size_bytes: int
    source: str
    is_primary: bool


class AutoThumbnail(BaseModel):
    """A picture out of the video."""

    position_percent: int
    timestamp: str
    path: str
    size_bytes: int


class ThumbnailPapers(BaseModel):
    """All pictures."""

    custom: CustomThumbnail | None = None
    auto_generated: list[AutoThumbnail] = []


class Papers(BaseModel):
    """The parts of metadata.json that the job document tells in its own words."""

    outputs: dict[str, JsonValue]
    processing_time_seconds: float | None = None
    compression_ratio: dict[str, float | None] = {}
    quality_metrics: dict[str, JsonValue] = {}

    @property
    def rungs(self) -> dict[str, RungPapers | None]:
        """The renditions by name; None: there was none to make."""
        names = [name for name in self.outputs if name not in OTHERS]
        return {name: _RUNG.validate_python(self.outputs[name]) for name in names}

    @property
    def audio(self) -> AudioPapers | None:
        """The sound alone, if there is any."""
        return _AUDIO.validate_python(self.outputs.get("audio"))

    @property
    def thumbnails(self) -> ThumbnailPapers:
        """All pictures."""
        return ThumbnailPapers.model_validate(self.outputs.get("thumbnails") or {})


OTHERS = ("audio", "transcription", "thumbnails")
_RUNG: TypeAdapter[RungPapers | None] = TypeAdapter(RungPapers | None)
_AUDIO: TypeAdapter[AudioPapers | None] = TypeAdapter(AudioPapers | None)
