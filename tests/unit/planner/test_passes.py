"""Each pass as data: what the steps are before it, and after."""

from fractions import Fraction
from textwrap import dedent

from reelmill.model.facts import Facts
from reelmill.model.graph import Graph
from reelmill.model.operations import ConstantRate, EncodeImage, Still, Trim
from reelmill.model.steps import Policy
from reelmill.planner.passes.copy_lossless import copy_lossless
from reelmill.planner.passes.fuse_decodes import fuse_decodes
from reelmill.planner.passes.measure_inside import measure_inside
from reelmill.planner.passes.seek_stills import seek_stills
from reelmill.planner.passes.store_split import store_split
from reelmill.planner.passes.tee_packaging import tee_packaging
from reelmill.planner.plan import plan
from reelmill.planner.rules import PASSES, Pass
from tests.unit.planner.films import facts, film, picture, sound
from tests.unit.planner.graphs import (
    AUDIO,
    COPY_IN_MATROSKA,
    HLS,
    MP4,
    PCM,
    PICTURE,
    QUALITY,
    TRACK,
    VIDEO,
    WAV,
    graph,
    small,
    still,
)
from tests.unit.planner.render import rendered

ONE_THREAD = Policy(encoder_threads=1)


def steps(made: Graph, known: Facts, *passes: Pass) -> str:
    return rendered(plan(made, known, ONE_THREAD, passes=passes))


def text(block: str) -> str:
    return dedent(block.removeprefix("\n"))


def test_copies_what_is_already_lossless() -> None:
    pcm = facts(film(sound(index=0, codec="pcm_s16le")))
    made = graph(TRACK, PCM, WAV)

    assert steps(made, pcm) == text("""
        step wav [sound]
          in0 = main
          e0 = pcm_s16le < in0:0
          t0 = e0 > wav:a.wav
    """)
    assert steps(made, pcm, copy_lossless) == text("""
        step wav [sound]
          in0 = main
          e0 = copy < in0:0
          t0 = e0 > wav:a.wav
    """)


def test_writes_a_package_with_its_file() -> None:
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS)

    assert steps(made, facts()) == text("""
        step mp4 [transcode]
          in0 = main
          e0 = libx264 threads=1 crf=23 < in0:0
          e1 = aac b=96000 < in0:1
          t0 = e0 + e1 > mp4:a.mp4
        step hls [package]
          in0 = a.mp4
          e0 = copy < in0:0
          e1 = copy < in0:1
          t0 = e0 + e1 > hls:a/playlist.m3u8
    """)
    assert steps(made, facts(), tee_packaging) == text("""
        step mp4, hls [transcode, package]
          in0 = main
          e0 = libx264 threads=1 crf=23 < in0:0
          e1 = aac b=96000 < in0:1
          t0 = e0 + e1 > mp4:a.mp4, hls:a/playlist.m3u8
    """)


def test_decodes_once_for_all() -> None:
    made = graph(PICTURE, TRACK, *small(360), *small(720), *small(360, "again"), PCM, WAV)

    assert steps(made, facts()) == text("""
        step p360 [transcode_p360]
          in0 = main
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:p360.mp4
        step p720 [transcode_p720]
          in0 = main
          f0 = scale w=1280 h=720 < in0:0
          f1 = setsar sar=1 < f0
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:p720.mp4
        step again [transcode_again]
          in0 = main
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:again.mp4
        step wav [sound]
          in0 = main
          e0 = pcm_s16le < in0:1
          t0 = e0 > wav:a.wav
    """)
    assert steps(made, facts(), fuse_decodes) == text("""
        step p360, p720, again, wav [transcode_p360, transcode_p720, transcode_again, sound]
          in0 = main
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          f2 = scale w=1280 h=720 < in0:0
          f3 = setsar sar=1 < f2
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:p360.mp4
          e1 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f3
          t1 = e1 > mp4:p720.mp4
          e2 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t2 = e2 > mp4:again.mp4
          e3 = pcm_s16le < in0:1
          t3 = e3 > wav:a.wav
    """)


def test_measures_inside_the_encode() -> None:
    made = graph(PICTURE, *small(360), QUALITY.but(encode="video_p360"))

    assert steps(made, facts()) == text("""
        step p360 [transcode_p360]
          in0 = main
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:p360.mp4
        step quality [measure]
          in0 = main
          in1 = p360.mp4
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          f2 = psnr < in1:0 f1
          f3 = ssim < f2 f1
          measure quality of p360 < f3
    """)
    assert steps(made, facts(), measure_inside) == text("""
        step p360, quality [transcode_p360, measure]
          in0 = main
          f0 = scale w=640 h=360 < in0:0
          f1 = setsar sar=1 < f0
          graph 1: f2 = psnr < dec:e0 f1
          graph 1: f3 = ssim < f2 f1
          e0 = libx264 threads=1 crf=23 force_key_frames=expr:gte(t,n_forced*10) < f1
          t0 = e0 > mp4:p360.mp4
          measure quality of p360 < f3
    """)


def test_seeks_stills_that_are_alone() -> None:
    made = graph(PICTURE, *still(0, "a"), *still(Fraction(1, 2), "b"), *still(1, "c"))

    assert steps(made, facts()) == text("""
        step a [thumbnails]
          in0 = main
          f0 = select expr=gte(t,0)*not(gte(prev_t,0)) < in0:0
          e0 = mjpeg q=3 threads=1 < f0
          t0 = e0 > image2:a.jpg
        step b [thumbnails]
          in0 = main
          f0 = select expr=gte(t,4.999)*not(gte(prev_t,4.999)) < in0:0
          e0 = mjpeg q=3 threads=1 < f0
          t0 = e0 > image2:b.jpg
        step c [thumbnails]
          in0 = main
          f0 = select expr=gte(t,9.499) < in0:0
          e0 = mjpeg q=3 threads=1 < f0
          t0 = e0 > image2:c.jpg
    """)
    assert steps(made, facts(), fuse_decodes, seek_stills) == text("""
        step a, b, c [thumbnails]
          in0 = main from 0
          in1 = main from 4.5
          in2 = main from 9
          f0 = select expr=gte(t,0)*not(gte(prev_t,0)) < in0:0
          graph 1: f1 = select expr=gte(t,0.499)*not(gte(prev_t,0.499)) < in1:0
          graph 2: f2 = select expr=gte(t,0.499) < in2:0
          e0 = mjpeg q=3 threads=1 < f0
          t0 = e0 > image2:a.jpg
          e1 = mjpeg q=3 threads=1 < f1
          t1 = e1 > image2:b.jpg
          e2 = mjpeg q=3 threads=1 < f2
          t2 = e2 > image2:c.jpg
    """)


def test_stores_the_separate_steps() -> None:
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS, *still(1))

    assert steps(made, facts()) == text("""
        step mp4 [transcode]
          in0 = main
          e0 = libx264 threads=1 crf=23 < in0:0
          e1 = aac b=96000 < in0:1
          t0 = e0 + e1 > mp4:a.mp4
        step hls [package]
          in0 = a.mp4
          e0 = copy < in0:0
          e1 = copy < in0:1
          t0 = e0 + e1 > hls:a/playlist.m3u8
        step thumb [thumbnails]
          in0 = main
          f0 = select expr=gte(t,9.499) < in0:0
          e0 = mjpeg q=3 threads=1 < f0
          t0 = e0 > image2:thumb.jpg
    """)
    assert steps(made, facts(), tee_packaging, fuse_decodes, store_split) == text("""
        step mp4, hls, thumb [transcode, package, thumbnails]
          in0 = main
          f0 = select expr=gte(t,9.499) < in0:0
          e0 = libx264 threads=1 crf=23 < in0:0
          e1 = aac b=96000 < in0:1
          t0 = e0 + e1 > mp4:a.mp4, hls:a/playlist.m3u8
          e2 = mjpeg q=3 threads=1 < f0
          t1 = e2 > image2:thumb.jpg
          split step mp4 [transcode]
            in0 = main
            e0 = libx264 threads=1 crf=23 < in0:0
            e1 = aac b=96000 < in0:1
            t0 = e0 + e1 > mp4:a.mp4
          split step hls [package]
            in0 = a.mp4
            e0 = copy < in0:0
            e1 = copy < in0:1
            t0 = e0 + e1 > hls:a/playlist.m3u8
          split step thumb [thumbnails]
            in0 = main from 9
            f0 = select expr=gte(t,0.499) < in0:0
            e0 = mjpeg q=3 threads=1 < f0
            t0 = e0 > image2:thumb.jpg
    """)


def after(made: Graph, known: Facts, *passes: Pass) -> list[tuple[str, ...]]:
    return [step.outputs for step in plan(made, known, ONE_THREAD, passes=passes).steps]


def test_does_not_copy_a_stream_that_a_filter_changes() -> None:
    known = facts(film(sound(index=0, codec="pcm_s16le")))
    made = graph(TRACK, PCM.but(sample_rate=16_000), WAV)

    assert steps(made, known, copy_lossless) == steps(made, known)


def test_does_not_copy_into_another_codec() -> None:
    made = graph(TRACK, PCM, WAV)

    assert steps(made, facts(film(sound(codec="flac"))), copy_lossless) == steps(
        made, facts(film(sound(codec="flac")))
    )


def test_does_not_copy_a_picture_that_must_be_turned() -> None:
    turned = facts(film(picture(codec="ffv1", rotation_degrees=90)))
    mirrored = facts(film(picture(codec="ffv1", flipped=True)))
    upright = facts(film(picture(codec="ffv1")))
    mkv = MP4.but(streams=("video",), container=COPY_IN_MATROSKA.container)
    made = graph(PICTURE, VIDEO.but(codec="ffv1", crf=None), mkv)

    assert "copy" in steps(made, upright, copy_lossless)
    assert "copy" not in steps(made, turned, copy_lossless)
    assert "copy" not in steps(made, mirrored, copy_lossless)


def test_a_package_of_one_stream_of_two_is_not_teed() -> None:
    other = HLS.but(streams=("video",))
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, other)

    assert after(made, facts(), tee_packaging) == [("mp4",), ("hls",)]


def test_a_package_by_name_is_teed_like_one_by_streams() -> None:
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, COPY_IN_MATROSKA)

    assert after(made, facts(), tee_packaging) == [("mp4", "mkv")]


def test_nothing_is_sought_in_a_bare_bitstream() -> None:
    made = graph(PICTURE, *still(Fraction(1, 2), "a"))
    bare = facts(film(picture(), container="h264"))
    assert "from" not in steps(made, bare, fuse_decodes, seek_stills)


def test_stills_are_not_sought_where_the_source_is_decoded_anyway() -> None:
    made = graph(PICTURE, *small(), *still(1))

    assert after(made, facts(), *PASSES) == [("p360", "thumb")]
    assert "from" not in steps(made, facts(), fuse_decodes, seek_stills)


def test_stills_of_frames_on_a_clock_of_their_own_are_not_sought() -> None:
    steady = ConstantRate(id="steady", input="picture", max_rate=Fraction(24))
    part = Trim(id="part", input="picture", start_seconds=Fraction(3))

    for timed in (steady, part):
        shot = Still(id="shot", input=timed.id, position=Fraction(1, 2))
        image = EncodeImage(id="thumb_image", input="shot")
        made = graph(PICTURE, timed, shot, image, still(0)[-1])
        assert steps(made, facts(), seek_stills) == steps(made, facts())


def test_a_step_of_one_task_needs_no_split() -> None:
    made = graph(PICTURE, *still(0, "a"), *still(1, "b"))

    (step,) = plan(made, facts(), ONE_THREAD).steps

    assert step.tasks == ("thumbnails",)
    assert step.split == ()


def test_the_split_makes_the_same_outputs() -> None:
    made = graph(PICTURE, TRACK, *small(360), *small(720), PCM, WAV, *still(1))

    (step,) = plan(made, facts(), ONE_THREAD).steps

    assert {name for part in step.split for name in part.outputs} == set(step.outputs)
    assert {e.output: e for part in step.split for e in part.expects} == {
        e.output: e for e in step.expects
    }
    assert all(len(part.tasks) == 1 for part in step.split)


def test_a_fused_step_says_why() -> None:
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS, QUALITY, *still(1))

    (step,) = plan(made, facts(), ONE_THREAD).steps

    assert step.why == (
        "one decode of main serves 3 outputs",
        "hls is written while mp4 is encoded: the same packets, no second run",
        "quality is measured while encoding, by a loopback decoder",
    )
