"""Operations of users that say how to encode."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from reelmill.model.codecs import AudioCodec, VideoCodec
from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import Resize
from reelmill.model.operations.encode import QUANTIZED
from reelmill.recipes.chain import Chain
from reelmill.recipes.formats import FORMATS
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.wishes import USUAL_CRF, AudioWish, VideoWish
from reelmill.recipes.words import BitRate, SizeBytes, codec_of

LEVELS = {"low": -3, "medium": 3, "high": 9}
"""How much is pressed out, as what is added to the usual CRF of the codec: more is smaller."""
QUANTIZERS = {"low": 3, "medium": 6, "high": 12}
"""The same for the old codecs, which have a fixed quantizer instead."""


class Transcode(UserOperation):
    """Say how the picture and the sound are encoded; what is left out suits the container."""

    encodes: ClassVar[bool] = False

    type: Literal["transcode"] = "transcode"
    video_codec: Annotated[Literal[VideoCodec, "copy"] | None, BeforeValidator(codec_of)] = None
    audio_codec: Annotated[Literal[AudioCodec, "copy"] | None, BeforeValidator(codec_of)] = None
    video_bit_rate: BitRate | None = Field(
        default=None, alias="video_bitrate", ge=10_000, le=800_000_000
    )
    audio_bit_rate: BitRate | None = Field(default=None, alias="audio_bitrate", le=640_000)
    video: VideoWish = VideoWish()
    audio: AudioWish = AudioWish()
    preset: str | None = None
    crf: int | None = Field(default=None, ge=0, le=63)
    two_pass: bool | None = None
    target_size: SizeBytes | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self.wishes()
        return self

    def wishes(self) -> tuple[VideoWish, AudioWish]:
        """Of the picture and of the sound.

        Raises:
            ValueError: they contradict each other.
        """
        names = ("preset", "crf", "two_pass", "target_size")
        short = {name: getattr(self, name) for name in names}
        short |= {"codec": self.video_codec, "bit_rate": self.video_bit_rate}
        heard = {"codec": self.audio_codec, "bit_rate": self.audio_bit_rate}
        return (
            self.video.over(VideoWish.model_validate(_there(short))),
            self.audio.over(AudioWish.model_validate(_there(heard))),
        )

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        video, audio = self.wishes()
        chain.video, chain.audio = chain.video.over(video), chain.audio.over(audio)


class Compress(UserOperation):
    """Make it smaller: by a level, to a size, or as wide as `max_width` at most."""

    encodes: ClassVar[bool] = True

    type: Literal["compress"] = "compress"
    level: Literal["low", "medium", "high", "custom"] = "medium"
    codec: Annotated[VideoCodec | None, BeforeValidator(codec_of)] = None
    crf: int | None = Field(default=None, ge=0, le=63)
    target_size: SizeBytes | None = None
    max_width: int | None = Field(default=None, ge=16, le=16384)
    audio_bit_rate: BitRate | None = Field(default=None, alias="audio_bitrate", le=640_000)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.crf is not None and self.target_size is not None:
            raise ValueError("give either crf or target_size")
        if self.level == "custom" and self.crf is None and self.target_size is None:
            raise ValueError("a custom level needs crf, or a target_size")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        said: dict[str, object] = {"codec": self.codec}
        if self.target_size is not None:
            said |= {"target_size": self.target_size, "two_pass": True}
        else:
            said |= self._quality(self.codec or chain.video.codec or chain.usual_codec)
        chain.video = chain.video.over(VideoWish.model_validate(_there(said)))
        if self.max_width is not None:
            chain.asked = None  # sound alone has no width, and is compressed as well
            chain.on_picture(Resize, width=self.max_width, mode="shrink")
        heard = {"bit_rate": self.audio_bit_rate or 96_000}
        chain.audio = chain.audio.over(AudioWish.model_validate(heard))

    def _quality(self, codec: str) -> dict[str, object]:
        """The level, as the codec counts.

        Raises:
            InvalidRequestError: it has no levels of quality.
        """
        if self.crf is not None:
            return {"crf": self.crf}
        if codec in USUAL_CRF:
            return {"crf": USUAL_CRF[codec] + LEVELS[self.level]}
        if codec in QUANTIZED:
            return {"quantizer": QUANTIZERS[self.level]}
        if codec in get_args(VideoCodec):
            raise InvalidRequestError(f"{codec} has no levels: name another codec or target_size")
        return {}


class RemoveAudio(UserOperation):
    """Leave the sound out."""

    encodes: ClassVar[bool] = False

    type: Literal["remove_audio"] = "remove_audio"

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.sound = None


SoundFormat = Annotated[
    Literal["mp3", "adts", "m4a", "opus", "ogg", "flac", "wav"],
    BeforeValidator(
        lambda given: FORMATS.get(given.lower(), given) if isinstance(given, str) else given
    ),
    WithJsonSchema({"type": "string", "enum": ["mp3", "aac", "m4a", "opus", "ogg", "flac", "wav"]}),
]


class ExtractAudio(UserOperation):
    """Keep the sound alone."""

    encodes: ClassVar[bool] = False

    type: Literal["extract_audio"] = "extract_audio"
    format: SoundFormat | None = None
    """Of the output, where nothing else says it; if neither does, it is m4a."""
    bit_rate: BitRate | None = Field(default=None, alias="bitrate", le=640_000)
    sample_rate: int | None = Field(default=None, ge=8000, le=192_000)
    channels: int | None = Field(default=None, ge=1, le=8)

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.picture, chain.subtitles = None, []
        names = ("bit_rate", "sample_rate", "channels")
        said = {name: getattr(self, name) for name in names}
        chain.audio = chain.audio.over(AudioWish.model_validate(_there(said)))


def _there(said: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in said.items() if value is not None}
