"""What becomes of sources that are joined: each like the first, on one grid."""

from fractions import Fraction

import pytest

from reelmill.model.containers import Plain
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import Colour as Tags
from reelmill.model.facts import Facts, SourceFacts
from reelmill.model.graph import FileOutput, Graph
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from reelmill.recipes.convert.recipe import ConvertRecipe
from tests.unit.planner.films import HOST, film, picture, sound


def joined(*sources: SourceFacts) -> Plan:
    """The plan of a conversion that joins sources."""
    references = tuple(str(number) for number in range(1, len(sources)))
    concat = {"type": "concat", "inputs": references}
    recipe = ConvertRecipe.model_validate({"format": "mp4", "operations": (concat,)})
    names = ("main", *recipe.references)
    known = tuple(one.but(source=name) for one, name in zip(sources, names, strict=True))
    facts = Facts(sources=known, capabilities=HOST)
    return plan(recipe.graph(names), facts, Policy(encoder_threads=1), passes=())


def filters(made: Plan, name: str) -> list[dict[str, str]]:
    (step,) = made.steps
    return [dict(one.options) for one in step.running().filters if one.name == name]


def streams(made: Plan) -> list[tuple[object, ...]]:
    """What the output must be."""
    return [
        (one.width, one.height, one.frame_rate, one.frame_count)
        if one.kind == "video"
        else (one.sample_rate, one.channels)
        for one in made.steps[0].expects[0].streams
    ]


def test_a_part_is_fitted_into_the_first_ones_size_at_its_rate() -> None:
    portrait = film(
        picture(width=1080, height=1920, nominal_rate=Fraction(30)),
        sound(sample_rate=44_100, channels=1, channel_layout="mono"),
    )
    made = joined(film(), portrait)

    assert streams(made) == [(1920, 1080, 25, 500), (48_000, 2)]
    assert {"w": "608", "h": "1080"} in filters(made, "scale")
    assert filters(made, "pad") == [{"w": "1920", "h": "1080", "x": "656", "y": "0"}]
    alike = {"out_sample_rate": "48000", "out_chlayout": "stereo", "out_sample_fmt": "fltp"}
    assert filters(made, "aresample").count(alike) == 2
    assert filters(made, "concat") == [
        {"n": "2", "v": "1", "a": "0"},
        {"n": "2", "v": "0", "a": "1"},
    ]


def test_what_a_part_lacks_is_black_or_silent() -> None:
    made = joined(film(), film(picture()), film(sound(index=0)))

    assert streams(made) == [(1920, 1080, 25, 750), (48_000, 2)]
    (black,) = filters(made, "color")
    assert black == {"color": "black", "size": "1920x1080", "rate": "25"}
    assert filters(made, "anullsrc") == [{"channel_layout": "stereo", "sample_rate": "48000"}]


def test_the_first_that_has_a_picture_says_how_big() -> None:
    made = joined(film(sound(index=0)), film(picture(width=640, height=360)))

    assert streams(made)[0][:2] == (640, 360)


def test_no_sound_at_all_is_no_sound() -> None:
    made = joined(film(picture()), film(picture()))

    assert streams(made) == [(1920, 1080, 25, 500)]


def test_joints_are_on_the_grid_and_samples_are_counted_from_the_beginning() -> None:
    ntsc = picture(nominal_rate=Fraction(30_000, 1001), end_seconds=Fraction(2))
    short = film(ntsc, sound(end_seconds=Fraction(2)))
    made = joined(short, short, short)

    frames = [one["end_frame"] for one in filters(made, "trim") if "end_frame" in one]
    samples = [int(one["end_sample"]) for one in filters(made, "atrim") if "end_sample" in one]
    assert frames == ["60", "60", "60"]
    assert sum(samples) == round(180 * Fraction(1001, 30_000) * 48_000)


def test_a_picture_is_held_while_its_sound_goes_on() -> None:
    longer = film(picture(end_seconds=Fraction(2)), sound(end_seconds=Fraction(29, 10)))
    made = joined(longer, film())

    assert streams(made)[0][3] == 73 + 250


def test_other_matrices_are_converted_to_the_firsts() -> None:
    old = picture(colour=Tags(matrix="smpte170m", primaries="smpte170m", transfer="smpte170m"))
    made = joined(film(), film(old))

    assert {"out_color_matrix": "bt709", "out_range": "tv"} in filters(made, "scale")


def test_what_has_no_known_length_is_refused() -> None:
    endless = film(picture(end_seconds=None), duration_seconds=None)

    with pytest.raises(UnsupportedMediaError, match="no known length"):
        joined(film(), endless)


def test_fifty_are_joined_and_no_more() -> None:
    made = joined(*(film() for _ in range(50)))

    assert streams(made)[0][3] == 50 * 250
    with pytest.raises(ValueError, match="at most 49"):
        joined(*(film() for _ in range(51)))


def test_chapters_are_given_as_a_text() -> None:
    said = {
        "type": "metadata",
        "tags": {"title": "Talk"},
        "chapters": [{"start": 0, "title": "a=b; #c"}, {"start": "0:04.5", "end": 6}],
    }
    recipe = ConvertRecipe.model_validate({"format": "mp4", "operations": (said,)})
    made = plan(recipe.graph([]), Facts(sources=(film(),), capabilities=HOST), passes=())

    process = made.steps[0].running()
    (file,) = process.files
    assert file.text == (
        ";FFMETADATA1\n"
        "[CHAPTER]\nTIMEBASE=1/1000000\nSTART=0\nEND=4500000\ntitle=a\\=b\\; \\#c\n"
        "[CHAPTER]\nTIMEBASE=1/1000000\nSTART=4500000\nEND=6000000\ntitle=\n"
    )
    assert process.targets[0].tags == (("title", "Talk"),)
    assert process.inputs[1].text == file


def kept(graph: Graph) -> tuple[str, ...]:
    (output,) = graph.outputs
    assert isinstance(output, FileOutput)
    assert output.container == Plain(format="mp4")
    return output.keep


@pytest.mark.parametrize(
    ("operation", "stay"),
    [
        ({"type": "volume", "volume": 2}, True),
        ({"type": "trim", "end_time": 3}, False),
        ({"type": "speed", "speed": 2}, False),
        ({"type": "metadata", "chapters": []}, False),
    ],
)
def test_chapters_stay_where_nothing_moves(operation: dict[str, object], *, stay: bool) -> None:
    recipe = ConvertRecipe.model_validate({"format": "mp4", "operations": (operation,)})

    assert kept(recipe.graph([])) == (("tags", "chapters") if stay else ("tags",))
