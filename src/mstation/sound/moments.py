"""A scene as it was shot in, its moments out: the cuts, entrances, reveals and acts in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import Scene
from mstation.shots.shot import Move, Role, Shot, ShotList, Size
from mstation.sound.spots import HitKind, HitPoint, Told
from mstation.sound.spotting_table import ACTS, CUTS, LOOKS, PEOPLE, say, say_act
from mstation.stage.performance import Performance

_SIZES = tuple(Size)
_LEAP = 3  # steps of size between two shots: heard as well as seen
_CLOSE = (Size.MCU, Size.CU, Size.ECU)
_ONE_MOMENT_FRAMES = 3  # two hits nearer than this are one

Entering = Literal["", "reveal", "entrance", "look", "action"]


@dataclass(frozen=True, slots=True)
class SceneToScore:
    """A scene in the film, as it is played and shot."""

    first_frame: int
    scene: Scene
    performance: Performance
    shots: ShotList

    @property
    def frames(self) -> int:
        """How long it is played."""
        return self.performance.frames

    @property
    def names(self) -> dict[str, str]:
        """What its people are called in notes, by id."""
        return {body.character_id: spoken_name(body.name) for body in self.performance.bodies}


@dataclass(frozen=True, slots=True)
class Moment:
    """A hit point of a scene, by its frames, and what music may enter on it as."""

    hit: HitPoint
    entering: Entering = ""


def spoken_name(name: str) -> str:
    """Return a name as notes write it: MRS. VOSS is Mrs. Voss."""
    return name.title() if name.isupper() else name


def moments_of(each: SceneToScore, seen_before: Collection[str]) -> tuple[Moment, ...]:
    """Return what music may land on in a scene, in order; the heavier of two at one moment.

    `seen_before` are the ids of whom the film has shown in earlier scenes.
    """
    found = sorted(
        (*_cuts(each), *_people(each, seen_before), *_acts(each)),
        key=lambda moment: (moment.hit.frame, -moment.hit.weight),
    )
    kept: list[Moment] = []
    for moment in found:
        if not 0 <= moment.hit.frame < each.frames:
            continue
        if kept and moment.hit.frame - kept[-1].hit.frame < _ONE_MOMENT_FRAMES:
            kept[-1] = max(kept[-1], moment, key=lambda one: one.hit.weight)
        else:
            kept.append(moment)
    return tuple(kept)


def _cuts(each: SceneToScore) -> Iterator[Moment]:
    names = each.names
    written = {prop.name for prop in each.performance.props if prop.writing}
    close: set[str] = set()
    last: Shot | None = None
    for shot in each.shots.shots:
        yield _cut(shot, last, names, written, each)
        who = shot.subjects[0] if len(shot.subjects) == 1 else ""
        if who in names and shot.size in _CLOSE:
            if shot.move is Move.PUSH_IN:
                told = say("push_in", who=names[who])
                yield _reveal(shot.first_frame, PEOPLE["push_in"], told, who)
            elif who not in close:
                told = say("close_up", who=names[who])
                yield _reveal(shot.first_frame, PEOPLE["close_up"], told, who)
            close.add(who)
        last = shot


def _cut(
    shot: Shot, last: Shot | None, names: dict[str, str], written: set[str], each: SceneToScore
) -> Moment:
    if last is None:
        told = say("cut_scene", what=each.scene.place)
        return Moment(HitPoint(shot.first_frame, "cut", CUTS["scene"], told))
    people = [names[who] for who in shot.subjects if who in names]
    leap = abs(_SIZES.index(shot.size) - _SIZES.index(last.size)) >= _LEAP
    if shot.role is Role.INSERT:
        what = shot.prop or say("something")
        if shot.prop in written:
            return _reveal(shot.first_frame, PEOPLE["read"], say("read", what=what), shot.prop)
        return _reveal(shot.first_frame, CUTS["insert"], say("cut_insert", what=what), shot.prop)
    told = say(f"cut_{shot.role.value}", who=_listed(people))
    weight = CUTS[shot.role.value] + CUTS["size_jump"] * leap
    return Moment(HitPoint(shot.first_frame, "cut", round(weight, 3), told))


def _listed(people: list[str]) -> Told:
    if not people:
        return say("nobody")
    together = people[:2]
    return Told(" and ".join(together), "和".join(together))


def _reveal(frame: int, weight: float, told: Told, subject: str) -> Moment:
    return Moment(HitPoint(frame, "reveal", weight, told, subject), "reveal")


def _people(each: SceneToScore, seen_before: Collection[str]) -> Iterator[Moment]:
    names = each.names
    seen = set(seen_before)
    for there in sorted(each.performance.presences, key=lambda one: one.first_frame):
        who = there.character_id
        if who not in names:
            continue
        if who not in seen:
            told = say("first_seen", who=names[who])
            yield _moment(there.first_frame, "reveal", PEOPLE["first_seen"], told, who, "entrance")
        elif there.first_frame > 0:
            told = say("entrance", who=names[who])
            yield _moment(there.first_frame, "entrance", PEOPLE["entrance"], told, who, "entrance")
        seen.add(who)
        if there.end_frame < each.frames:
            told = say("exit", who=names[who])
            yield _moment(there.end_frame, "exit", PEOPLE["exit"], told, who, "action")


def _moment(
    frame: int, kind: HitKind, weight: float, told: Told, subject: str, entering: Entering
) -> Moment:
    return Moment(HitPoint(frame, kind, weight, told, subject), entering)


def _acts(each: SceneToScore) -> Iterator[Moment]:
    """Yield what the script's action says that people do; how they listen is no hit."""
    names = each.names
    written = {beat.id for beat in each.scene.beats if beat.action}
    for act in each.performance.acts:
        if act.kind not in ACTS or act.beat_id not in written or act.character_id not in names:
            continue
        told = say_act(act.kind, names[act.character_id], names.get(act.towards, ""))
        entering: Entering = "look" if act.kind in LOOKS else "action"
        weight = ACTS[act.kind]["weight"]
        yield _moment(act.first_frame, "action", weight, told, act.character_id, entering)


def speech_of(each: SceneToScore) -> tuple[tuple[int, int, str], ...]:
    """Return the spoken ranges of a scene in order, each with the speaker's name in notes.

    A voice that is heard before the scene counts from the scene's start.
    """
    spoken = {beat.line.id: beat.line.character_id for beat in each.scene.beats if beat.line}
    names = each.names
    return tuple(
        sorted(
            (
                max(0, beat.speech_first_frame),
                beat.speech_end_frame,
                names.get(spoken[beat.line_id], ""),
            )
            for beat in each.performance.beats
            if beat.line_id in spoken
        )
    )


def share_spoken(speech: Iterable[tuple[int, int, str]], frames: int) -> float:
    """Return how much of a scene lies under words, 0 to 1; voices that overlap count once."""
    heard, until = 0, 0
    for first, end, _ in speech:
        heard += max(0, end - max(first, until))
        until = max(until, end)
    return heard / frames if frames else 0.0
