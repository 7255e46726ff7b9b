"""A film's folder in, the film as its files have it out: timeline, stage and movie side by side.

When something is seen or heard is the timeline's word; what stands where is the stage's. Where
they contradict each other it is noted as a difference, and the one that is played counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mstation.check.film import Action, Film, Line, Person, Scene, Shot, Word
from mstation.check.finding import Fault, Value
from mstation.check.otio import OTIO
from mstation.check.timeline import DIALOGUE, MOVIE, Placed, Plan, SceneTold, read_plan
from mstation.check.usd import ShotSeen, open_stage, people_of, refusing_broken, shot_of, things_of
from mstation.errors import InvalidInput, NotFound

_PRE_LAP = "pre_lap"
_COMPARED = ("role", "size", "angle", "move", "subjects", "axis", "declared")


def read_film(folder: Path, *, with_sets: bool = True) -> Film:
    """Return a finished film from `film.otio`, `film.usda` with its scenes, and `film.mp4`.

    `with_sets` reads the meshes too. Without a movie the film is read all the same.

    Raises:
        NotFound: the folder, or a file that the film cannot be read without, is not there.
        InvalidInput: a file is broken, or its frames do not add up.
    """
    if not folder.is_dir():
        raise NotFound(
            f"{folder}: no such folder; name one that `mstation make` wrote",
            zh=f"{folder}：没有这个目录；请指定由 `mstation make` 写出的目录",
        )
    plan = read_plan(folder)
    differences: list[Fault] = []
    with refusing_broken():
        stage = open_stage(folder, plan.rate)
        scenes = tuple(
            _scene(stage, plan, told, differences, with_sets=with_sets) for told in plan.scenes
        )
    _check_places(plan)
    movie = folder / MOVIE
    return Film(
        folder=folder,
        title=plan.title,
        rate=plan.rate,
        frames=plan.frames,
        language=plan.told.language or "en",
        style=plan.told.style,
        asl_s=plan.told.asl_s,
        scenes=scenes,
        movie=movie if movie.is_file() else None,
        differences=tuple(differences),
    )


def _scene(
    stage: Any, plan: Plan, told: SceneTold, differences: list[Fault], *, with_sets: bool
) -> Scene:
    first, end = told.first_frame, told.first_frame + told.frames
    frames = range(first, end)
    people = people_of(stage, told.label, frames)
    shots = []
    for placed in plan.shots:
        if placed.told.scene == told.label:
            seen = _seen(stage, placed, frames)
            shots.append(_shot(placed, seen, first))
            differences += _shot_differences(placed, seen, people)
    lines = []
    for placed in plan.voices:
        if placed.told.scene == told.label:
            lines.append(_line(placed, plan, people, frames))
            differences += _voice_differences(placed, people)
    return Scene(
        label=told.label,
        heading=told.heading,
        place=told.place,
        film_first_frame=first,
        frames=told.frames,
        people=people,
        shots=tuple(shots),
        lines=tuple(lines),
        actions=tuple(
            _action(placed, frames) for placed in plan.actions if placed.told.scene == told.label
        ),
        things=things_of(stage, told.label, frames) if with_sets else (),
        eighths=told.eighths,
        extras=people_of(stage, told.label, frames, scope="crowd"),
    )


def _check_places(plan: Plan) -> None:
    """Raise where a clip belongs to a scene that the film does not have."""
    labels = {told.label for told in plan.scenes}
    for placed in (*plan.shots, *plan.voices, *plan.actions):
        if placed.told.scene not in labels:
            raise InvalidInput(
                f"`{placed.name}` belongs to scene `{placed.told.scene}`, which the film does not "
                "have; make the film again",
                path=OTIO,
                zh=f"`{placed.name}` 属于场 `{placed.told.scene}`，影片没有这一场；请重新生成影片",
            )


def _within(placed: Placed, frames: range, *, whole: bool = False, is_ahead: bool = False) -> None:
    """Raise unless a clip begins in its scene, and where it must, ends in it.

    is_ahead: it may be heard before it is seen, so it may begin earlier and need only touch it.
    """
    starts = placed.end_frame - 1 if is_ahead else placed.first_frame
    is_in = frames.start <= starts and placed.first_frame < frames.stop
    if not is_in or (whole and placed.end_frame > frames.stop):
        raise InvalidInput(
            f"`{placed.name}` lies at frames {placed.first_frame} to {placed.end_frame}, its scene "
            f"{placed.told.scene} at {frames.start} to {frames.stop}; make the film again",
            path=OTIO,
            zh=f"`{placed.name}` 在第 {placed.first_frame} 至 {placed.end_frame} 帧，"
            f"所属场 {placed.told.scene} 在第 {frames.start} 至 {frames.stop} 帧；请重新生成影片",
        )


def _seen(stage: Any, placed: Placed, frames: range) -> ShotSeen:
    _within(placed, frames, whole=True)
    number = placed.name.rpartition("-")[2]
    over = range(placed.first_frame, placed.end_frame)
    seen = shot_of(stage, placed.told.scene, number, over)
    if seen is None:
        raise NotFound(
            f"{OTIO}: shot `{placed.name}` has no camera in film.usda; make the film again",
            zh=f"{OTIO}：镜头 `{placed.name}` 在 film.usda 中没有摄影机；请重新生成影片",
        )
    return seen


def _shot(placed: Placed, seen: ShotSeen, scene_first: int) -> Shot:
    told = placed.told
    return Shot(
        label=placed.name,
        scene=told.scene,
        size=told.size,
        angle=told.angle,
        move=told.move,
        role=told.role,
        lens_mm=told.lens_mm,
        subjects=told.subjects,
        axis=told.axis,
        declared=told.declared,
        first_frame=placed.first_frame - scene_first,
        end_frame=placed.end_frame - scene_first,
        sensor=seen.sensor,
        world_from_camera=seen.world_from_camera,
        focal_mm=seen.focal_mm,
        shake_deg=told.shake_deg,
    )


def _shot_differences(
    placed: Placed, seen: ShotSeen, people: Mapping[str, Person]
) -> Iterator[Fault]:
    """Yield where a shot is one thing in the timeline and another on the stage."""
    edges = {"firstFrame": placed.first_frame, "endFrame": placed.end_frame}
    for name, frame in edges.items():
        other = seen.said.get(name)
        if other != frame:
            yield _fault(
                "frames_differ", placed, edge=name, timeline=frame, stage=str(other or "–")
            )
    if placed.media == MOVIE and placed.media_frame != placed.first_frame:
        yield _fault("points_elsewhere", placed, media=MOVIE, frame=placed.media_frame)
    for name in _COMPARED:
        if name in seen.said:
            on_stage, told = _text(seen.said[name]), _text(getattr(placed.told, name))
            if on_stage != told:
                yield _fault("label_differs", placed, label=name, timeline=told, stage=on_stage)
    for name in (*placed.told.subjects, *placed.told.axis):
        if name not in people:
            yield _fault("nobody", placed, name=name)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value or ()) or "–"


def _voice_differences(placed: Placed, people: Mapping[str, Person]) -> Iterator[Fault]:
    if placed.media != DIALOGUE or placed.media_frame != placed.first_frame:
        yield _fault("points_elsewhere", placed, media=placed.media, frame=placed.media_frame)
    if placed.told.speaker and placed.told.speaker not in people:
        yield _fault("nobody", placed, name=placed.told.speaker)


def _fault(kind: str, placed: Placed, **values: Value) -> Fault:
    is_line = hasattr(placed.told, "line")
    return Fault(
        kind,
        placed.told.scene,
        shot="" if is_line else placed.name,
        line=placed.told.line if is_line else "",
        frame=placed.first_frame,
        values=tuple(values.items()),
        mends=(("make_again", ()),),
    )


def _line(placed: Placed, plan: Plan, people: Mapping[str, Person], frames: range) -> Line:
    told, rate = placed.told, float(plan.rate.fraction)
    _within(placed, frames, is_ahead=told.presence == _PRE_LAP)
    first = placed.first_frame - frames.start
    return Line(
        id=told.line,
        speaker=told.speaker if told.speaker in people else "",
        written=told.character,
        text=told.text,
        presence=told.presence,
        first_frame=first,
        end_frame=min(placed.end_frame, frames.stop) - frames.start,
        words=tuple(
            Word(word.text, first + word.start_s * rate, first + word.end_s * rate)
            for word in told.words
        ),
    )


def _action(placed: Placed, frames: range) -> Action:
    _within(placed, frames)
    end = min(placed.end_frame, frames.stop) - frames.start
    told = placed.told
    return Action(told.id, told.text, told.characters, placed.first_frame - frames.start, end)
