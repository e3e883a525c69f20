"""The source of the reference job: real footage if it is given, else drawn."""

import subprocess
from pathlib import Path

ZOOMS = {
    "lively": "start_scale=0.4:end_scale=0.02:end_pts=2400:maxiter=400,eq=saturation=0.7,gblur=1.2",
    "calm": "start_scale=0.4:end_scale=0.3:end_pts=4800:maxiter=60,eq=saturation=0.7,gblur=6",
}
"""How much of a picture moves, and how sharp it is."""


def drawn(ffmpeg: Path, path: Path, seconds: int, kind: str = "lively", grain: int = 0) -> Path:
    """1080p30 H.264 with sound: a zoom into a fractal, detail everywhere and moving.

    The costlier a picture is for the encoder, the less is left that a planner can save: a calm one
    costs it about as much as that of the goals, a `grain` of 4 several times as much.
    """
    picture = (
        f"mandelbrot=size=1920x1080:rate=30:{ZOOMS[kind]},noise=alls={grain}:allf=t,format=yuv420p"
    )
    sound = "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000,tremolo=f=2,"
    sound += "aformat=channel_layouts=stereo"
    command = [ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", sound, "-t", str(seconds), "-c:v", "libx264"]
    command += ["-preset", "fast", "-crf", "22", "-c:a", "aac", "-b:a", "160k", path]
    subprocess.run(command, check=True)
    return path
