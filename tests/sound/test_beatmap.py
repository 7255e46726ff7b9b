"""A cue's clock: whole beats between frames, hits met exactly, the others told why not."""

import itertools
import random
from fractions import Fraction

import pytest

from mstation.breakdown.scene import Mood
from mstation.sound.beat_search import JUMP
from mstation.sound.beatmap import HALF_FRAME, BeatMap, beat_map
from mstation.sound.palette import Palette, palette_of
from mstation.sound.spots import HitPoint, Told
from mstation.timebase import FrameRate

_RATES = ("23.976", "24", "25", "29.97", "30", "60")
_CUT = Told("a cut", "切镜")


def _hit(frame: int, weight: float = 0.5) -> HitPoint:
    return HitPoint(frame, "cut", weight, _CUT)


def sheet(number: int) -> tuple[int, FrameRate, list[HitPoint], list[int], Palette]:
    """Return a cue sheet: realistic ones, and cruel ones."""
    chance = random.Random(number)
    rate = FrameRate.parse(_RATES[number % len(_RATES)])
    frames = rate.frames_ceil(chance.choice((3, 8, 20, 45, 90, 180, 360)))
    count = chance.choice((0, 1, 3, 6, 12, 40))
    at = chance.randrange(1, frames)
    frame_lists = (
        [chance.randrange(1, frames) for _ in range(count)],
        [round(frames * step / (count + 1)) for step in range(1, count + 1)],
        [at + step for step in range(count)],  # a frame apart, and past the end
        [1, 2, frames - 1, frames, frames + 7],
    )
    hits = [
        _hit(frame, chance.choice((0.05, 0.3, 0.6, 1.0)))
        for frame in sorted(frame_lists[number // 3 % 4])
    ]
    turns = sorted(chance.randrange(frames) for _ in range(chance.choice((0, 3, 10))))
    palette = palette_of(chance.choice(list(Mood)), "zh" if number % 2 else "en")
    return frames, rate, hits, turns, palette


def _mapped(number: int) -> tuple[BeatMap, int]:
    frames, rate, hits, turns, palette = sheet(number)
    ideal = sum(palette.tempo) / 2
    made = beat_map(
        frames, rate, hits, turns, tempo=palette.tempo, ideal=ideal, meter=palette.meter
    )
    return made, frames


@pytest.mark.parametrize("tens", range(10))
def test_on_two_hundred_cue_sheets_hits_are_met_within_half_a_frame_or_told(tens: int) -> None:
    for number in range(20 * tens, 20 * tens + 20):
        made, frames = _mapped(number)
        stretches = made.stretches
        assert [each.first_frame for each in stretches] == [
            0,
            *(each.end_frame for each in stretches[:-1]),
        ]
        assert stretches[-1].end_frame == frames
        assert sum(made.bars) == made.beats
        for slow, quick in itertools.pairwise(each.frames_a_beat for each in stretches):
            assert 1 / (JUMP + 1e-9) <= slow / quick <= JUMP + 1e-9
        at = {Fraction(0): 0}
        now = Fraction(0)
        for stretch in stretches:  # the clock, counted beat by beat
            for _ in range(stretch.beats):
                now += stretch.frames_a_beat
                at[now] = len(at)
        assert now == frames
        for landing in made.landings:
            error = min((abs(beat - landing.hit.frame) for beat in at), default=Fraction(frames))
            assert (error <= HALF_FRAME) == (landing.kind != "passed") or not (
                landing.hit.frame <= frames
            )
            assert landing.why.en
            assert landing.why.zh
        downbeats = {made.frame_of_beat(beat) for beat in made.downbeats}
        assert all(each.first_frame in downbeats for each in stretches if each.is_downbeat)


def test_a_well_spaced_cue_meets_every_hit() -> None:
    for rate in map(FrameRate.parse, _RATES):
        seconds = (4.04, 9.58, 14.21, 22.5, 31.0)
        hits = [_hit(rate.frames_ceil(each)) for each in seconds]
        made = beat_map(rate.frames_ceil(38), rate, hits, (), tempo=(84, 108), ideal=96, meter=4)
        assert all(landing.error_frames == 0 for landing in made.landings)
        assert all(landing.kind != "passed" for landing in made.landings)


def test_of_two_hits_a_frame_apart_the_heavier_is_met() -> None:
    rate = FrameRate(24)
    hits = [_hit(240, 0.4), _hit(241, 1.0)]
    made = beat_map(600, rate, hits, (), tempo=(60, 76), ideal=66, meter=4)
    assert made.landings[1].kind != "passed"
    assert made.landings[1].error_frames == 0


def test_the_music_does_not_bend_to_the_slightest_hit() -> None:
    rate = FrameRate(24)
    plain = beat_map(600, rate, (), (), tempo=(60, 76), ideal=66, meter=4)
    slight = beat_map(600, rate, [_hit(157, 0.05)], (), tempo=(60, 76), ideal=66, meter=4)
    assert slight.stretches == plain.stretches


def test_a_turn_that_is_met_begins_a_bar() -> None:
    rate = FrameRate(25)
    made = beat_map(1500, rate, (), (410, 900), tempo=(60, 76), ideal=66, meter=4)
    starts = {each.first_frame: each for each in made.stretches}
    assert {410, 900} <= set(starts)
    assert all(starts[frame].is_downbeat for frame in (410, 900))


def test_beats_and_frames_are_each_others_inverse() -> None:
    made, _ = _mapped(4)
    for beat in range(made.beats):
        assert made.beat_of_frame(made.frame_of_beat(beat)) == beat
