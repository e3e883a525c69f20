"""The operation of users that measures what comes out."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from reelmill.model.metrics import ComparingMetric
from reelmill.model.operations import Deinterlace, SelectVideo
from reelmill.recipes.chain import Analysis, Chain
from reelmill.recipes.operations.base import UserOperation


def _metric(given: object) -> object:
    return given.lower().replace("-", "_") if isinstance(given, str) else given


MetricName = Annotated[ComparingMetric, BeforeValidator(_metric)]
"""ms-ssim is ms_ssim."""
USUAL_METRICS: tuple[ComparingMetric, ...] = ("vmaf", "psnr", "ssim")
Metrics = Annotated[tuple[MetricName, ...], Field(min_length=1, max_length=4)]


class Analyze(UserOperation):
    """Measure the output: against what goes into its encoder, or against another file.

    `fast` looks at every fifth frame only for VMAF and MS-SSIM. Where it stands does not matter.
    """

    encodes: ClassVar[bool] = False
    looks: ClassVar[bool] = True
    brings: ClassVar[tuple[str, ...]] = ("reference_path",)

    type: Literal["analyze"] = "analyze"
    metrics: Metrics = USUAL_METRICS
    mode: Literal["exact", "fast"] = "exact"
    reference_path: str | None = Field(default=None, min_length=1, max_length=4096)
    """A file, a URL or an upload, as inputs are; None: what goes into the encoder."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        against = None
        if self.reference_path is not None:
            picture = chain.add(SelectVideo, source=chain.bring())
            against = chain.add(Deinterlace, input=picture)
        chain.analyses.append(Analysis(tuple(dict.fromkeys(self.metrics)), self.mode, against))
