"""Steps from a scene to its set, its playing and its shots."""

from __future__ import annotations

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Interior, Mood, Scene, TimeOfDay
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import BODIES_SCHEMA, Bodies
from mstation.shots import shot as shots
from mstation.shots.design import design_shots
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
    performance, motions = stage_scene(scene, layout, bodies, spoken, rate)
    return {
        "performance": document.write(performance, performances.SCHEMA),
        "motions": performances.write_motions(motions),
    }


def design(inputs: Inputs) -> Outputs:
    """Return a scene's shots, and a take for each to render."""
    params = inputs.params
    scene = document.read(inputs.blobs["scene"].read(), Scene, SCENE_SCHEMA)
    layout = document.read(inputs.blobs["layout"].read(), layouts.Layout, layouts.SCHEMA)
    performance = document.read(
        inputs.blobs["performance"].read(), performances.Performance, performances.SCHEMA
    )
    motions = performances.read_motions(inputs.blobs["motions"].read())
    sensor = sensor_for(params["width"], params["height"])
    listed = design_shots(
        scene,
        layout,
        performance,
        motions,
        sensor=sensor,
        rate=FrameRate.parse(params["rate"]),
        opening=params["opening"],
        closing=params["closing"],
    )
    takes = cut_takes(listed, performance, motions, sensor=sensor)
    return {
        "shots": document.write(listed, shots.SCHEMA),
        **{
            f"take/{each.id}": shots.write_take(take)
            for each, take in zip(listed.shots, takes, strict=True)
        },
    }
