"""A scene, its set, its cast and their speech in; the performance and everyone's motion out."""

from __future__ import annotations

from collections.abc import Mapping

from mstation.breakdown.scene import Scene
from mstation.stage.blocking import block
from mstation.stage.crowd import background
from mstation.stage.layout import Layout
from mstation.stage.motion import move, presences_of
from mstation.stage.performance import Body, Motion, Performance
from mstation.stage.props import place_props
from mstation.timebase import FrameRate
from mstation.voices.speech import Speech


def stage_scene(
    scene: Scene,
    layout: Layout,
    bodies: tuple[Body, ...],
    speeches: Mapping[str, Speech],
    rate: FrameRate,
    *,
    runs_ahead: bool = False,
    runs_on: bool = False,
) -> tuple[Performance, tuple[Motion, ...]]:
    """Return a scene as it is played: who does what when, and the joint curves of everyone.

    `speeches` holds the speech of each line by the line's id. There is one motion for each
    body that the scene shows, over every frame of the scene; the background's come last.
    `runs_ahead`: the scene's first line is heard before the scene is seen, at the end of the one
    before, and its beat's speech begins at a frame below nought.
    `runs_on`: the scene's last line is heard on over the scene that follows.
    """
    by_id = {body.character_id: body for body in bodies}
    cast = tuple(by_id[who] for who in scene.present if who in by_id)
    blocked = block(scene, layout, cast, speeches, rate, runs_ahead=runs_ahead, runs_on=runs_on)
    extras, behind = background(scene, layout, cast, blocked.steps, rate)
    frames = sum(step.frames for step in blocked.steps)
    presences = presences_of(blocked.steps, cast, rate)
    props = place_props(scene, layout, blocked.handlings, presences, frames)
    motions = move(blocked.steps, cast, rate, props)
    performance = Performance(
        scene_id=scene.id,
        frames=frames,
        bodies=cast,
        presences=presences,
        beats=blocked.beats,
        acts=blocked.acts,
        props=props,
        extras=extras,
    )
    return performance, (*motions, *move(behind, extras, rate))
