"""A scene, its set and its playing in, shots out: the designer.

Segments say where cuts may fall and what each stretch wants; epochs hold the lines; setups are
asked for, placed on the set, and the best run of them is chosen; moves and names come last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from mstation.breakdown.scene import Scene
from mstation.identity import opaque_id
from mstation.shots.axis import epochs_of, side_sign
from mstation.shots.choose import Choice, choose
from mstation.shots.coverage import Setup, setups_of
from mstation.shots.cutting import Segment, segments_of
from mstation.shots.direction import StyleChange, Wish
from mstation.shots.grammar import SIZES, grammar
from mstation.shots.landmarks import figures_of
from mstation.shots.moves import Context, Moved, move_of
from mstation.shots.placing import place_all
from mstation.shots.reasons import breaks_of, reason_of
from mstation.shots.rows import Rows
from mstation.shots.shot import Angle, Role, Shot, ShotList, Size
from mstation.shots.sightlines import Surroundings
from mstation.shots.styles import Style
from mstation.shots.taken import INSERT_STEP, Ground, Taken
from mstation.space import Array, Sensor
from mstation.stage.collision import obstacles
from mstation.stage.layout import Layout
from mstation.stage.performance import Motion, Performance
from mstation.timebase import FrameRate

_PLACE_EYE_M = 1.5
_LEVEL_DEG, _TOP_DEG = 7.5, 55.0


def design_shots(
    scene: Scene,
    layout: Layout,
    performance: Performance,
    motions: tuple[Motion, ...],
    *,
    sensor: Sensor,
    rate: FrameRate,
    opening: bool = False,
    closing: bool = False,
    style: Style | None = None,
    wishes: tuple[Wish, ...] = (),
    style_changes: tuple[StyleChange, ...] = (),
    pinned: tuple[Wish, ...] = (),
) -> ShotList:
    """Return the shots of a scene, in order, covering every frame.

    Args:
        scene: what is said and done.
        layout: the set.
        performance: when it is played, by whom.
        motions: how they move.
        sensor: of the camera; its shape is the shape of the picture.
        rate: frames a second.
        opening: whether the film begins here, and so fades in.
        closing: whether the film ends here, and so fades out.
        style: of coverage; None is that of the picture's shape.
        wishes: what the script's notes want, by the beat.
        style_changes: from which beat on another style holds.
        pinned: what a person wants of shots that are already known by their ids.
    """
    around = obstacles(layout)
    figures = figures_of(performance, motions, around)
    ground = Ground(
        figures=figures,
        around=Surroundings(around, figures),
        sensor=sensor,
        props=performance.props,
        middle=_middle(layout),
        is_interior=layout.is_interior,
    )
    segments = segments_of(scene, performance, figures, rate)
    epochs = epochs_of(figures, [segment.first_frame for segment in segments])
    setups = setups_of(segments, epochs, figures, opens_place=scene.opens_place)
    taken = place_all(setups, epochs, ground)
    choices = choose(segments, setups, epochs, taken, ground, rate, opens_place=scene.opens_place)
    context = Context(Rows.of(setups, epochs, taken, ground), taken, ground, rate, epochs)
    shots = _named(scene, performance, segments, setups, choices, context)
    faded = _faded(scene, shots, rate, opening=opening, closing=closing)
    return ShotList(scene.id, scene.label, performance.frames, faded)


def _middle(layout: Layout) -> Array:
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if layout.marks:
        x, _, z = np.mean([mark.position for mark in layout.marks], axis=0)
        return np.array([x, _PLACE_EYE_M, z])
    return np.array([(x0 + x1) / 2, _PLACE_EYE_M, (z0 + z1) / 2])


def _named(
    scene: Scene,
    performance: Performance,
    segments: tuple[Segment, ...],
    setups: list[Setup],
    choices: list[Choice],
    context: Context,
) -> tuple[Shot, ...]:
    """Return chosen setups as shots with ids, labels, moves and reasons."""
    taken, ground = context.taken, context.ground
    shots: list[Shot] = []
    ordinals: Counter[tuple[str, ...]] = Counter()
    for number, choice in enumerate(choices, start=1):
        setup = setups[choice.row]
        first = segments[choice.first_segment].first_frame
        end = segments[choice.end_segment - 1].end_frame
        run = segments[choice.first_segment : choice.end_segment]
        subjects = _subjects(setup, ground)
        beats = _beats(performance, first, end)
        axis, side = _axis(setup, taken, choice.row, ground)
        moved = move_of(setup, run, choice, context, is_last=number == len(choices))
        role = _role(setup, run)
        key = (scene.id, beats[0] if beats else "", role.value, *subjects[:1])
        ordinals[key] += 1
        size = _size(int(taken.step[choice.row]))
        shots.append(
            Shot(
                id=opaque_id("sh", (*key, str(ordinals[key]))),
                label=f"{scene.label}-{number:03d}",
                scene_id=scene.id,
                role=role,
                size=size,
                angle=_angle(moved),
                move=moved.move,
                lens_mm=float(taken.cameras.lens_mm[choice.row]),
                subjects=subjects,
                axis=axis,
                side=side,
                first_frame=first,
                end_frame=end,
                beats=beats,
                lines=_lines(performance, first, end),
                camera=moved.keys,
                prop=ground.props[setup.prop].name if setup.prop >= 0 else "",
                breaks=breaks_of(choice.broken),
                why=reason_of(setup, role, size, run, choice, performance, moved.move),
            )
        )
    return tuple(shots)


def _role(setup: Setup, run: tuple[Segment, ...]) -> Role:
    """Return the setup's role, or a reaction where the face is for the most part a listener's."""
    if setup.family != "single" or setup.partner < 0:
        return setup.role
    frames = sum(s.end_frame - s.first_frame for s in run)
    spoken = sum(s.end_frame - s.first_frame for s in run if s.speaker == setup.partner)
    return Role.REACTION if 2 * spoken > frames else setup.role


def _size(step: int) -> Size:
    return Size.INSERT if step == INSERT_STEP else SIZES[step]


def _subjects(setup: Setup, ground: Ground) -> tuple[str, ...]:
    """Return who the shot is of, the principal first."""
    ids = ground.figures.ids
    if setup.group:
        return tuple(ids[person] for person in setup.group)
    if setup.family == "ots":
        return (ids[setup.principal], ids[setup.partner])
    return (ids[setup.principal],) if setup.principal >= 0 else ()


def _axis(setup: Setup, taken: Taken, row: int, ground: Ground) -> tuple[tuple[str, ...], int]:
    """Return the pair whose line the shot keeps, and the side the camera is on at its start."""
    pair = (setup.principal, setup.partner)
    if setup.partner < 0:
        if not setup.lines:
            return (), 0
        pair = setup.lines[0]
    a, b = sorted(pair)
    heads = ground.figures.heads[:, setup.frame]
    side = side_sign(heads[a], heads[b], taken.cameras.position[row])
    return (ground.figures.ids[a], ground.figures.ids[b]), side


def _beats(performance: Performance, first: int, end: int) -> tuple[str, ...]:
    return tuple(
        timing.beat_id
        for timing in performance.beats
        if timing.first_frame < end and timing.end_frame > first
    )


def _lines(performance: Performance, first: int, end: int) -> tuple[str, ...]:
    return tuple(
        timing.line_id
        for timing in performance.beats
        if timing.line_id and timing.speech_first_frame < end and timing.speech_end_frame > first
    )


def _angle(moved: Moved) -> Angle:
    """Return the vertical angle: how far the camera looks down or up at the shot's start."""
    key = moved.keys[0]
    aim = np.array(key.target) - np.array(key.position)
    pitch = float(np.degrees(np.arctan2(aim[1], np.hypot(aim[0], aim[2]))))
    if abs(pitch) <= _LEVEL_DEG:
        return Angle.EYE
    if pitch < -_TOP_DEG:
        return Angle.TOP
    return Angle.HIGH if pitch < 0 else Angle.LOW


def _faded(
    scene: Scene, shots: tuple[Shot, ...], rate: FrameRate, *, opening: bool, closing: bool
) -> tuple[Shot, ...]:
    """Return the shots with fades where the script or the film's ends ask for them."""
    rules = grammar()
    length = rate.frames_ceil(rules.fade_s)
    faded = list(shots)
    into, out = scene.transition_in.lower(), scene.transition_out.lower()
    if faded and (opening or any(word in into for word in rules.fade_in_words)):
        faded[0] = replace(faded[0], fade_in_frames=min(length, faded[0].frames // 2))
    if faded and (closing or any(word in out for word in rules.fade_out_words)):
        faded[-1] = replace(faded[-1], fade_out_frames=min(length, faded[-1].frames // 2))
    return tuple(faded)
