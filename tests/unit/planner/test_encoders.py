from reelmill.ffmpeg.capabilities import SOFTWARE
from reelmill.planner.lowering.encode import AUDIO_ENCODERS, VIDEO_ENCODERS


def test_every_encoder_that_the_planner_uses_is_one_that_hosts_are_tried_for() -> None:
    used = {*VIDEO_ENCODERS.values(), *AUDIO_ENCODERS.values(), "mjpeg"}

    assert used <= SOFTWARE.keys()
