"""Scenes as they were shot in, a film as the checker reads it out: in its files, or in memory.

`export` writes what `mstation make` writes, without movie and sound; `film_in_memory` gives the
same film without files, for when a designer is tried out.

    from benchmarks.shot_films import Picture, film_in_memory, film_scenes, read_breakdown

    breakdown, picture = read_breakdown(path), Picture.of()
    film = film_in_memory(film_scenes(breakdown, picture), breakdown.cast, picture)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from benchmarks.shot_shooting import (
    Designer,
    Filmed,
    Picture,
    Staged,
    film_scenes,
    read_breakdown,
    shoot,
    stage,
    staged_scenes,
)

from mstation.breakdown.scene import Breakdown, Character
from mstation.check import film as films
from mstation.cut.otio import write_otio
from mstation.cut.timeline import Clip, SceneClip, VoiceClip
from mstation.making.cast import Cast
from mstation.making.cut import FilmShots, ShotScene, assemble_shots, names_of
from mstation.making.pictures import scenes_in
from mstation.previs.mesh import Mesh
from mstation.previs.props import prop_mesh, prop_transform
from mstation.previs.sets import set_parts
from mstation.previs.usd import write_film, write_scene
from mstation.shots.design import design_shots
from mstation.shots.shot import Take
from mstation.space import Array
from mstation.stage.performance import JOINTS, Body, Motion, Prop
from mstation.timebase import FrameRate

__all__ = [
    "Designer",
    "Filmed",
    "Picture",
    "Staged",
    "export",
    "film_in_memory",
    "film_scenes",
    "read_breakdown",
    "shoot",
    "stage",
    "staged_scenes",
    "write_files",
]

_HEAD = JOINTS.index("Head")


def export(
    source: Path | Breakdown,
    folder: Path,
    *,
    style: str = "",
    width: int = 1280,
    height: int = 720,
    designer: Designer = design_shots,
) -> Path:
    """Write a script's film without pictures: `film.otio`, `film.usda`, `scenes/*.usdc`."""
    breakdown = source if isinstance(source, Breakdown) else read_breakdown(source)
    picture = Picture.of(width, height, style)
    filmed = film_scenes(breakdown, picture, designer=designer)
    write_files(filmed, breakdown.cast, picture, folder, title=breakdown.title)
    return folder


def write_files(
    filmed: Iterable[Filmed],
    cast: tuple[Character, ...],
    picture: Picture,
    folder: Path,
    *,
    title: str = "",
) -> None:
    """Write a film's timeline and stage, as `mstation make` does; no movie, no sound."""
    (folder / "scenes").mkdir(parents=True, exist_ok=True)
    names = names_of(Cast("en", cast))
    shot: list[Filmed] = []
    for each in filmed:
        staged = each.staged
        write_scene(
            folder / "scenes" / f"{each.shots.scene_label}.usdc",
            each.shots,
            staged.layout,
            staged.performance,
            staged.motions,
            each.takes,
            names=names,
            language="en",
            rate=picture.rate,
        )
        shot.append(each.without_curves)
    film = _assembled(shot, cast, picture, title)
    write_film(folder / "film.usda", scenes_in(film), title=title, rate=picture.rate)
    metadata = {
        "width": picture.width,
        "height": picture.height,
        "language": film.language,
        "style": picture.style.name,
        "asl_s": picture.style.asl_s,
    }
    timeline = write_otio(title, film.clips, film.voices, film.music, picture.rate,
                          scenes=film.scenes, actions=film.actions, metadata=metadata)  # fmt: skip
    (folder / "film.otio").write_bytes(timeline)


def _assembled(
    shot: list[Filmed], cast: tuple[Character, ...], picture: Picture, title: str
) -> FilmShots:
    """Return scenes, one after the other, in film frames."""
    language = shot[0].staged.scene.language if shot else "en"
    speeches = {line: said for each in shot for line, said in each.staged.speeches.items()}
    scenes = [ShotScene(each.staged.scene, each.staged.performance, each.shots) for each in shot]
    return assemble_shots(
        title, str(picture.rate), Cast(language, cast), scenes, speeches, style=picture.style.name
    )


def film_in_memory(
    filmed: Iterable[Filmed], cast: tuple[Character, ...], picture: Picture, *, title: str = ""
) -> films.Film:
    """Return the film as the checker would read it from its files, without writing them."""
    names = names_of(Cast("en", cast))
    seen: list[tuple[Filmed, dict[str, films.Person], tuple[films.Thing, ...]]] = []
    cameras: dict[str, Take] = {}
    for each in filmed:
        cameras |= {shot.id: take for shot, take in zip(each.shots.shots, each.takes, strict=True)}
        seen.append((each.without_curves, _people(each.staged, names), _things(each.staged)))
    film = _assembled([each for each, _, _ in seen], cast, picture, title)
    return films.Film(
        folder=Path(),
        title=title,
        rate=picture.rate,
        frames=film.frames,
        language=film.language,
        style=picture.style.name,
        asl_s=picture.style.asl_s,
        scenes=tuple(
            _scene(film, place, cameras, people, things)
            for place, (_, people, things) in zip(film.scenes, seen, strict=True)
        ),
    )


def _scene(
    film: FilmShots,
    place: SceneClip,
    cameras: Mapping[str, Take],
    people: dict[str, films.Person],
    things: tuple[films.Thing, ...],
) -> films.Scene:
    first, label = place.film_first_frame, place.label
    return films.Scene(
        label=label,
        heading=place.heading,
        place=place.place,
        film_first_frame=first,
        frames=place.frames,
        people=people,
        shots=tuple(
            _shot(clip, cameras[clip.shot.id]) for clip in film.clips if clip.scene_label == label
        ),
        lines=tuple(
            _line(voice, first, first + place.frames, FrameRate.parse(film.rate))
            for voice in film.voices
            if voice.scene_label == label
        ),
        actions=tuple(
            films.Action(
                action.action_id,
                action.text,
                action.characters,
                action.film_first_frame - first,
                action.film_first_frame - first + action.frames,
            )
            for action in film.actions
            if action.scene_label == label
        ),
        things=things,
        eighths=place.eighths,
    )


def _people(staged: Staged, names: Mapping[str, str]) -> dict[str, films.Person]:
    bodies = {body.character_id: body for body in staged.performance.bodies}
    return {
        names[motion.character_id]: _person(
            names[motion.character_id], bodies[motion.character_id], motion
        )
        for motion in staged.motions
        if motion.character_id in bodies  # the background is nobody's subject
    }


def _person(name: str, body: Body, motion: Motion) -> films.Person:
    world = motion.world_from_joints()
    return films.Person(
        name=name,
        written=body.name,
        stature_m=body.stature_m,
        joint_names=JOINTS,
        joints=np.ascontiguousarray(world[:, :, :3, 3]),
        facing=-world[:, _HEAD, :3, 2],
        present=np.asarray(motion.present, bool),
    )


def _shot(clip: Clip, take: Take) -> films.Shot:
    shot = clip.shot
    return films.Shot(
        label=shot.label,
        scene=clip.scene_label,
        size=shot.size.value,
        angle=shot.angle.value,
        move=shot.move.value,
        role=shot.role.value,
        lens_mm=shot.lens_mm,
        subjects=clip.subjects,
        axis=clip.axis,
        declared=shot.declared,
        first_frame=shot.first_frame,
        end_frame=shot.end_frame,
        sensor=take.sheet.sensor,
        world_from_camera=take.world_from_camera.astype(float),
        focal_mm=take.focal_length_mm.astype(float),
        shake_deg=shot.shake_deg,
    )


def _line(voice: VoiceClip, first: int, end: int, rate: FrameRate) -> films.Line:
    start, fps = voice.film_first_frame - first, float(rate.fraction)
    return films.Line(
        id=voice.line_id,
        speaker=voice.speaker,
        written=voice.character,
        text=voice.text,
        presence=voice.presence.value,
        first_frame=start,
        end_frame=min(voice.film_end_frame, end) - first,
        words=tuple(
            films.Word(word.text, start + word.start_s * fps, start + word.end_s * fps)
            for word in voice.words
        ),
    )


def _things(staged: Staged) -> tuple[films.Thing, ...]:
    """Return the set and the props; what only stands behind the set is left out."""
    pieces = [
        films.Thing(name, _triangles(mesh))
        for name, mesh in set_parts(staged.layout)
        if name != "horizon"
    ]
    frames = staged.performance.frames
    props = [_thing(prop, staged.motions, frames) for prop in staged.performance.props]
    return (*pieces, *props)


def _thing(prop: Prop, motions: tuple[Motion, ...], frames: int) -> films.Thing:
    lasts = prop.end_frame > prop.first_frame
    first, end = (prop.first_frame, min(frames, prop.end_frame)) if lasts else (0, frames)
    places = np.array([prop_transform(prop, motions, at) for at in range(first, end)], float)
    triangles = _triangles(prop_mesh(prop)) @ places[0, :3, :3].T + places[0, :3, 3]
    present = np.zeros(frames, bool)
    present[first:end] = True
    moved = np.tile(np.eye(4), (frames, 1, 1))
    moved[first:end] = places @ np.linalg.inv(places[0])
    moves = not np.allclose(places, places[0])
    return films.Thing(prop.name, triangles, True, moved if moves else None, present)


def _triangles(mesh: Mesh) -> Array:
    return np.asarray(mesh.points[mesh.triangles], float)
