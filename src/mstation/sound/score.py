"""A spotting in, the plan of the film's score out."""

from __future__ import annotations

from mstation.identity import seed_of
from mstation.sound.compose import plan_cue
from mstation.sound.cue import CuePlan
from mstation.sound.score_plan import PlacedCue, ScorePlan
from mstation.sound.spots import Spot, Spotting
from mstation.timebase import FrameRate


def plan_score(spotting: Spotting) -> ScorePlan:
    """Return what the film's music means to do; the same spotting gives the same plan."""
    rate = FrameRate.parse(spotting.rate)
    seed = seed_of("score", spotting.title, str(spotting.seed))
    cues = tuple(
        PlacedCue(placed.label, placed.first_frame, _plan(placed.spot, rate, seed))
        for placed in spotting.cues
    )
    home = cues[0].plan.key if cues else ""
    return ScorePlan(spotting.title, spotting.rate, home, (), cues)


def _plan(spot: Spot, rate: FrameRate, seed: int) -> CuePlan:
    return plan_cue(
        spot.id,
        spot.frames,
        rate,
        spot.mood,
        spot.tension,
        spot.language,
        hits=tuple(hit.frame for hit in spot.hits),
        speech=spot.speech,
        seed=seed,
    )
