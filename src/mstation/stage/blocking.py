"""A scene and a set in, steps out: who is where, comes, goes, sits, turns and looks when."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from mstation.breakdown.scene import Beat, Scene
from mstation.stage.business import play_action
from mstation.stage.cues import Cue, read_cues
from mstation.stage.dialogue import play_lines, run_ahead
from mstation.stage.ensemble import Ensemble, Handling
from mstation.stage.layout import Layout
from mstation.stage.opening import first_cues, place_cast
from mstation.stage.performance import Act, BeatTiming, Body
from mstation.stage.places import Places
from mstation.stage.stances import Step
from mstation.timebase import FrameRate
from mstation.voices.speech import Speech

LEAD_IN_S, LEAD_IN_AGAIN_S, TAIL_S = 2.2, 0.7, 0.9
SHORTEST_SCENE_S = 3.0
_STATES = frozenset({"stand", "sit", "lie", "kneel", "write", "type", "drive", "hold"})


@dataclass(frozen=True, slots=True)
class Blocked:
    """A scene with everyone's steps laid out."""

    steps: tuple[Step, ...]
    beats: tuple[BeatTiming, ...]
    acts: tuple[Act, ...]
    handlings: tuple[Handling, ...]


def block(
    scene: Scene,
    layout: Layout,
    bodies: tuple[Body, ...],
    speeches: Mapping[str, Speech],
    rate: FrameRate,
    *,
    runs_ahead: bool = False,
    runs_on: bool = False,
) -> Blocked:
    """Return the steps of a scene: lead-in, beats in order, tail.

    runs_ahead: its first line is heard from before the scene on.
    runs_on: its last line is heard on over the scene that follows.
    """
    ensemble = Ensemble(scene, Places.of(layout), bodies, rate)
    if runs_ahead:
        line = next(beat.line for beat in scene.beats if beat.line is not None)
        run_ahead(ensemble, line, speeches[line.id])
    cues = _cues_by_beat(scene, bodies)
    place_cast(ensemble, cues)
    already = _already_so(ensemble, cues)
    lead_in = LEAD_IN_S if scene.opens_place else LEAD_IN_AGAIN_S
    ensemble.step("", f"{scene.id}/in", rate.frames_ceil(lead_in), {})
    groups = _groups(scene.beats)
    for group in groups:
        beat = group[0]
        if beat.line is not None:
            play_lines(ensemble, group, speeches, runs_on=runs_on and group is groups[-1])
        elif beat.action is not None:
            play_action(ensemble, beat, beat.action, cues.get(beat.id, ()), already)
    short = rate.frames_ceil(SHORTEST_SCENE_S) - ensemble.frame
    tail = 1 if runs_on else rate.frames_ceil(TAIL_S)
    ensemble.step("", f"{scene.id}/out", max(tail, short), {})
    return Blocked(
        tuple(ensemble.steps),
        tuple(ensemble.timings),
        tuple(ensemble.acts),
        tuple(ensemble.handlings),
    )


def _already_so(ensemble: Ensemble, cues: dict[str, tuple[Cue, ...]]) -> tuple[Cue, ...]:
    """Return the cues that the opening has set, and put what is held into hands."""
    found: list[Cue] = []
    for body in ensemble.bodies:
        who = body.character_id
        own = first_cues(ensemble, cues, who) if ensemble.is_on(who) else ()
        found += itertools.takewhile(lambda cue: cue.act in _STATES, own)
    for beat in ensemble.scene.beats:
        for cue in cues.get(beat.id, ()):
            if cue.act == "hold" and any(cue is done for done in found):
                at = ensemble.rate.frames_ceil(LEAD_IN_S)
                held = [Handling(beat.id, "hold", who, 0, at, words=cue.words) for who in cue.who]
                ensemble.handlings += held
    return tuple(found)


def _cues_by_beat(scene: Scene, bodies: tuple[Body, ...]) -> dict[str, tuple[Cue, ...]]:
    """Return what the action says by beat; who spoke last is who `he` or `she` may mean."""
    cues: dict[str, tuple[Cue, ...]] = {}
    recent: tuple[str, ...] = ()
    for beat in scene.beats:
        if beat.line is not None:
            speaker = beat.line.character_id
            recent = (speaker, *(who for who in recent if who != speaker))
        elif beat.action is not None:
            reading = read_cues(beat.action, bodies, scene.language, recent)
            recent, cues[beat.id] = reading.recent, reading.cues
    return cues


def _groups(beats: tuple[Beat, ...]) -> list[list[Beat]]:
    """Return the beats in order, lines that overlap together."""
    groups: list[list[Beat]] = []
    for beat in beats:
        overlaps = beat.line is not None and beat.line.is_dual
        if overlaps and groups and groups[-1][-1].line is not None:
            groups[-1].append(beat)
        else:
            groups.append([beat])
    return groups
