"""Two pictures made comparable, frame by frame, and the filters that compare them."""

from dataclasses import dataclass, replace
from fractions import Fraction

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.graph import Comparison, QualityOutput
from reelmill.model.metrics import BY_LIBVMAF, HD_SIDE, MS_SSIM_SIDE, VMAF_MODEL, VMAF_MODEL_4K
from reelmill.model.operations import Colour
from reelmill.model.process import Measurement, Options
from reelmill.planner.context import Context
from reelmill.planner.lowering.picture import coloured, even
from reelmill.planner.lowering.site import Lowering
from reelmill.planner.tracks import Picture

SHAPE_DOUBT = Fraction(1, 20)
"""By how much of its shape one may be stretched onto the other: rounding, and a few cut lines."""
EVERY = 5
THREADS = 2
APPROXIMATE = f"VMAF and MS-SSIM of one frame in {EVERY}: about 0.2 points off, in half the time"
TOGETHER: Options = (("shortest", "1"),)
"""Else the shorter one's last frame would be compared with all that the other has left."""
PIXELS = Colour(id="compared", input="compared")


@dataclass(frozen=True)
class Pair:
    """Two pictures of the same size, rate and samples, from time 0."""

    picture: Picture
    reference: Picture


def aligned(picture: Picture, reference: Picture, to: Lowering) -> Pair:
    """Both from their first frames, at the reference's size and rate, in the same samples.

    Raises:
        UnsupportedMediaError: one is HDR and the other not, or of another kind.
        InvalidRequestError: their shapes differ.
    """
    _check(picture, reference)
    rate = reference.rate or reference.stream.nominal_rate or Fraction(25)
    size = even(reference.width), even(reference.height)
    _tell(picture, reference, rate, size, to.context)
    light = replace(
        picture, stream=picture.stream.but(mastering=reference.stream.mastering)
    )  # so that one curve maps the tones of both
    depth = max(_depth(picture), _depth(reference))
    return Pair(
        *(_comparable(one, rate, size, depth, to) for one in (light, reference)),
    )


def _depth(picture: Picture) -> int:
    return 10 if picture.stream.bit_depth > 8 else 8


def _check(picture: Picture, reference: Picture) -> None:
    if picture.hdr != reference.hdr:
        kinds = " and ".join((one.hdr or "SDR").upper() for one in (picture, reference))
        raise UnsupportedMediaError(
            f"{kinds} are not compared: mapping the tones of one would count as loss"
        )
    shape, wanted = (one.width / one.height for one in (picture, reference))
    if abs(shape / wanted - 1) > SHAPE_DOUBT:
        sizes = [f"{round(one.width)}x{round(one.height)}" for one in (picture, reference)]
        raise InvalidRequestError(
            f"{sizes[0]} cannot be compared with {sizes[1]}: the shapes differ; crop or pad one"
        )


def _tell(
    picture: Picture, reference: Picture, rate: Fraction, size: tuple[int, int], context: Context
) -> None:
    own = picture.rate or picture.stream.nominal_rate
    if own is not None and own != rate:
        rates = f"{float(own):.6g} frames a second compared at {float(rate):.6g}"
        context.notice("frame_rate_matched", f"{rates}: some count twice, or not at all")
    if (picture.width, picture.height) != size:
        was = f"{round(picture.width)}x{round(picture.height)}"
        context.notice("scaled_to_reference", f"{was} scaled to {size[0]}x{size[1]}, bicubic")
    lengths = [_length(one) for one in (picture, reference)]
    if None not in lengths:
        one, other = (float(length or 0) for length in lengths)
        if abs(one - other) > 1 / float(rate):
            message = f"{one:.3f} s and {other:.3f} s: only what both have is compared"
            context.notice("lengths_differ", message)


def _length(picture: Picture) -> Fraction | None:
    return picture.end - picture.start if picture.end is not None else None


def _comparable(
    picture: Picture, rate: Fraction, size: tuple[int, int], depth: int, to: Lowering
) -> Picture:
    width, height = size
    filters: list[tuple[str, Options]] = [
        ("setpts", (("expr", "PTS-STARTPTS"),)),
        ("fps", (("fps", str(rate)), ("start_time", "0"))),
    ]
    if not picture.square or (picture.width, picture.height) != size:
        scaler = (("w", str(width)), ("h", str(height)), ("flags", "bicubic"))
        filters += [("scale", scaler), ("setsar", (("sar", "1"),))]
    sized = replace(
        picture,
        pad=to.builder.chain(picture.pad, *filters),
        width=Fraction(width),
        height=Fraction(height),
        square=True,
        rate=rate,
        start=Fraction(0),
        end=_length(picture),
    )
    pix_fmt = "yuv420p10le" if depth > 8 else "yuv420p"
    return coloured(PIXELS.but(pix_fmt=pix_fmt), sized, to)


def measured(output: QualityOutput | Comparison, pair: Pair, of: str, to: Lowering) -> Measurement:
    """The filters that compare two pictures, each leaving its figures on the frames or in a log.

    Raises:
        UnsupportedMediaError: this host has no libvmaf, or the picture is too small for MS-SSIM.
    """
    picture, reference = pair.picture, pair.reference
    builder, other = to.builder, reference.pad
    together = TOGETHER if output.metrics else ()
    psnr = builder.filter("psnr", together, (picture.pad, other))
    pad = builder.filter("ssim", together, (psnr, other))
    log, every, model = None, 1, None
    if any(one in BY_LIBVMAF for one in output.metrics):
        _check_libvmaf(output, reference, to.context)
        log, every = f"{output.name}.vmaf.csv", EVERY if output.mode == "fast" else 1
        options = [("log_path", log), ("log_fmt", "csv"), ("n_threads", str(THREADS))]
        if "vmaf" in output.metrics:
            model = _model(reference)
        if model is not None and model != VMAF_MODEL:
            options.append(("model", f"version={model}"))
        if every > 1:
            options.append(("n_subsample", str(every)))
            to.context.notice("quality_approximate", APPROXIMATE)
        if "ms_ssim" in output.metrics:
            options.append(("feature", "name=float_ms_ssim"))
        pad = builder.filter("libvmaf", (*options, *together), (pad, other))
    counts = [one.frame_count for one in (picture, reference)]
    known = [count for count in counts if count is not None]
    return Measurement(
        output=output.name,
        pad=pad,
        of=of,
        frame_count=min(known) if len(known) == len(counts) else None,
        bit_depth=10 if "10" in reference.pix_fmt else 8,
        metrics=output.metrics,
        log=log,
        model=model,
        every=every,
        path=output.path,
        rate=reference.rate,
        pixels=int(reference.width * reference.height),
    )


def _model(reference: Picture) -> str:
    """Of VMAF, as its authors advise for such a picture."""
    return VMAF_MODEL_4K if min(reference.width, reference.height) > HD_SIDE else VMAF_MODEL


def _check_libvmaf(
    output: QualityOutput | Comparison, reference: Picture, context: Context
) -> None:
    known = context.facts.capabilities.filters
    if known and "libvmaf" not in known:
        raise UnsupportedMediaError("this host's FFmpeg has no libvmaf: leave out vmaf and ms_ssim")
    side = min(reference.width, reference.height)
    if "ms_ssim" in output.metrics and side < MS_SSIM_SIDE:
        raise UnsupportedMediaError(
            f"ms_ssim needs {MS_SSIM_SIDE} pixels a side, and the reference has {round(side)}"
        )


def observed(output: Comparison, to: Lowering) -> Measurement:
    """What a picture shows by itself (blurdetect, blockdetect)."""
    picture = to.picture(output.picture)
    pad = to.builder.chain(picture.pad, ("blurdetect", ()), ("blockdetect", ()))
    rate = picture.rate or picture.stream.nominal_rate
    return Measurement(
        output=output.name,
        pad=pad,
        of=output.name,
        metrics=output.metrics,
        path=output.path,
        rate=rate,
        pixels=int(picture.width * picture.height),
    )
