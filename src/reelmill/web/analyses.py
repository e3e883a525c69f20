"""An analysis as it is asked for (reference R0), and the recipe that it means."""

from typing import Literal

from pydantic import AliasChoices, ConfigDict, Field

from reelmill.recipes.analyze.recipe import REFERENCE, AnalyzeRecipe
from reelmill.recipes.operations.analysis import USUAL_METRICS, Metrics
from reelmill.recipes.recipe import MAIN
from reelmill.web.conversions import InputObject
from reelmill.web.fields import wrong
from reelmill.web.making import Reference, reference
from reelmill.web.options import JobOptions


class AnalysisRequest(JobOptions):
    """A picture, and what it is held against.

    With `reference` the input is judged; with `output` (or `distorted`) that is, and the input is
    the original. With neither, the input is looked at by itself.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "input": "/storage/input/film.mp4",
                    "output": "/storage/output/film_small.mp4",
                    "metrics": ["vmaf", "psnr", "ssim", "ms-ssim"],
                },
                {
                    "input": "/storage/output/film_small.mp4",
                    "reference": "/storage/input/film.mp4",
                    "metrics": ["vmaf"],
                    "mode": "fast",
                },
            ]
        },
    )

    input: InputObject
    output: InputObject | None = Field(
        default=None, validation_alias=AliasChoices("output", "distorted")
    )
    """What was made of the input."""
    reference: InputObject | None = None
    """What the input was made of."""
    metrics: Metrics | None = Field(default=None, examples=[["vmaf", "psnr", "ssim", "ms-ssim"]])
    """vmaf, psnr and ssim, where nothing is said."""
    mode: Literal["exact", "fast"] = "exact"
    """fast: VMAF and MS-SSIM of every fifth frame, and the result says so."""

    def recipe(self) -> AnalyzeRecipe:
        """What it means.

        Raises:
            InvalidFieldsError: metrics that compare, and nothing to compare with; or too much.
        """
        if self.output is not None and self.reference is not None:
            raise wrong("/output", "give output or reference: the input is the other one")
        alone = self.output is None and self.reference is None
        if alone and self.metrics is not None:
            raise wrong("/reference", f"{', '.join(self.metrics)} compare: give a reference")
        return AnalyzeRecipe(metrics=self.metrics or USUAL_METRICS, mode=self.mode)

    @property
    def sources(self) -> dict[str, Reference]:
        """What is judged is the main one."""
        given = reference(self.input.path, "input")
        if self.output is not None:
            return {MAIN: reference(self.output.path, "output"), REFERENCE: given}
        if self.reference is not None:
            return {MAIN: given, REFERENCE: reference(self.reference.path, "reference")}
        return {MAIN: given}
