import numpy as np
import pytest

from mstation.sound.acoustics import acoustics_of
from mstation.sound.noises import Heard
from mstation.sound.placing import Voice, events, voices
from mstation.sound.room import response_of, room_of
from tests.sound.places import layout
from tests.sound.test_panning import at, heard_from, shot

SECOND = 48_000
ROOM = room_of(response_of(acoustics_of(layout("living room"), "living room")))
CHURCH = room_of(response_of(acoustics_of(layout("church"), "church")))
EARS = heard_from(shot(0, 96, (0, 1.5, 0), (0, 1.5, -1)))


def line(seconds=1.0):
    dice = np.random.default_rng(2)
    return (0.05 * dice.standard_normal(round(seconds * SECOND))).astype(np.float32)


def spoken(x=0.0, away=2.0, room=ROOM, first=0, **more):
    voice = Voice(first, line, at(x, -away, 96), **more)
    [(start, sound)] = voices([voice], EARS, room)
    assert start == first
    return sound


def share(sound):
    """How loud the ring after a line is against the line, in dB."""
    words, ring = sound[:SECOND], sound[SECOND:]
    return 10 * np.log10((ring**2).sum() / (words**2).sum())


def test_words_stay_well_over_their_room_even_in_a_church():
    dry = np.repeat(line()[:, None], 2, axis=1)
    for room in (ROOM, CHURCH):
        sound = spoken(room=room)
        wet = sound.copy()
        wet[:SECOND] -= dry * (sound[:SECOND] * dry).sum() / (dry**2).sum()
        assert 10 * np.log10((wet**2).sum() / (dry**2).sum()) < -8


def test_a_wide_shot_has_more_room_than_a_close_one():
    assert share(spoken(away=8.0)) > share(spoken(away=1.0)) + 3


def test_a_church_rings_on_where_a_living_room_has_ended():
    near, far = (spoken(room=room)[SECOND + 24_000 :] for room in (ROOM, CHURCH))
    assert (far**2).sum() > 30 * (near**2).sum()


def test_a_speaker_on_the_left_is_heard_there_but_not_only_there():
    left, right = (spoken(x=-1.0)[:SECOND] ** 2).sum(axis=0)
    assert 1.2 < left / right < 6
    assert spoken(x=1.0).shape == spoken(x=-1.0).shape


def test_a_voice_from_nowhere_is_dry_and_in_the_middle():
    [(_, sound)] = voices([Voice(0, line, None, is_in_room=False)], EARS, CHURCH)
    assert np.array_equal(sound, np.repeat(line()[:, None], 2, axis=1))


def test_lines_come_in_order_whatever_order_they_are_told_in():
    told = [Voice(first, line, None) for first in (90_000, 10, 40_000)]
    assert [first for first, _ in voices(told, EARS, ROOM)] == [10, 40_000, 90_000]


def click():
    return np.ones(48, np.float32) * np.float32(0.1)


def test_events_are_heard_when_and_where_they_happen_and_none_is_lost():
    times = [100, 470_000, 479_900, 480_010, 700_000]
    heard = [Heard(first, click, (1.0, 0.0, -3.0)) for first in times[::-1]]
    out = np.zeros((900_000, 2), np.float32)
    pieces = list(events(heard, heard_from(shot(0, 480, (0, 1.5, 0), (0, 1.5, -1))), ROOM))
    assert [first for first, _ in pieces] == sorted(first for first, _ in pieces)
    for first, piece in pieces:
        out[first : first + len(piece)] += piece[: len(out) - first]
    for first in times:
        assert out[first - 20 : first].max() < 0.3 * out[first : first + 48].max()
        left, right = (out[first : first + 48] ** 2).sum(axis=0)
        assert right > left


@pytest.mark.parametrize("away", [1.0, 4.0, 12.0])
def test_what_is_farther_is_softer(away):
    near, far = (
        next(iter(events([Heard(0, click, (0.0, 1.5, -m))], EARS, ROOM)))[1][:48].max()
        for m in (away, 1.5 * away)
    )
    assert far <= near
