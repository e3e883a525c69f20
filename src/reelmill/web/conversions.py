"""A conversion as it is asked for (reference R0), and the recipe that it means."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import (
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from reelmill.model.containers import PlainFormat
from reelmill.model.steps import Notice
from reelmill.model.value import Said
from reelmill.recipes.convert.recipe import MOST_OPERATIONS, ConvertRecipe
from reelmill.recipes.formats import FORMATS, named
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.base import Place
from reelmill.recipes.operations.encoding import ExtractAudio
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.wishes import AudioWish, VideoWish
from reelmill.web.accepting import Say
from reelmill.web.fields import as_written, checked, wrong
from reelmill.web.making import Asked, Reference, reference
from reelmill.web.options import JobOptions, PlainText

Location = Annotated[PlainText, Field(max_length=4096)]
REFERENCE = re.compile(r"^[a-z0-9][a-z0-9_-]{0,49}(@[1-9][0-9]{0,8})?$")
PresetReference = Annotated[
    str, Field(pattern=REFERENCE.pattern, examples=["web-720p", "web-720p@1"])
]


class _OrText(Said):
    """An object, or a text that stands for it."""

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, given: object) -> object:
        if isinstance(given, str):
            return cls.of_text(given)
        if not isinstance(given, Mapping | _OrText):
            raise ValueError("this is a text or an object")
        return cast("object", given)

    @classmethod
    def of_text(cls, text: str) -> dict[str, str]:
        """The object that a text means."""
        return {"path": text}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Both ways of writing it."""
        return {
            "anyOf": [{"type": "string"}, super().__get_pydantic_json_schema__(schema, handler)]
        }


class InputObject(_OrText):
    """A source."""

    path: Location
    """A file below an allowed folder, a URL, or `upload:ID`."""

    @field_validator("path")
    @classmethod
    def _not_blank(cls, given: str) -> str:
        if not given.strip():
            raise ValueError("Input path cannot be empty")
        return given


class OutputObject(_OrText):
    """What is to come out. A text is a format, or a file's name."""

    @classmethod
    def of_text(cls, text: str) -> dict[str, str]:
        """A format if it is the name of one."""
        return {"format" if text.lower() in FORMATS else "path": text}

    path: Location | None = None
    """Its name; folders in it are left out, as the file is kept with the job."""
    format: Annotated[str, Field(max_length=12, examples=["mp4"])] | None = None
    video: VideoWish = VideoWish()
    audio: AudioWish = AudioWish()
    metadata: dict[Annotated[str, Field(pattern="^[a-z_]{1,40}$")], PlainText] = Field(
        default_factory=dict[str, str], max_length=40
    )
    """Title, artist and the like; an empty text removes one that the source has."""


class ConvertOptions(Said):
    """What else may be said."""

    format: Annotated[str, Field(max_length=12)] | None = None
    threads: int | None = Field(default=None, ge=1, le=64)
    audio_tracks: Annotated[str, Field(pattern="^(default|all)$")] = "default"
    subtitles: Annotated[str, Field(pattern="^(keep|drop)$")] = "keep"
    keep_metadata: bool = True
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None = None


class Conversion(Said):
    """A source, operations one after another, and an output."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "input": "/storage/input/video.mp4",
                    "output": {"path": "result.mp4", "video": {"codec": "h264", "crf": 23}},
                    "operations": [{"type": "trim", "params": {"start_time": 10, "duration": 60}}],
                    "priority": "normal",
                },
                {
                    "input": "/storage/input/video.mp4",
                    "output": None,
                    "operations": [
                        {"type": "thumbnail", "params": {"count": 5, "width": 640}},
                        {"type": "storyboard", "params": {"interval": 10}},
                    ],
                },
            ]
        }
    )

    input: InputObject
    output: OutputObject | None = OutputObject()
    """null: only what operations make beside it: thumbnails, sheets."""
    operations: tuple[AnyOperation, ...] = Field(default=(), max_length=MOST_OPERATIONS)
    options: ConvertOptions = ConvertOptions()
    preset: PresetReference | None = None
    """What stands under all this: a preset's name, or a version of it."""

    def recipe(self) -> ConvertRecipe:
        """What it means.

        Raises:
            InvalidFieldsError: what contradicts itself.
        """
        out = self.output
        stem, by_name = named(out.path or "" if out else "")
        said: dict[str, JsonValue] = self.options.model_dump(exclude={"format", "threads"})
        video = out.video if out else VideoWish()
        if self.options.threads is not None:
            video = video.over(VideoWish(threads=self.options.threads))
        values = {
            **said,
            "format": self._format(out, by_name) if out else None,
            "stem": stem,
            "operations": self.operations,
            "video": video,
            "audio": out.audio if out else AudioWish(),
            "metadata": out.metadata if out else {},
            "preset": self.preset,
        }
        return checked(ConvertRecipe, values)

    @property
    def sources(self) -> dict[str, Reference]:
        """The main one; those of the operations are the recipe's."""
        return {MAIN: reference(self.input.path, "input")}

    @property
    def notices(self) -> list[Notice]:
        """What is not quite as asked, by the request alone."""
        path = self.output.path if self.output else None
        if path is None or "/" not in path:
            return []
        message = "the output is kept with the job, under its name alone; download it from there"
        return [Notice(code="output_kept_with_job", message=message)]

    def _format(self, out: OutputObject, by_name: PlainFormat | None) -> PlainFormat:
        for word, at in ((out.format, "/output/format"), (self.options.format, "/options/format")):
            if word is None:
                continue
            if word.lower() not in FORMATS:
                raise wrong(at, f"unknown; one of {', '.join(FORMATS)}")
            return FORMATS[word.lower()]
        if by_name is not None:
            return by_name
        if out.path is not None:
            raise wrong("/output", f"no known format; one of {', '.join(FORMATS)}")
        extracts = [one for one in self.operations if isinstance(one, ExtractAudio)]
        return (extracts[-1].format or "m4a") if extracts else "mp4"


class ConvertRequest(Conversion, JobOptions):
    """A conversion, and how urgent it is."""


def asked_for(said: ConvertRequest, say: Say, written: JsonValue) -> Asked:
    """The job that a conversion is.

    Args:
        said: the request, with its preset.
        say: makes the answer.
        written: the request as it came, for errors.

    Raises:
        InvalidFieldsError: what contradicts itself.
    """
    recipe = said.recipe()
    return Asked(said, recipe, {**said.sources, **other_sources(recipe, written)}, say)


def other_sources(recipe: ConvertRecipe, written: JsonValue) -> dict[str, Reference]:
    """The sources that operations name, each with the field that does."""
    places = recipe.places
    return {
        name: reference(text, _field(recipe, places[name], written))
        for name, text in recipe.references.items()
    }


def _field(recipe: ConvertRecipe, place: tuple[int, *Place], written: JsonValue) -> str:
    """Where a source is named: `operations/1/params/image`. A preset's operations stand last."""
    number, field, *rest = place
    own = written.get("operations") if isinstance(written, dict) else None
    operation = own[number] if isinstance(own, list) and number < len(own) else None
    if not isinstance(operation, dict):
        return "preset"
    params = operation.get("params")
    fields = {**operation, **(params if isinstance(params, dict) else {})}
    names = type(recipe.operations[number]).written(str(field))
    name = next(one for one in fields if one in names)
    return "/".join(map(str, as_written(("operations", number, name, *rest), written)))
