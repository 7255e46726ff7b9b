import numpy as np
import pytest

from mstation.breakdown.scene import TimeOfDay, Weather
from mstation.sound.ambience import CROSSFADE_S, ambience, bed, layers_of
from mstation.sound.layers import loudness
from mstation.stage.set_plans import set_plans
from tests.sound.places import layout, scene

PLACES = [("kitchen", True), ("forest", False), ("city street", False)]
SECOND = 48_000


def heard(place, seconds=12.0, *, is_interior=True, samples=None, fades=(0, 0), **more):
    played = scene(place, is_interior=is_interior, **more)
    set_ = layout(place, is_interior=is_interior, **more)
    samples = round(seconds * SECOND) if samples is None else samples
    pieces = list(bed(ambience(played, set_), samples, fade_in=fades[0], fade_out=fades[1]))
    assert [first for first, _ in pieces] == list(range(0, 10**9, 10 * SECOND))[: len(pieces)]
    return np.concatenate([piece for _, piece in pieces])


@pytest.mark.parametrize(("place", "is_interior"), PLACES)
def test_a_place_is_never_dead_and_leaves_room_for_words(place, is_interior):
    sound = heard(place, is_interior=is_interior)
    middle = sound[SECOND : 10 * SECOND]
    tenths = 10 * np.log10((middle.reshape(-1, 4800, 2) ** 2).mean(axis=(1, 2)))
    assert tenths.min() > -80
    assert -60 < loudness(middle[: 1 << 18]) < -42
    assert np.abs(sound).max() < 0.25
    assert np.abs(sound.mean(axis=0)).max() < 1e-4


@pytest.mark.parametrize(("place", "is_interior"), PLACES)
def test_a_bed_is_wide_but_holds_in_mono(place, is_interior):
    sound = heard(place, is_interior=is_interior)
    assert 0.2 < np.corrcoef(sound.T)[0, 1] < 0.98


def test_a_loop_has_no_seam():
    sound = heard("forest", 60.0, is_interior=False)
    steps = np.abs(np.diff(sound[:, 0]))
    for length in (1 << 19, 1 << 20):
        seams = np.arange(length, len(steps), length)
        assert steps[seams - 1].max() <= np.percentile(steps, 99.99)


def test_one_scene_crosses_over_into_the_next_without_a_hole():
    sound = heard("kitchen", 4.0)
    assert len(sound) == 4 * SECOND + round(CROSSFADE_S * SECOND)
    cut = 4 * SECOND
    joined = sound[cut - 2400 : cut + 2880].copy()
    joined[2400:] += heard("kitchen", 4.0)[:2880]
    hundredths = 10 * np.log10((joined.reshape(-1, 480, 2) ** 2).mean(axis=(1, 2)))
    whole = 10 * np.log10((sound[SECOND : 3 * SECOND] ** 2).mean())
    assert hundredths.min() > whole - 12
    assert np.abs(sound[0]).max() < 1e-4
    assert np.abs(sound[-1]).max() < 1e-4


def test_a_bed_fades_with_the_picture():
    sound = heard("kitchen", 4.0, fades=(0, SECOND))
    assert len(sound) == 4 * SECOND
    late, before = ((sound[a:b] ** 2).mean() for a, b in ((186_000, 192_000), (96_000, 140_000)))
    assert late < 0.05 * before


def test_the_same_place_sounds_the_same_on_return_and_another_does_not():
    assert np.array_equal(heard("kitchen", 1.0), heard("kitchen", 1.0))
    assert not np.array_equal(heard("bedroom", 1.0), heard("kitchen", 1.0))


@pytest.mark.parametrize("samples", [0, 1, 200])
def test_a_scene_however_short_has_its_bed(samples):
    assert np.isfinite(heard("kitchen", samples=samples)).all()


def names(place, *, is_interior=True, time=TimeOfDay.DAY, weather=Weather.CLEAR):
    return layers_of(
        scene(place, is_interior=is_interior, time=time, weather=weather),
        layout(place, is_interior=is_interior),
    )


def test_birds_keep_their_hours_and_shun_the_rain():
    outside = {"is_interior": False}
    assert "birds" in names("forest", **outside)
    assert "crickets" in names("forest", time=TimeOfDay.NIGHT, **outside)
    assert "birds" not in names("forest", time=TimeOfDay.NIGHT, **outside)
    assert "birds" not in names("forest", weather=Weather.RAIN, **outside)


def test_rain_is_dull_behind_walls_and_not_heard_in_a_cinema():
    inside = set(names("kitchen", weather=Weather.RAIN))
    outside = set(names("city street", is_interior=False, weather=Weather.RAIN))
    assert {"rain_outside"} <= inside
    assert not inside & {"rain", "rain_drops"}
    assert "rain" in outside
    assert "rain_outside" not in names("cinema", weather=Weather.RAIN)
    dull, open_ = (
        np.abs(np.fft.rfft(heard(place, 4.0, is_interior=inside, weather=Weather.RAIN)[:, 0]))
        for place, inside in (("bedroom", True), ("city street", False))
    )
    split = 4 * 2000  # of a spectrum of four seconds: 2 kHz
    shares = [(s[split:] ** 2).sum() / (s**2).sum() for s in (dull, open_)]
    assert shares[1] > 3 * shares[0]


def test_words_of_both_languages_bring_their_layers():
    assert "hushed" in names("station hall")
    assert "hushed" in layers_of(scene("火车站"), layout("room"))


@pytest.mark.parametrize("kind", set_plans())
def test_each_kind_of_set_has_a_bed_in_every_weather(kind):
    plan = set_plans()[kind]
    for weather in Weather:
        played = scene(kind.replace("_", " "), is_interior=plan.is_interior, weather=weather)
        from_kind = layers_of(played, layout("room"))
        assert from_kind
