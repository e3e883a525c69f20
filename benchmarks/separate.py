"""The reference job by hand: one FFmpeg command after another, as the reference document has it.

To its words only what makes the packets comparable is added: pinned threads, the key frame grid
that streaming needs, no metadata of the source.
"""

from dataclasses import dataclass
from pathlib import Path

SECONDS_OF_A_SEGMENT = 10


@dataclass(frozen=True)
class ByHand:
    """The commands for one source."""

    ffmpeg: Path
    source: Path
    duration_seconds: float
    threads: int

    def ladder(self) -> list[list[str]]:
        """360p, 720p, HLS of both by copy, MP3, 16 kHz WAV, five thumbnails: 11 processes."""
        commands = [
            self._rung("360", "23", "main", "3.1", "96k", "44100"),
            self._rung("720", "22", "high", "4.0", "128k", "48000"),
            self._hls("360"),
            self._hls("720"),
            self._run(*self._input(), "-vn", "-acodec", "libmp3lame", "-b:a", "192k", "audio.mp3"),
            self._run(*self._input(), "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", "audio.wav"),
        ]
        for percent in (0, 25, 50, 75):
            at = f"{self.duration_seconds * percent / 100:.3f}"
            commands.append(self._run("-ss", at, *self._input(), *self._still(percent)))
        last = ("-update", "1", *self._still(100)[2:])
        commands.append(self._run("-sseof", "-0.5", *self._input(), *last))
        return commands

    def metrics(self) -> list[list[str]]:
        """PSNR and SSIM of each rung against the source scaled to it: 4 processes."""
        return [
            self._run(
                *("-i", f"video_{side}p.mp4", *self._input(), "-filter_complex"),
                f"[1:v]scale=-2:{side}[reference];[0:v][reference]{metric}",
                *("-an", "-f", "null", "-"),
            )
            for side in ("360", "720")
            for metric in ("psnr", "ssim")
        ]

    def _run(self, *words: str) -> list[str]:
        return [str(self.ffmpeg), "-nostdin", "-y", "-v", "error", *words]

    def _input(self) -> tuple[str, ...]:
        return ("-i", str(self.source))

    def _rung(
        self, side: str, crf: str, profile: str, level: str, audio: str, rate: str
    ) -> list[str]:
        return self._run(
            *self._input(),
            *("-vf", f"scale=-2:{side}", "-c:v", "libx264", "-preset", "medium", "-crf", crf),
            *("-profile:v", profile, "-level", level, "-threads:v", str(self.threads)),
            *("-force_key_frames", f"expr:gte(t,n_forced*{SECONDS_OF_A_SEGMENT})"),
            *("-movflags", "+faststart", "-c:a", "aac", "-b:a", audio, "-ar", rate),
            *("-map_metadata", "-1", "-f", "mp4", f"video_{side}p.mp4"),
        )

    def _hls(self, side: str) -> list[str]:
        return self._run(
            *("-i", f"video_{side}p.mp4", "-codec:", "copy", "-start_number", "0"),
            *("-hls_time", str(SECONDS_OF_A_SEGMENT), "-hls_list_size", "0"),
            *("-hls_segment_filename", f"{side}_%03d.ts", "-f", "hls", f"{side}.m3u8"),
        )

    @staticmethod
    def _still(percent: int) -> tuple[str, ...]:
        return ("-frames:v", "1", "-q:v", "3", f"thumb_{percent:02d}.jpg")
