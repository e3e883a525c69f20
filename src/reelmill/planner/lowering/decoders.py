"""Decoders by codec: what FFmpeg may use for a source, and nothing else (-codec_whitelist)."""

from reelmill.model.facts import SourceFacts

DECODERS: dict[str, tuple[str, ...]] = {
    "av1": ("libdav1d", "libaom-av1", "av1"),
    "avs2": ("libdavs2",),
    "avs3": ("libuavs3d",),
    "flv1": ("flv",),
    "h264": ("h264", "libopenh264"),
    "jpegxl": ("libjxl",),
    "jpegxl_anim": ("libjxl_anim",),
    "mpeg2video": ("mpeg2video", "mpegvideo"),
    "msmpeg4v3": ("msmpeg4",),
    "vp8": ("vp8", "libvpx"),
    "vp9": ("vp9", "libvpx-vp9"),
    "aac": ("aac", "aac_fixed"),
    "ac3": ("ac3", "ac3_fixed"),
    "adpcm_g722": ("g722",),
    "adpcm_g726": ("g726",),
    "adpcm_g726le": ("g726le",),
    "amr_nb": ("amrnb", "libopencore_amrnb"),
    "amr_wb": ("amrwb", "libopencore_amrwb"),
    "atrac3p": ("atrac3plus",),
    "atrac3pal": ("atrac3plusal",),
    "dts": ("dca",),
    "mp1": ("mp1", "mp1float"),
    "mp2": ("mp2", "mp2float"),
    "mp3": ("mp3float", "mp3"),
    "mp3adu": ("mp3adufloat", "mp3adu"),
    "mp3on4": ("mp3on4float", "mp3on4"),
    "mp4als": ("als",),
    "musepack7": ("mpc7",),
    "musepack8": ("mpc8",),
    "opus": ("opus", "libopus"),
    "ra_144": ("real_144",),
    "ra_288": ("real_288",),
    "vorbis": ("vorbis", "libvorbis"),
    "ass": ("ssa", "ass"),
    "dvb_subtitle": ("dvbsub",),
    "dvd_subtitle": ("dvdsub",),
    "dvb_teletext": ("libzvbi_teletextdec",),
    "eia_608": ("cc_dec",),
    "hdmv_pgs_subtitle": ("pgssub",),
    "subrip": ("srt", "subrip"),
}
"""Where they are not called as their codec alone (`ffmpeg -codecs`, 9.0)."""


BROADCAST = ("mpeg2video", "h264", "hevc", "mp2", "mp3", "aac", "aac_latm", "ac3", "eac3")
"""Codecs that a transport stream may turn to at a splice, in the same stream."""
SPLICED = frozenset(("mpegts", "mpeg"))


def decoders_of(facts: SourceFacts) -> tuple[str, ...]:
    """The decoders of all streams that were found in a source, in their order."""
    codecs = dict.fromkeys(s.codec for s in facts.streams if s.codec != "unknown")
    if facts.container in SPLICED:
        codecs |= dict.fromkeys(BROADCAST)
    return tuple(name for codec in codecs for name in DECODERS.get(codec, (codec,)))
