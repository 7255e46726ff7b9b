"""The score's MIDI file keeps the film's time: its own clock, counted in whole microseconds."""

from bisect import bisect
from fractions import Fraction

import pytest
from symusic import Score

from mstation.breakdown.scene import Mood
from mstation.sound.midi import film_midi
from mstation.sound.score import plan_score
from mstation.sound.score_plan import ScorePlan
from mstation.sound.spots import PlacedSpot, Spot, Spotting, Told
from mstation.timebase import FrameRate
from tests.sound.test_beatmap import sheet

_DRIFT = Fraction(1, 4)  # of a frame, from the plan's exact clock to the file's whole microseconds
_FAR = 170_000  # frames: a cue near the end of a two-hour film


def _spot(name: str, number: int) -> tuple[Spot, FrameRate]:
    frames, rate, hits, _, _ = sheet(number)
    inside = tuple(hit for hit in hits if hit.frame <= frames)
    speech = ((frames // 3, frames // 2),) if number % 4 == 0 else ()
    mood = list(Mood)[number % len(Mood)]
    return Spot(
        name, ("sc-1",), frames, mood, 0.5, number % 10 / 10, "en", inside, speech, (), "room",
        (Told("in", "起"),),
    ), rate  # fmt: skip


def _planned(number: int) -> ScorePlan:
    """Return a film of two cues: one at its start, one hours later."""
    first, rate = _spot("one", number)
    second, _ = _spot("two", number)
    cues = (PlacedSpot("1M1", 7, first), PlacedSpot("8M1", _FAR, second))
    return plan_score(Spotting("A Film", str(rate), _FAR + second.frames, 0, cues))


def _frames_of_beats(midi: bytes, rate: FrameRate) -> list[Fraction]:
    """Return the film frame of each quarter of the file, by its own tempo map."""
    score = Score.from_midi(midi)
    tempos = sorted((tempo.time, tempo.mspq) for tempo in score.tempos)
    end = max(score.end(), *(marker.time for marker in score.markers), tempos[-1][0])
    frames, now_us, at = [], 0, 0
    for beat in range(end // score.ticks_per_quarter + 2):
        tick = beat * score.ticks_per_quarter
        while at + 1 < len(tempos) and tempos[at + 1][0] <= tick:
            at += 1
        frames.append(Fraction(now_us, 1_000_000) * rate.fraction)
        now_us += tempos[at][1]
    return frames


def _off(beats: list[Fraction], at: Fraction | int) -> Fraction:
    """Return how far a frame lies from the nearest quarter of the file."""
    after = bisect(beats, at)
    return min(abs(beat - at) for beat in beats[max(0, after - 1) : after + 1])


@pytest.mark.parametrize("number", range(3, 200, 14))
def test_the_file_keeps_the_plans_time_at_either_end_of_a_long_film(number: int) -> None:
    plan = _planned(number)
    rate = FrameRate.parse(plan.rate)
    beats = _frames_of_beats(film_midi([(c.first_frame, c.plan) for c in plan.cues], rate), rate)
    for cue in plan.cues:
        for stretch in cue.plan.tempo:
            assert _off(beats, cue.first_frame + stretch.first_frame) < _DRIFT
        for hit in cue.plan.hits:
            if hit.kind in ("downbeat", "beat"):
                at = cue.first_frame + hit.frame + Fraction(hit.error_frames)
                assert _off(beats, at) < _DRIFT
