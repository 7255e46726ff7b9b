import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.check.film import Film, Scene
from mstation.check.lognormal import kolmogorov_smirnov, lawful_spread, p_value, spread_of
from mstation.check.rhythm import (
    entropy_bits,
    lengths,
    measured_angle,
    monotony,
    page_time,
    setups,
    setups_of,
    size_variety,
)
from mstation.space import look_at
from tests.check.film_of import (
    RATE,
    Camera,
    film,
    pair_scene,
    single,
    single_scene,
    still,
    table_scene,
    walk_scene,
    with_camera,
    with_cut,
    with_shot,
)
from tests.check.told import found


def of_lengths(seconds: list[float], asl_s: float) -> Film:
    """Return a film of Eve's close-up, cut to these lengths."""
    scene = single_scene()
    shots, first = [], 0
    for number, length in enumerate(seconds, start=1):
        end = first + max(round(length * 24), 1)
        shots.append(
            replace(
                scene.shots[2],
                label=f"001-{number:03d}",
                first_frame=first,
                end_frame=end,
                **still(scene.shots[2], end - first),
            )
        )
        first = end
    eve = scene.people["EVE"]
    longer = replace(
        eve,
        joints=np.repeat(eve.joints[:1], first, axis=0),
        facing=np.repeat(eve.facing[:1], first, axis=0),
        present=np.ones(first, bool),
    )
    return film(
        replace(scene, shots=tuple(shots), people={"EVE": longer}, frames=first), asl_s=asl_s
    )


def lognormal_lengths(count: int, mean_s: float, sigma: float) -> list[float]:
    """Return lengths that lie evenly along the lognormal law."""
    shares = (np.arange(count) + 0.5) / count
    normal = np.sqrt(2) * np.array([_inverse_erf(2 * share - 1) for share in shares])
    return list(np.exp(math.log(mean_s) - sigma**2 / 2 + sigma * normal))


def _inverse_erf(value: float) -> float:
    low, high = -6.0, 6.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erf(middle) < value else (low, middle)
    return (low + high) / 2


@pytest.mark.parametrize("scene", [pair_scene, table_scene])
def test_a_correct_scene_keeps_its_rhythm(scene):
    whole = film(scene())
    for check in (lengths, size_variety, monotony):
        row = check(whole)
        assert not row.faults
        assert row.state == "passed"


def test_lengths_along_the_law_pass_and_even_lengths_do_not():
    lawful = lengths(of_lengths(lognormal_lengths(60, 5.0, 0.8), 5.0))
    assert lawful.value > 0.9
    assert dict(lawful.detail)["sigma"] == pytest.approx(0.8, abs=0.05)
    even = lengths(of_lengths([5.0] * 60, 5.0))
    assert even.value < 0.01
    assert even.state == "failed"
    assert not even.faults


def test_lengths_far_from_the_style_are_found_by_the_mean():
    row = lengths(of_lengths(lognormal_lengths(20, 5.0, 0.7), 4.0))
    assert row.state == "failed"
    assert found(row) == [("off_pace", "001-001")]
    assert dict(row.faults[0].values)["aim"] == 4.0
    near = lengths(of_lengths(lognormal_lengths(20, 5.0, 0.7), 4.6))
    assert not near.faults


def test_a_film_whose_style_names_no_length_is_held_to_its_own():
    row = lengths(of_lengths(lognormal_lengths(40, 5.0, 0.7), 0.0))
    assert dict(row.detail)["asl_error"] == 0.0
    assert row.state == "passed"


@pytest.mark.parametrize(
    ("number", "frame", "kind"),
    [(4, 302 + 4, ""), (4, 258 + 16, "too_short"), (4, 258 + 3, "cuts_collide")],
)
def test_a_shot_too_short_to_be_seen_is_found(number, frame, kind):
    row = lengths(film(with_cut(pair_scene(), number, frame)))
    assert found(row) == ([(kind, f"001-{number:03d}")] if kind else [])
    if kind:
        assert row.state == "failed"
        more = dict(dict(row.faults[0].mends)["hold"])["frames"]
        assert not found(lengths(film(with_cut(pair_scene(), number, frame + more))))


def test_a_wide_shot_too_short_to_be_read_is_found():
    assert found(lengths(film(with_cut(pair_scene(), 1, 40)))) == [("wide_too_short", "001-001")]
    assert not found(lengths(film(with_cut(pair_scene(), 1, 44))))


def in_one_size(scene: Scene, size: str) -> Scene:
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    for number in range(1, 11):
        who = (ann, ben, -1) if number % 2 else (ben, ann, 1)
        scene = with_camera(scene, number, single(who[0], who[1], size, who[2]))
    return scene


def test_shots_of_one_size_are_found_whatever_their_labels_say():
    whole = film(in_one_size(pair_scene(), "MCU"))
    variety = size_variety(whole)
    assert (variety.value, variety.state) == (0.0, "failed")
    assert found(variety) == [("one_size", "001-001")]
    run = monotony(whole)
    assert run.value == 10
    assert found(run) == [("monotone", "001-005")]
    assert dict(run.faults[0].values) == {"shots": 10, "size": "MCU", "angle": "eye"}


def test_talk_in_two_sizes_is_found_in_a_short_scene_too():
    scene = in_one_size(pair_scene(), "MCU")
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    scene = with_camera(scene, 2, single(ben, ann, "CU", 1))
    short = replace(scene, shots=scene.shots[:8])
    assert found(size_variety(film(short))) == [("few_sizes", "001-001")]
    assert dict(size_variety(film(short)).faults[0].values)["kinds"] == 2


def test_silent_short_scenes_have_no_variety_to_measure():
    assert size_variety(film(single_scene(), walk_scene("002"))).state == "unmeasured"


def test_another_angle_breaks_a_run():
    scene = in_one_size(pair_scene(), "MCU")
    for number in (4, 8):
        matrix = scene.shots[number - 1].world_from_camera[0]
        aim = matrix[:3, 3] - 1.9 * matrix[:3, 2]
        high = Camera(look_at(matrix[:3, 3] + [0.0, 0.6, 0.0], aim), 50.0)
        scene = with_camera(scene, number, high)
    assert not monotony(film(scene)).faults


@pytest.mark.parametrize(
    ("pitch_deg", "roll_deg", "angle"),
    [
        (0.0, 0.0, "eye"),
        (5.0, 0.0, "eye"),
        (-12.0, 0.0, "high"),
        (-70.0, 0.0, "top"),
        (15.0, 0.0, "low"),
        (40.0, 0.0, "worm"),
        (0.0, 12.0, "dutch"),
    ],
)
def test_an_angle_is_called_by_its_pitch_and_roll(pitch_deg, roll_deg, angle):
    rise = math.tan(math.radians(pitch_deg))
    eye = np.array([0.0, 1.6, 3.0])
    matrix = look_at(eye, eye + np.array([0.0, rise, -1.0]), math.radians(roll_deg))
    scene = with_camera(single_scene(), 2, Camera(matrix, 40.0))
    assert measured_angle(scene.shots[1]) == angle


def test_setups_count_cameras_that_differ_not_shots():
    assert setups_of(pair_scene()) == 9  # Ben's close-up is used twice
    row = setups(film(pair_scene(), table_scene("002")))
    assert (row.state, row.value) == ("reported", 18.0)
    assert dict(row.detail) == {"setups": 18, "pages": 1.0}


def test_without_pages_neither_setups_nor_time_are_measured():
    plain = film(replace(pair_scene(), eighths=0))
    assert setups(plain).state == "unmeasured"
    assert page_time(plain).state == "unmeasured"


def test_a_page_is_a_minute_and_scenes_far_from_it_are_listed():
    row = page_time(film(pair_scene(), replace(table_scene("002"), eighths=1)))
    assert row.value == pytest.approx((1.0 + 4.0) / 2)
    assert found(row) == [("page_slow", "002-001")]
    assert row.state == "reported"


@given(st.lists(st.sampled_from("ABCDEFGH"), min_size=1))
def test_entropy_lies_between_one_word_and_all_words_alike(words):
    assert -1e-12 <= entropy_bits(words) <= math.log2(len(set(words))) + 1e-9


def test_entropy_of_four_sizes_alike_is_two_bits():
    assert entropy_bits(["MS", "CU", "WS", "FS"] * 3) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("distance", "count", "p"),
    # Source: critical values of the Kolmogorov-Smirnov test for one sample, two-sided.
    [(0.294, 20, 0.05), (0.352, 20, 0.01), (0.409, 10, 0.05), (0.1340, 100, 0.05)],
)
def test_the_p_value_agrees_with_the_printed_tables(distance, count, p):
    assert p_value(distance, count) == pytest.approx(p, abs=0.005)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(1, 400))
def test_further_from_the_law_is_less_likely(one, other, count):
    near, far = sorted((one, other))
    assert 0.0 <= p_value(far, count) <= p_value(near, count) + 1e-9 <= 1.0 + 1e-9


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_lengths_drawn_from_the_law_are_rarely_refused(seed):
    drawn = np.random.default_rng(seed).lognormal(math.log(5.0) - 0.32, 0.8, 50)
    assert kolmogorov_smirnov(list(drawn), 5.0, 0.8) > 1e-4


def test_the_law_s_spread_is_the_film_s_own_within_reason():
    assert lawful_spread(spread_of([5.0] * 10)) == 0.6
    assert lawful_spread(0.8) == 0.8
    assert lawful_spread(spread_of([0.1, 60.0])) == 0.944
    assert spread_of([5.0]) == 0.0


def test_shots_and_style_are_counted_in_exact_seconds():
    row = lengths(of_lengths([2.0, 4.0, 6.0], 4.0))
    assert dict(row.detail)["asl_s"] == pytest.approx(RATE.seconds(96), abs=0.01)


def test_a_dropped_label_changes_nothing():
    scene = with_shot(pair_scene(), 2, size="", angle="", move="")
    assert size_variety(film(scene)) == size_variety(film(pair_scene()))
