from reelmill.ffmpeg.capabilities import SOFTWARE
from reelmill.planner.lowering.encode import VIDEO_ENCODERS
from reelmill.planner.lowering.encode_image import IMAGE_ENCODERS
from reelmill.planner.lowering.encode_sound import AUDIO_ENCODERS


def test_every_encoder_that_the_planner_uses_is_one_that_hosts_are_tried_for() -> None:
    used = {*VIDEO_ENCODERS.values(), *AUDIO_ENCODERS.values(), *IMAGE_ENCODERS.values()}

    used |= {"gif", "libwebp_anim"}

    assert used <= SOFTWARE.keys()
