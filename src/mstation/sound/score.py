"""A spotting in, the plan of the film's score out."""

from __future__ import annotations

import random
from collections import Counter

from mstation.identity import seed_of
from mstation.screenplay.script import Language
from mstation.sound.compose import CueThemes, plan_cue
from mstation.sound.modulation import KEYS, relation
from mstation.sound.orchestration import stand_ins
from mstation.sound.score_plan import PlacedCue, ScorePlan, Theme
from mstation.sound.spots import Spotting, Told
from mstation.sound.themes import themes_of
from mstation.timebase import FrameRate

_LEADS = 2  # themes in one cue; a third would be a medley


def plan_score(spotting: Spotting, names: dict[str, str] | None = None) -> ScorePlan:
    """Return what the film's music means to do; the same spotting gives the same plan.

    `names` are the characters' by their ids, for the words of the plan.
    """
    rate = FrameRate.parse(spotting.rate)
    seed = seed_of("score", spotting.title, str(spotting.seed))
    home = random.Random(seed_of("home", str(seed))).randrange(12)
    themes = themes_of(spotting, names or {}, _language(spotting))
    cues: list[PlacedCue] = []
    known: set[str] = set()
    last: int | None = None
    for index, placed in enumerate(spotting.cues):
        leads = _leads(spotting, index, themes)
        first_heard = frozenset(theme.id for theme in leads) - known
        known |= first_heard
        is_last = index == len(spotting.cues) - 1
        cue_themes = CueThemes(leads, first_heard, is_last=is_last)
        plan = plan_cue(placed.spot, rate, cue_themes, home=home, seed=seed)
        cues.append(PlacedCue(placed.label, placed.first_frame, plan, relation(last, plan.tonic)))
        last = plan.sections[-1].tonic if plan.sections else plan.tonic
    played = {
        part.instrument
        for cue in cues
        for section in cue.plan.sections
        for part in section.orchestration
    }
    return ScorePlan(
        title=spotting.title,
        rate=spotting.rate,
        language=_language(spotting),
        home=KEYS[home],
        themes=themes,
        cues=tuple(cues),
        stand_ins=stand_ins(played, _language(spotting)),
        why=_reasons(home, themes),
    )


def _language(spotting: Spotting) -> Language:
    """Return the language of most of the music."""
    frames: Counter[Language] = Counter()
    for placed in spotting.cues:
        frames[placed.spot.language] += placed.spot.frames
    return max(sorted(frames), key=lambda language: frames[language], default="en")


def _leads(spotting: Spotting, index: int, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
    """Return whose themes a cue has: the film's at its two ends, a place's, its people's."""
    spot = spotting.cues[index].spot
    by_subject = {(theme.kind, theme.subject): theme for theme in themes}
    is_end = index in (0, len(spotting.cues) - 1)
    people = [("character", character) for character in spot.characters]
    wanted = [*[("film", "")] * is_end, *people[:1], ("place", spot.place), *people[1:]]
    found = [by_subject[key] for key in wanted if key in by_subject]
    return tuple(found[:_LEADS]) or themes[:1]


def _reasons(home: int, themes: tuple[Theme, ...]) -> tuple[Told, ...]:
    people = [theme.name for theme in themes if theme.kind == "character"]
    return (
        Told(
            f"the film is at home in {KEYS[home]}; every cue's key is measured from there",
            f"全片主调为 {KEYS[home]}，各段音乐的调由此量起",
        ),
        Told(
            f"{len(themes)} themes: the film's" + "".join(f", {name}'s" for name in people),
            f"共 {len(themes)} 个主题：全片主题" + "".join(f"、{name}" for name in people),
        ),
    )
