"""The source of the reference job: real footage if it is given, else drawn.

What a planner can save is what stands beside encoding, most of it decoding. So the kind of footage
decides: what a camera writes is costly to decode, calm pictures at few bits cost nearly nothing.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

ZOOM = "mandelbrot=size=1920x1080:rate=30:start_scale=0.4"
SLOW = f"{ZOOM}:end_scale=0.3:end_pts=4800:maxiter=60,eq=saturation=0.7,gblur=6"
NOISE_OF_A_SENSOR = "noise=alls=3:allf=t"


@dataclass(frozen=True)
class Kind:
    """A picture as a filter chain, and how it is encoded."""

    picture: str
    rate: tuple[str, ...] = ("-crf", "22")


KINDS = {
    "camera": Kind(
        f"{SLOW},{NOISE_OF_A_SENSOR}", ("-b:v", "24M", "-maxrate", "24M", "-bufsize", "24M")
    ),
    "camera-4k": Kind(
        f"{SLOW},scale=3840:2160,{NOISE_OF_A_SENSOR}",
        ("-b:v", "45M", "-maxrate", "45M", "-bufsize", "45M"),
    ),
    "calm": Kind(SLOW),
    "lively": Kind(f"{ZOOM}:end_scale=0.02:end_pts=2400:maxiter=400,eq=saturation=0.7,gblur=1.2"),
}
"""A zoom into a fractal at 30 frames a second: as phones and camcorders write it (1080p at the
24 Mbit/s of AVCHD, 2160p at the 45 that video sites ask for), calm, with detail that moves."""


def drawn(ffmpeg: Path, path: Path, seconds: int, kind: str = "lively") -> Path:
    """H.264 with sound: one of `KINDS`."""
    chosen = KINDS[kind]
    sound = "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000,tremolo=f=2,"
    sound += "aformat=channel_layouts=stereo"
    command = [ffmpeg, "-v", "error", "-nostdin", "-y"]
    command += ["-f", "lavfi", "-i", f"{chosen.picture},format=yuv420p"]
    command += ["-f", "lavfi", "-i", sound, "-t", str(seconds), "-c:v", "libx264"]
    command += ["-preset", "fast", *chosen.rate]
    command += ["-c:a", "aac", "-b:a", "160k", path]
    subprocess.run(command, check=True)
    return path
