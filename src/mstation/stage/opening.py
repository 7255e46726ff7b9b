"""How a scene finds its people: on their marks, or off until their entrance."""

from __future__ import annotations

import math
from dataclasses import replace

from mstation.stage.cues import Cue, verb_table
from mstation.stage.ensemble import TURN_TO_SPEAK, Ensemble
from mstation.stage.layout import Mark
from mstation.stage.places import facing
from mstation.stage.stances import AT_WORK, Floor, Stance

# What someone may already be doing when the scene begins.
_STATES = frozenset({"stand", "sit", "lie", "kneel", "drive", "write", "type", "hold", "work"})
_WALKS = frozenset({"stand", "walk", "run", "sit_down", "travel"})
_TOGETHER_M = 2.2
Cues = dict[str, tuple[Cue, ...]]  # by beat


def place_cast(ensemble: Ensemble, cues: Cues) -> None:
    """Put everyone where the scene finds them; those who come later are off."""
    first = {
        body.character_id: first_cues(ensemble, cues, body.character_id) for body in ensemble.bodies
    }
    entering = {who for who in first if _enters(ensemble, cues, first[who])}
    is_seated = _is_seated_place(ensemble, first, entering)
    for who in first:
        if who in entering:
            ensemble.stances[who] = Stance(0.0, 0.0, 0.0, is_present=False)
    there = [who for who in first if who not in entering]
    for who in sorted(there, key=lambda who: not _has_place(first[who])):
        ensemble.stances[who] = _found(ensemble, first[who], is_seated=is_seated)
    order = [body.character_id for body in ensemble.bodies]
    ensemble.stances = {who: ensemble.stances[who] for who in order}
    _face_each_other(ensemble, first, there)


def first_cues(ensemble: Ensemble, cues: Cues, who: str) -> tuple[Cue, ...]:
    """Return what someone does in the first sentence about them, when they have not spoken."""
    for beat in ensemble.scene.beats:
        if beat.line is not None and beat.line.character_id == who:
            return ()
        own = [cue for cue in cues.get(beat.id, ()) if who in cue.who]
        if own:
            return tuple(cue for cue in own if cue.sentence == own[0].sentence)
    return ()


def _enters(ensemble: Ensemble, cues: Cues, first: tuple[Cue, ...]) -> bool:
    if not ensemble.places.layout.entrances or not first:
        return False
    acts = [cue.act for cue in first]
    if acts[0] == "exit":
        return not ensemble.places.layout.is_interior  # out of a house, into the street
    if "enter" in acts:
        return True
    turns_up = acts[0] == "stand" and first[0].thing == "door"
    if turns_up and first[0] not in cues.get(ensemble.scene.beats[0].id, ()):
        return True  # seen in the door when the scene has long begun
    return bool(verb_table()["acts"][acts[0]].get("enters"))


def _is_seated_place(
    ensemble: Ensemble, first: dict[str, tuple[Cue, ...]], entering: set[str]
) -> bool:
    layout = ensemble.places.layout
    if not any(mark.posture == "stand" for mark in layout.marks):
        return True
    stands = any(
        cue.act in _WALKS for who, own in first.items() if who not in entering for cue in own
    )
    kinds = verb_table()["words"]["seated_kinds"]
    return not stands and any(kind in layout.kind for kind in kinds)


def _found(ensemble: Ensemble, first: tuple[Cue, ...], *, is_seated: bool) -> Stance:
    """Return how someone is found: as their first words say, else at the next free mark."""
    posture, thing, carry = ("sit" if is_seated else "stand"), "", ""
    for cue in first:
        if cue.act not in _STATES and cue.act not in ("rise", "sit_down"):
            break
        thing = thing or cue.thing
        match cue.act:
            case "sit" | "lie" | "kneel" | "stand":
                posture = cue.act
            case "rise":
                posture = "lie" if cue.thing == "bed" else "sit"
            case "sit_down":
                posture = "stand"
            case "write" | "type" | "drive":
                posture = "sit"
        carry = str(verb_table()["acts"][cue.act].get("carry", carry))
    others = [ensemble.stances[o] for cue in first for o in cue.who if o in ensemble.stances]
    near = others[0].floor if others else None
    mark = ensemble.mark_for(thing, posture if posture in ("sit", "lie") else "stand", near)
    if near is not None and posture == "stand" and _is_far(mark, near):
        spot = ensemble.places.spot_near(near, near, ensemble.present(), 1.1)
        return Stance(*spot, facing(spot, near), carry=carry)
    if mark is None:
        return _unmarked(ensemble)
    stance = ensemble.at_mark(mark, posture)
    if posture != "sit" and carry in AT_WORK:
        carry = ""
    return replace(stance, carry=carry)


def _is_far(mark: Mark | None, near: Floor) -> bool:
    """Return whether a mark is too far for two of whom the text says one thing."""
    return mark is None or math.dist(mark.position[::2], near) > _TOGETHER_M


def _unmarked(ensemble: Ensemble) -> Stance:
    low, high = ensemble.places.layout.floor_min, ensemble.places.layout.floor_max
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    spot = ensemble.places.spot_near(middle, middle, ensemble.present(), 0.7)
    return Stance(spot[0], spot[1], facing(spot, (middle[0], middle[1] + 1e-3)))


def _has_place(first: tuple[Cue, ...]) -> bool:
    """Return whether someone's first words ask for a place of their own."""
    return any(cue.thing or cue.act in ("sit", "lie", "write", "type", "drive") for cue in first)


def _face_each_other(
    ensemble: Ensemble, first: dict[str, tuple[Cue, ...]], there: list[str]
) -> None:
    """Turn those who stand at no piece to their nearest company, and let all look there."""
    for who in there:
        stance = ensemble.stances[who]
        near = ensemble.company(who)
        is_busy = _has_place(first[who]) and stance.carry != ""
        if is_busy or not near:
            look = "hands" if stance.carry in ("write", "type") else ""
            ensemble.stances[who] = replace(stance, look=look)
            continue
        is_far = ensemble.turn_needed(stance, near) > TURN_TO_SPEAK
        if is_far and _has_place(first[who]) and math.isfinite(stance.x):
            continue  # at the stove, with one's back to the others
        if stance.posture == "stand" and is_far:
            stance = replace(stance, yaw_rad=ensemble.yaw_to(stance, near))
        ensemble.stances[who] = replace(stance, look=near)
