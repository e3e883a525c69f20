"""What every model value is: frozen, closed to unknown fields, and JSON both ways."""

import re
from fractions import Fraction
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

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
