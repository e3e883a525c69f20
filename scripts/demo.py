"""The demo: real footage through the ladder, by the command, then by the service."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.tree import Tree

from reelmill.ffmpeg.locate import find_ffmpeg
from scripts.demo_service import show_service

ROOT = Path(__file__).resolve().parent.parent
FOOTAGE = ROOT.parent / "shared" / "media"
OUTPUT = ROOT / "demo-output"
DRAWN_SECONDS = 24


def drawn(folder: Path) -> Path:
    """A clip of its own where there is no footage: moving pictures, a clock, tones."""
    path = folder / "drawn.mp4"
    picture = f"testsrc2=size=1280x720:rate=30:duration={DRAWN_SECONDS}"
    sound = f"sine=frequency=330:beep_factor=4:sample_rate=48000:duration={DRAWN_SECONDS}"
    command = [find_ffmpeg().path, "-v", "error", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "veryfast"]
    command += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", path]
    subprocess.run(command, check=True)
    return path


def tree_of(folder: Path) -> Tree:
    """A folder as a tree, with sizes."""
    tree = Tree(f"[bold]{folder.name}/[/]")
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            tree.add(f"{path.name} [dim]-> {path.readlink()}[/]")
        elif path.is_dir():
            tree.add(tree_of(path))
        else:
            tree.add(f"{path.name} [dim]{path.stat().st_size / 1000:.0f} kB[/]")
    return tree


def main() -> None:
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="reelmill-demo-") as name:
        found = sorted(FOOTAGE.glob("big_buck_bunny*")) + sorted(FOOTAGE.glob("*.mp4"))
        source = Path(sys.argv[1]) if len(sys.argv) > 1 else (found or [None])[0]
        source = source or drawn(Path(name))
        console.rule(f"reelmill run {source.name} -o {OUTPUT.name}")
        command = [sys.executable, "-m", "reelmill", "run", str(source), "-o", str(OUTPUT)]
        document = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, check=False)
        if document.returncode:
            sys.exit(document.returncode)
        result = json.loads(document.stdout)
        show(console, Path(result["folder"]), result["metadata"])
        show_service(console, source, OUTPUT / "service.log")
    console.print("To keep a service: make serve")


def show(console: Console, folder: Path, metadata: dict[str, dict[str, dict[str, object]]]) -> None:
    """What was made, what was measured, how to play it."""
    console.rule("what was made")
    console.print(tree_of(folder))
    console.rule("what was measured (metadata.json)")
    for rung, quality in metadata["quality_metrics"].items():
        output = metadata["outputs"].get(rung)
        if output:
            ratio = metadata["compression_ratio"][rung]
            bit_rate = int(str(output["bitrate"])) // 1000
            console.print(
                f"{rung}: {output['resolution']}, {bit_rate} kb/s, PSNR {quality['psnr']} dB, "
                f"SSIM {quality['ssim']}, source to output {ratio} : 1"
            )
    console.print((folder / "master.m3u8").read_text(), style="dim")
    console.rule("how to play it")
    console.print(f"mpv {folder / 'master.m3u8'}   (or VLC, or Safari)")
    console.print(f"python3 -m http.server -b 127.0.0.1 -d {folder} 8000")
    console.print("  then http://127.0.0.1:8000/720p/video_720p.mp4 in any browser,")
    console.print("  or http://127.0.0.1:8000/master.m3u8 in one that plays HLS (Chrome, Safari)")


if __name__ == "__main__":
    main()
