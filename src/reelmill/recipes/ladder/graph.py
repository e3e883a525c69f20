"""The ladder as a graph. What each output is called, and where it stands, is the reference's."""

from fractions import Fraction

from reelmill.model.containers import Cmaf, Hls, Plain
from reelmill.model.graph import (
    Condition,
    FileOutput,
    Graph,
    MasterPlaylist,
    Output,
    PackageOutput,
    QualityOutput,
    Source,
)
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    Deinterlace,
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    KeepAspect,
    Node,
    Scale,
    SelectAudio,
    SelectVideo,
    Sound,
    Still,
)
from reelmill.recipes.ladder.settings import CRF_OFFSETS, PRESETS, LadderSettings, Rung

SOURCE, PICTURE_SOURCE, CUSTOM_THUMBNAIL = "main", "thumbnail", "thumb_custom"
FOLDERS = {"hls": "segments", "hls-fmp4": "segments_fmp4"}
MASTERS = {"hls": "master.m3u8", "hls-fmp4": "master_fmp4.m3u8", "cmaf": "cmaf/master.m3u8"}


def ladder(settings: LadderSettings | None = None, *, custom_thumbnail: bool = False) -> Graph:
    """The graph of a ladder.

    Args:
        settings: the rungs and what goes with them; defaults to the reference's.
        custom_thumbnail: whether a second source, "thumbnail", is a picture to be kept as
            the primary thumbnail.
    """
    return _Ladder(settings or LadderSettings()).graph(custom_thumbnail=custom_thumbnail)


class _Ladder:
    def __init__(self, settings: LadderSettings) -> None:
        self.settings = settings
        self.nodes: list[Node] = [
            SelectVideo(id="picture", source=SOURCE),
            SelectAudio(id="track", source=SOURCE, language=settings.language),
            Deinterlace(id="frames", input="picture"),
            ConstantRate(
                id="steady", input="frames", max_rate=settings.max_frame_rate, hold_for="track"
            ),
            Sound(id="sound", input="track", pad_to="steady"),
        ]
        self.outputs: list[Output] = []

    def graph(self, *, custom_thumbnail: bool) -> Graph:
        for rung in self.settings.rungs:
            self._rung(rung)
        if self.settings.mp3:
            self._mp3()
        for position in self.settings.thumbnail_positions:
            self._thumbnail(position)
        sources = [Source(id=SOURCE)]
        if custom_thumbnail:
            sources.append(Source(id=PICTURE_SOURCE))
            self._custom_thumbnail()
        if self.settings.quality:
            self._quality()
        self._playlists()
        return Graph(sources=tuple(sources), nodes=tuple(self.nodes), outputs=tuple(self.outputs))

    def _rung(self, rung: Rung) -> None:
        settings, name = self.settings, rung.name
        h264 = settings.codec == "h264"
        self.nodes.append(Scale(id=f"scaled_{name}", input="steady", short_side=rung.short_side))
        scaled = f"scaled_{name}"
        if "cmaf" in settings.packages:
            scaled = f"shaped_{name}"
            self.nodes.append(KeepAspect(id=scaled, input=f"scaled_{name}", of="steady"))
        self.nodes += [
            Colour(id=f"coloured_{name}", input=scaled, hdr=settings.hdr),
            EncodeVideo(
                id=f"video_{name}",
                input=f"coloured_{name}",
                codec=settings.codec,
                crf=rung.crf + CRF_OFFSETS[settings.codec],
                preset=settings.preset or PRESETS[settings.codec],
                profile=rung.profile if h264 else None,
                level=rung.level if h264 else None,
                key_frame_seconds=settings.segment_seconds,
            ),
            EncodeAudio(
                id=f"audio_{name}",
                input="sound",
                bit_rate=rung.audio_bit_rate,
                sample_rate=rung.audio_sample_rate,
            ),
        ]
        streams = (f"video_{name}", f"audio_{name}")
        when = Condition(short_side=rung.short_side, long_side=rung.long_side)
        self.outputs.append(
            FileOutput(
                name=f"mp4_{name}",
                task=f"transcode_{name}",
                path=f"{name}/video_{name}.mp4",
                streams=streams,
                container=Plain(format="mp4"),
                when=when,
            )
        )
        for package in settings.packages:
            if package == "cmaf":
                continue
            self.outputs.append(
                FileOutput(
                    name=f"{package}_{name}",
                    task=f"prepare_hls_{name}",
                    path=f"{name}/{FOLDERS[package]}/playlist.m3u8",
                    streams=streams,
                    container=Hls(
                        segment_seconds=settings.segment_seconds,
                        segments="mpegts" if package == "hls" else "fmp4",
                    ),
                    when=when,
                )
            )

    def _mp3(self) -> None:
        encode = EncodeAudio(
            id="mp3",
            input="sound",
            codec="mp3",
            bit_rate=self.settings.mp3_bit_rate,
            sample_rate=self.settings.mp3_sample_rate,
        )
        self.nodes.append(encode)
        self.outputs.append(
            FileOutput(
                name="audio",
                task="extract_audio_mp3",
                path="audio/audio.mp3",
                streams=("mp3",),
                container=Plain(format="mp3"),
            )
        )

    def _thumbnail(self, position: int) -> None:
        self._still(f"{position:02d}", "frames", Fraction(position, 100))

    def _custom_thumbnail(self) -> None:
        self.nodes.append(SelectVideo(id="given", source=PICTURE_SOURCE))
        self._still("custom", "given", Fraction(0))

    def _still(self, name: str, of: str, position: Fraction) -> None:
        self.nodes += [
            Still(id=f"still_{name}", input=of, position=position),
            Scale(id=f"sized_{name}", input=f"still_{name}"),
            Colour(id=f"toned_{name}", input=f"sized_{name}", target="jpeg"),
            EncodeImage(id=f"image_{name}", input=f"toned_{name}"),
        ]
        self.outputs.append(
            FileOutput(
                name=f"thumb_{name}",
                task="generate_thumbnail",
                path=f"thumbnails/thumb_{name}.jpg",
                streams=(f"image_{name}",),
                container=Plain(format="image"),
            )
        )

    def _quality(self) -> None:
        self.outputs += [
            QualityOutput(
                name=f"quality_{rung.name}", task="measure_quality", encode=f"video_{rung.name}"
            )
            for rung in self.settings.rungs
        ]

    def _playlists(self) -> None:
        best_first = sorted(self.settings.rungs, key=lambda rung: -rung.short_side)
        for package in self.settings.packages:
            if package == "cmaf":
                of = tuple(f"mp4_{rung.name}" for rung in best_first)
                self.outputs.append(
                    PackageOutput(
                        name="cmaf",
                        task="package_cmaf",
                        path="cmaf/manifest.mpd",
                        of=of,
                        container=Cmaf(segment_seconds=self.settings.segment_seconds),
                    )
                )
                listed: tuple[str, ...] = ("cmaf",)
            else:
                listed = tuple(f"{package}_{rung.name}" for rung in best_first)
            self.outputs.append(
                MasterPlaylist(
                    name=f"master_{package}",
                    task="write_master_playlist",
                    path=MASTERS[package],
                    of=listed,
                )
            )
