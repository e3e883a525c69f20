"""The source of the reference job: real footage if it is given, else drawn."""

import subprocess
from pathlib import Path


def drawn(ffmpeg: Path, path: Path, seconds: int, grain: int = 0) -> Path:
    """1080p30 H.264 with sound: a slow zoom into a fractal, detail everywhere and moving.

    With `grain` (4 is a lot) it costs the encoder several times as much, and the share that a
    planner can save falls.
    """
    picture = (
        "mandelbrot=size=1920x1080:rate=30:start_scale=0.4:end_scale=0.02:end_pts=2400:maxiter=400,"
        f"eq=saturation=0.7,gblur=sigma=1.2,noise=alls={grain}:allf=t,format=yuv420p"
    )
    sound = "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000,tremolo=f=2,"
    sound += "aformat=channel_layouts=stereo"
    command = [ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", sound, "-t", str(seconds), "-c:v", "libx264"]
    command += ["-preset", "fast", "-crf", "22", "-c:a", "aac", "-b:a", "160k", path]
    subprocess.run(command, check=True)
    return path
