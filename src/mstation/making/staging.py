"""Steps from a scene to its set, its playing and its shots."""

from __future__ import annotations

from dataclasses import dataclass

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Interior, Mood, Scene, TimeOfDay, Weather
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import BODIES_SCHEMA, CAST_SCHEMA, Bodies, Cast
from mstation.making.directing import told
from mstation.making.wanted import SCHEMA as WANTED_SCHEMA
from mstation.making.wanted import Wanted
from mstation.shots import shot as shots
from mstation.shots.design import design_shots
from mstation.shots.direction import Direction, Wish
from mstation.shots.directions import SCHEMA as DIRECTION_SCHEMA
from mstation.shots.directions import Directions, doubts_of_names, resolve, wish_of
from mstation.shots.styles import styles
from mstation.shots.takes import cut_takes
from mstation.space import sensor_for
from mstation.stage import layout as layouts
from mstation.stage import performance as performances
from mstation.stage.sets import design_set
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from mstation.voices import speech as speeches


def build_set(inputs: Inputs) -> Outputs:
    """Return the set of a scene, with the light of its time."""
    params = inputs.params
    seed = params["seed"]
    layout = design_set(
        params["set_key"] if seed == 0 else f"{params['set_key']} #{seed}",
        params["place"],
        Interior(params["interior"]),
        TimeOfDay(params["time"]),
        people=params["people"],
        mood=Mood(params["mood"]),
        weather=Weather(params["weather"]),
    )
    return {"layout": document.write(layout, layouts.SCHEMA)}


def stage(inputs: Inputs) -> Outputs:
    """Return how a scene is played, and everyone's joint curves."""
    scene = document.read(inputs.blobs["scene"].read(), Scene, SCENE_SCHEMA)
    layout = document.read(inputs.blobs["layout"].read(), layouts.Layout, layouts.SCHEMA)
    bodies = document.read(inputs.blobs["bodies"].read(), Bodies, BODIES_SCHEMA).bodies
    spoken = {
        line: document.read(blob.read(), speeches.Speech, speeches.SCHEMA)
        for line, blob in inputs.group("speech").items()
    }
    rate = FrameRate.parse(inputs.params["rate"])
    over = {name: inputs.params.get(name, False) for name in ("runs_ahead", "runs_on")}
    performance, motions = stage_scene(scene, layout, bodies, spoken, rate, **over)
    return {
        "performance": document.write(performance, performances.SCHEMA),
        "motions": performances.write_motions(motions),
    }


def design(inputs: Inputs) -> Outputs:
    """Return a scene's shots, and a take for each to render."""
    return _shot(inputs, _played(inputs))


def direct(inputs: Inputs) -> Outputs:
    """Return a scene's shots as a person's directions change them, and the doubts about those."""
    played = _played(inputs)
    people = document.read(inputs.blobs["cast"].read(), Cast, CAST_SCHEMA)
    here = {presence.character_id for presence in played.performance.presences}
    names = {who.id: (who.name, *who.aliases) for who in people.characters if who.id in here}
    undirected = document.read(inputs.blobs["undirected"].read(), shots.ShotList, shots.SCHEMA)
    written = [
        document.read(blob.read(), Direction, DIRECTION_SCHEMA)
        for blob in inputs.group("row").values()
    ]
    by_id = {each.id: each for each in undirected.shots}
    rows = resolve(Directions(tuple(written)), undirected.shots)
    pinned = tuple(wish_of(row, by_id[row.shot_id], names) for row in rows)
    doubts = [note for row in rows for note in doubts_of_names(row, names)]
    return {**_shot(inputs, played, pinned), "doubts": told(doubts)}


@dataclass(frozen=True, slots=True)
class _Played:
    """A scene as it is played, before anybody shoots it."""

    scene: Scene
    layout: layouts.Layout
    performance: performances.Performance
    motions: tuple[performances.Motion, ...]
    wanted: Wanted


def _played(inputs: Inputs) -> _Played:
    blobs = inputs.blobs
    return _Played(
        document.read(blobs["scene"].read(), Scene, SCENE_SCHEMA),
        document.read(blobs["layout"].read(), layouts.Layout, layouts.SCHEMA),
        document.read(blobs["performance"].read(), performances.Performance, performances.SCHEMA),
        performances.read_motions(blobs["motions"].read()),
        document.read(blobs["wanted"].read(), Wanted, WANTED_SCHEMA)
        if "wanted" in blobs
        else Wanted(),
    )


def _shot(inputs: Inputs, played: _Played, pinned: tuple[Wish, ...] = ()) -> Outputs:
    params = inputs.params
    sensor = sensor_for(params["width"], params["height"])
    rate = FrameRate.parse(params["rate"])
    listed = design_shots(
        played.scene,
        played.layout,
        played.performance,
        played.motions,
        sensor=sensor,
        rate=rate,
        opening=params["opening"],
        closing=params["closing"],
        style=styles()[params["style"]],
        wishes=played.wanted.wishes,
        style_changes=played.wanted.style_changes,
        pinned=pinned,
    )
    takes = cut_takes(listed, played.performance, played.motions, sensor=sensor, rate=rate)
    return {
        "shots": document.write(listed, shots.SCHEMA),
        **{
            f"take/{each.id}": shots.write_take(take)
            for each, take in zip(listed.shots, takes, strict=True)
        },
    }
