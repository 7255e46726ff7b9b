import numpy as np
import pytest

from mstation.sound.acoustics import OCTAVES_HZ, Acoustics, acoustics_of, room_acoustics
from mstation.sound.room import answered, impulse_response, response_of, room_of
from tests.sound.places import layout

BARE = {"wall": "concrete", "floor": "concrete", "ceiling": "concrete", "soft": 0.0, "clutter": 0.0}
INSIDE = ["living room", "car", "phone booth", "church", "warehouse", "stairwell", "cathedral"]


def octave(sound, hertz):
    size = 2 * len(sound)
    pitch = np.maximum(np.fft.rfftfreq(size, 1 / 48_000), 1.0)
    shape = np.exp(-0.5 * (np.log2(pitch / hertz) / 0.25) ** 2)
    return np.fft.irfft(np.fft.rfft(sound, size, axis=0) * shape[:, None], size, axis=0)[
        : len(sound)
    ]


def rt60(response, hertz):
    """The time of reverberation in an octave, by Schroeder's integral from −5 to −35 dB."""
    energy = (octave(response, hertz) ** 2).sum(axis=1)[::-1].cumsum()[::-1]
    fall = 10 * np.log10(energy / energy[0] + 1e-12)
    first, end = np.argmax(fall < -5), np.argmax(fall < -35)
    return -60 / np.polyfit(np.arange(first, end) / 48_000, fall[first:end], 1)[0]


def clarity(response, distance_m):
    """C50 of a voice at a distance, in dB."""
    power = (response**2).mean(axis=1)
    early = 1 / distance_m**2 + power[: 48 * 50].sum()
    return 10 * np.log10(early / power[48 * 50 :].sum())


@pytest.mark.parametrize("place", ["living room", "car", "phone booth", "church", "stairwell"])
def test_a_place_rings_as_long_as_its_walls_say(place):
    acoustics = acoustics_of(layout(place), place)
    response = response_of(acoustics)
    for hertz, goal_s in list(zip(OCTAVES_HZ, acoustics.decay_s, strict=True))[2:5]:
        assert rt60(response, hertz) == pytest.approx(goal_s, rel=0.15)


def test_places_differ_as_the_ear_expects():
    rings = {place: acoustics_of(layout(place), place).rt60_s for place in INSIDE}
    order = sorted(rings, key=rings.get)
    assert order[:2] == ["car", "phone booth"]
    assert order[2] == "living room"
    assert order[-1] == "cathedral"
    assert rings["church"] > 3 * rings["living room"]


def test_words_are_clearer_in_a_living_room_than_in_a_church():
    near, far = (
        clarity(response_of(acoustics_of(layout(place), place)), 2.0)
        for place in ("living room", "church")
    )
    assert near > 3.0
    assert far < near - 4.0


def test_sabine_holds_for_a_bare_room():
    acoustics = room_acoustics((10.0, 4.0, 8.0), BARE)
    surface = 2 * (10 * 4 + 4 * 8 + 10 * 8)
    air_m2 = 4 * 320 * 2.8 / 4343
    assert acoustics.decay_s[2] == pytest.approx(
        min(6.0, 0.161 * 320 / (surface * 0.015 + air_m2)), rel=1e-3
    )


def test_curtains_shorten_what_rings():
    soft = room_acoustics((10.0, 4.0, 8.0), {**BARE, "wall": "drapes"})
    assert soft.rt60_s < room_acoustics((10.0, 4.0, 8.0), BARE).rt60_s / 2


@pytest.mark.parametrize(
    ("en", "zh"), [("stairwell", "楼梯间"), ("phone booth", "电话亭"), ("cathedral", "大教堂")]
)
def test_places_are_known_by_their_names_in_both_languages(en, zh):
    plain = layout("room")
    assert acoustics_of(plain, en) == acoustics_of(plain, zh) != acoustics_of(plain, "room")


def test_the_open_is_nearly_dry_but_an_alley_slaps_back():
    field, alley = (
        response_of(acoustics_of(layout(place, is_interior=False), place))
        for place in ("field", "alley")
    )
    assert (field**2).sum(axis=0).max() < 10 ** (-12 / 10)
    late = 48 * 12
    assert (alley[late:] ** 2).sum() > 100 * (field[late:] ** 2).sum()


def test_a_room_lies_around_the_ears_and_not_between_them():
    response = response_of(acoustics_of(layout("living room"), "living room"))
    tail = response[48 * 40 :]
    assert abs(np.corrcoef(tail.T)[0, 1]) < 0.15
    left, right = (response**2).sum(axis=0)
    assert 0.6 < left / right < 1.6


def test_what_is_answered_block_by_block_is_what_convolution_says():
    room = room_of(response_of(Acoustics((4.0, 2.5, 3.0), (0.12,) * 6, (8.0,) * 6)))
    send = np.zeros(100_000, np.float32)
    send[[5, 7_000, 60_001, 99_999]] = [1.0, -0.5, 0.25, 1.0]
    whole = answered(send, room)
    expected = np.zeros_like(whole)
    for at in np.flatnonzero(send):
        expected[at : at + len(room.response)] += send[at] * room.response
    assert np.abs(whole - expected).max() < 1e-5


def test_the_same_place_answers_alike_each_time():
    acoustics = acoustics_of(layout("kitchen"), "kitchen")
    assert np.array_equal(response_of(acoustics), response_of(acoustics))


def test_the_scoring_stage_has_one_unit_of_energy_an_ear():
    assert (impulse_response() ** 2).sum(axis=0) == pytest.approx([1.0, 1.0])
