"""What every model value is: frozen, closed to unknown fields, and JSON both ways."""

import re
from collections.abc import Mapping
from fractions import Fraction
from types import NoneType
from typing import Annotated, Any, ClassVar, Self, cast, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

_SHORT = re.compile(r" ?[-+]?\d{1,40}(\.\d{0,40}|/\d{1,40})? ?")
"""Exponents are left out: a billionth power is written in a few signs, and worked out in hours."""


def _rational(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction | int | str):
        raise ValueError("a rational is an integer or a string such as '30000/1001'")
    if isinstance(value, str) and not _SHORT.fullmatch(value):
        raise ValueError(f"not a rational: {value[:40]!r}")
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"not a rational: {value!r}") from error


Rational = Annotated[
    Fraction,
    BeforeValidator(_rational),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["30000/1001"]}),
]
"""An exact number: time in seconds, frame rates, aspect ratios. JSON: a string, "30000/1001"."""


class Value(BaseModel):
    """A frozen value that compares by content and refuses fields it does not know."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> str:
        """This value as JSON; `from_json` gives an equal value back."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value written by `to_json`.

        Raises:
            pydantic.ValidationError: not JSON, an unknown field or version, a wrong type.
        """
        return cls.model_validate_json(text)

    def but(self, **changes: object) -> Self:
        """The same value with some fields replaced, validated again."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **changes})


class Said(Value):
    """A value as somebody writes it: null is as if the field were not there.

    It is a word of its own where the field must be there, or knows a None that is not its default.
    """

    always: ClassVar[frozenset[str]] = frozenset()
    """Fields that must be there, although the model has a default: those that tell its kind."""

    @model_validator(mode="before")
    @classmethod
    def _unsaid(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        said = cast("Mapping[str, object]", given)
        names = {name for name, value in said.items() if value is None}
        if not names:
            return said
        fields = [name for name, one in cls.model_fields.items() if _may_be_null(one)]
        dropped = names & {written for name in fields for written in cls.written(name)}
        return {name: value for name, value in said.items() if name not in dropped}

    @classmethod
    def written(cls, field: str) -> set[str]:
        """What a field may be called."""
        alias = cls.model_fields[field].validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        return {field, *(one for one in choices if isinstance(one, str))}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Every field that need not be there may be null."""
        shown = handler(schema)
        described = handler.resolve_ref_schema(shown)
        required = {*described.get("required", ()), *cls.always}
        for name, one in described.get("properties", {}).items():
            if name not in required:
                described["properties"][name] = _or_null(one)
        if required:
            described["required"] = [name for name in described["properties"] if name in required]
        return shown


def _may_be_null(field: FieldInfo) -> bool:
    """Whether null is the same as nothing."""
    if field.is_required():
        return False
    return field.default is None or NoneType not in get_args(field.annotation)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    if null in schema.get("anyOf", ()):
        return schema
    about = ("title", "description", "default", "examples")
    kept = {name: schema[name] for name in about if name in schema}
    bare = {name: one for name, one in schema.items() if name not in kept}
    either = bare["anyOf"] if bare.keys() == {"anyOf"} else [bare]
    return {**kept, "anyOf": [*either, null]}
