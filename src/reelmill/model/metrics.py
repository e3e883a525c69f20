"""What is measured of pictures: how close one is to another, and what one shows by itself."""

from typing import Literal

ComparingMetric = Literal["vmaf", "psnr", "ssim", "ms_ssim"]
Metric = Literal["vmaf", "psnr", "ssim", "ms_ssim", "blur", "blockiness"]
"""The last two need no other picture (FFmpeg's blurdetect and blockdetect)."""
BY_LIBVMAF = ("vmaf", "ms_ssim")
"""Measured by libvmaf; PSNR and SSIM by FFmpeg's own filters, over all planes."""
VMAF_MODEL, VMAF_MODEL_4K = "vmaf_v0.6.1", "vmaf_4k_v0.6.1"
"""For HD on a screen at three heights' distance; for 4K at half that (Netflix, vmaf, models)."""
HD_SIDE = 1440
"""The least side of a reference above which the model of 4K is used."""
ALONE: tuple[Metric, ...] = ("blur", "blockiness")
MS_SSIM_SIDE = 176
"""Least side of a picture for MS-SSIM: an 11 pixel window at a sixteenth of the size."""
