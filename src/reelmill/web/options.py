"""What may be said about a new job, the same for every way of making one."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
)

from reelmill.model.jobs import LEAST_PRIORITY, MOST_PRIORITY, USUAL_PRIORITY
from reelmill.model.value import Rational, Said
from reelmill.model.webhooks import BATCH_COMPLETED, FINAL_EVENTS, JobWebhook, WebhookEvent
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.ladder.settings import RUNGS, LadderCodec, Packaging
from reelmill.web import body
from reelmill.web.fields import checked

PRIORITIES = {"low": 1, "batch": 3, "normal": 5, "high": 8, "urgent": 10}
METADATA_BYTES = 64 << 10


def _numbered(value: object) -> object:
    return PRIORITIES.get(value, value) if isinstance(value, str) else value


def _bearable(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(body.canonical(metadata)) > METADATA_BYTES:
        raise ValueError(f"metadata has {METADATA_BYTES} bytes at most")
    where = body.pointer_to_control(metadata)
    if where is not None:
        raise ValueError(f"a control character at {where or 'the top'}")
    return metadata


def _plain(text: str) -> str:
    if body.pointer_to_control(text) is not None:
        raise ValueError("a control character")
    return text


PlainText = Annotated[str, AfterValidator(_plain)]
"""Text without control characters."""

Priority = Annotated[
    int,
    BeforeValidator(_numbered),
    Field(
        ge=LEAST_PRIORITY,
        le=MOST_PRIORITY,
        strict=True,
    ),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": LEAST_PRIORITY, "maximum": MOST_PRIORITY},
                {"type": "string", "enum": [*PRIORITIES]},
            ],
            "description": "1 to 10, or low, batch, normal, high, urgent",
        }
    ),
]
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_bearable)]
"""The user's own words. Kept as they are; control characters are refused, not removed."""

RungName = Annotated[str, StringConstraints(pattern=f"^({'|'.join(RUNGS)})$")]


def _rational(given: object) -> object:
    return str(given) if isinstance(given, float) else given


Seconds = Annotated[Rational, BeforeValidator(_rational)]
HttpUrl = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://[^\s]+$")]


def _full_name(event: object) -> object:
    return f"job.{event}" if isinstance(event, str) and "." not in event else event


def _of_a_job(event: str) -> str:
    if event == BATCH_COMPLETED:
        raise ValueError(f"a job has no {BATCH_COMPLETED}; its batch has")
    return event


EventName = Annotated[
    WebhookEvent,
    BeforeValidator(_full_name),
    Field(description="`completed` is the same as `job.completed`"),
]
Events = Annotated[
    tuple[EventName, ...],
    Field(min_length=1, max_length=16),
    AfterValidator(lambda events: tuple(dict.fromkeys(events))),
]


class LadderOptions(Said):
    """A ladder; what is left out is the reference's: 360p and 720p H.264 with HLS."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rungs": ["360p", "1080p"]}]})

    rungs: tuple[RungName, ...] = Field(default=("360p", "720p"), min_length=1)
    codec: LadderCodec = "h264"
    preset: Annotated[str, StringConstraints(pattern="^[a-z0-9]{1,12}$")] | None = None
    packaging: tuple[Packaging, ...] | None = None
    segment_seconds: Annotated[Seconds, Field(gt=0, le=60)] | None = None
    max_frame_rate: Annotated[Seconds, Field(gt=0)] | None = None
    mp3: bool = True
    mp3_bit_rate: int | None = Field(default=None, ge=32_000, le=320_000)
    mp3_sample_rate: Literal[44_100, 48_000] | None = None
    thumbnail_positions: (
        Annotated[tuple[Annotated[int, Field(ge=0, le=100)], ...], Field(max_length=101)] | None
    ) = None
    quality: bool = True
    hdr: Literal["tone_map", "keep"] = "tone_map"
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")] | None = None

    def checked(self, at: str = "/settings") -> LadderRecipe:
        """The recipe's own settings.

        Args:
            at: a pointer to them in the body.

        Raises:
            InvalidFieldsError: two that contradict each other.
        """
        given = self.model_dump(exclude_none=True)
        rungs = [RUNGS[one] for one in self.rungs]
        return checked(LadderRecipe, {**given, "rungs": rungs}, at)


JobEvents = Annotated[Events, AfterValidator(lambda e: tuple(_of_a_job(one) for one in e))]


class JobOptions(Said):
    """What every request for a job may say."""

    priority: Priority = USUAL_PRIORITY
    webhook_url: HttpUrl | None = None
    webhook_events: JobEvents = FINAL_EVENTS
    metadata: Metadata = Field(default_factory=dict[str, JsonValue])

    @property
    def webhook(self) -> JobWebhook | None:
        """Whom to tell of the job's events, if anybody."""
        if self.webhook_url is None:
            return None
        return JobWebhook(url=self.webhook_url, events=self.webhook_events)


class LadderJobOptions(JobOptions):
    """What a request for a ladder may say."""

    settings: LadderOptions = LadderOptions()
