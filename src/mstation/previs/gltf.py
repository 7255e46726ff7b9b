"""A scene out as one `.glb` for the web: set, people, things, lights and a camera a shot.

Y up, metres, seconds from the scene's first frame. Core glTF cannot animate a field of view: a
camera has its first, and where it zooms its `extras` hold the focal length of every frame.
Source: Khronos, glTF 2.0 specification; KHR_lights_punctual.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.identity import prim_names
from mstation.previs.figures import figure_mesh
from mstation.previs.glass import set_glass
from mstation.previs.gltf_curves import Curves
from mstation.previs.gltf_file import GltfFile, Json
from mstation.previs.gltf_mesh import add_figure, add_glass, add_materials, add_mesh
from mstation.previs.laid_things import laid_things, places_of
from mstation.previs.light import LAMP_STRENGTH
from mstation.previs.mesh import join
from mstation.previs.props import prop_glass, prop_mesh
from mstation.previs.sets import set_parts
from mstation.screenplay.script import Language
from mstation.shots.shot import Shot, ShotList, Take
from mstation.stage.layout import Layout, Rgb
from mstation.stage.performance import JOINTS, PARENTS, Body, Motion, Performance
from mstation.stage.piece_names import piece_text
from mstation.stage.turns import quaternions_of_matrices
from mstation.timebase import FrameRate

_NEAR_M, _FAR_M = 0.1, 1000.0
_EXTENSIONS = ["KHR_lights_punctual", "KHR_materials_unlit"]


@dataclass(frozen=True, slots=True)
class _Scene:
    """The file as it grows: what stands in the scene, and what moves."""

    file: GltfFile
    curves: Curves
    roots: list[int]

    def group(self, name: str, children: list[int], **extras: object) -> None:
        """Put nodes under one of their own, if there are any."""
        if children:
            said = {"mstation": extras} if extras else None
            self.roots.append(self.file.add("nodes", name=name, children=children, extras=said))


def scene_glb(
    shots: ShotList,
    layout: Layout,
    performance: Performance,
    motions: Sequence[Motion],
    takes: Sequence[Take],
    *,
    names: Mapping[str, str],
    language: Language,
    rate: FrameRate,
) -> bytes:
    """Return one scene as a `.glb` file.

    `names` gives each character's prim name by id; pieces are called as the film's language does.
    """
    file = GltfFile()
    scene = _Scene(file, Curves(file, rate), [])
    add_materials(file)
    _add_set(scene, layout, language)
    _add_people(scene, performance, motions, names)
    _add_things(scene, performance, motions)
    lights = _add_lights(scene, layout)
    cameras = [
        _add_camera(scene, shot, take, names) for shot, take in zip(shots.shots, takes, strict=True)
    ]
    scene.group("shots", cameras)
    curves = scene.curves
    if curves.channels:
        file.add("animations", name=shots.scene_label, channels=curves.channels,
                 samplers=curves.samplers)  # fmt: skip
    said = {"scene": shots.scene_label, "frames": shots.frames, "rate": str(rate)}
    extras = {"mstation": {**said, **_ambience(layout)}}
    file.add("scenes", name=shots.scene_label, nodes=scene.roots, extras=extras)
    return file.glb(scene=0, extensionsUsed=_EXTENSIONS, extensions=lights)


def _add_set(scene: _Scene, layout: Layout, language: Language) -> None:
    parts = set_parts(layout)
    first = len(parts) - len(layout.pieces)  # the pieces come last, in their order
    nodes = []
    for index, (name, mesh) in enumerate(parts):
        said = None
        if index >= first:
            piece = layout.pieces[index - first]
            named = piece_text(piece.kind, language)
            said = {"mstation": {"name": named, "kind": piece.kind}}
        if len(mesh.triangles):
            number = add_mesh(scene.file, name, mesh)
            nodes.append(scene.file.add("nodes", name=name, mesh=number, extras=said))
    panes = join(set_glass(layout))
    if len(panes.triangles):
        number = add_glass(scene.file, "glass", panes)
        nodes.append(scene.file.add("nodes", name="glass", mesh=number))
    scene.group("set", nodes, kind=layout.kind, interior=layout.is_interior)


def _add_people(
    scene: _Scene, performance: Performance, motions: Sequence[Motion], names: Mapping[str, str]
) -> None:
    """Add the cast, and apart from it the background."""
    bodies = {body.character_id: body for body in performance.bodies}
    extras = {body.character_id: body for body in performance.extras}
    called = dict(zip(extras, prim_names(body.name for body in extras.values()), strict=True))
    groups: dict[str, list[int]] = {"cast": [], "crowd": []}
    for motion in motions:
        who = motion.character_id
        if not motion.present.any():
            continue
        group = "crowd" if who in extras else "cast"
        name = called.get(who) or names[who]
        groups[group].append(_add_person(scene, name, (bodies | extras)[who], motion))
    for group, nodes in groups.items():
        scene.group(group, nodes)


def _add_person(scene: _Scene, name: str, body: Body, motion: Motion) -> int:
    """Add a person: the joints under a node that shows or hides them, the skin beside it."""
    file, figure = scene.file, figure_mesh(body, motion.offsets)
    mesh, shapes = add_figure(file, name, figure)
    first = len(file.said["nodes"])
    near = np.round(motion.rotations.astype(np.float64), 6)
    for joint, label in enumerate(JOINTS):
        below = [first + other for other, parent in enumerate(PARENTS) if parent == joint]
        place = motion.positions[0] if joint == 0 else motion.offsets[joint]
        turn = _floats(np.roll(near[0, joint], -1))
        file.add("nodes", name=f"{name} {label}", children=below or None,
                 translation=_floats(place), rotation=turn)  # fmt: skip
        scene.curves.turn(first + joint, near[:, joint])
    scene.curves.move(first, motion.positions)
    inverse = np.linalg.inv(figure.rest_from_joints.astype(np.float64))
    columns = np.swapaxes(inverse, -1, -2).reshape(-1, 16).astype(np.float32)
    bind = file.array(columns)
    joints = list(range(first, first + len(JOINTS)))
    skin = file.add("skins", name=name, inverseBindMatrices=bind, skeleton=first, joints=joints)
    body_node = file.add("nodes", name=f"{name} body", mesh=mesh, skin=skin)
    scene.roots.append(body_node)
    if shapes:
        scene.curves.shape(body_node, motion.face[:, shapes])
    said = {"mstation": {"name": body.name, "stature_m": round(body.stature_m, 4)}}
    person = file.add("nodes", name=name, children=[first], extras=said)
    scene.curves.show(person, motion.present)
    return person


def _add_things(scene: _Scene, performance: Performance, motions: Sequence[Motion]) -> None:
    nodes = []
    for laid in laid_things(performance.props):
        places, present = places_of(laid, motions, performance.frames)
        if not present.any():
            continue
        mesh, glass = prop_mesh(laid.thing, has_glass=False), prop_glass(laid.thing)
        number = add_mesh(scene.file, laid.name, mesh, glass)
        start = int(np.argmax(present))
        places[~present] = places[start]  # unseen, it waits where it is first seen
        said = {"mstation": {"name": laid.thing.name, "kind": laid.thing.kind}}
        node = _add_placed(scene, laid.name, places, 0, mesh=number, extras=said)
        scene.curves.show(node, present)
        nodes.append(node)
    scene.group("props", nodes)


def _add_camera(scene: _Scene, shot: Shot, take: Take, names: Mapping[str, str]) -> int:
    sensor, focal_mm = take.sheet.sensor, take.focal_length_mm.astype(np.float64)
    lens = {
        "yfov": 2 * math.atan(sensor.height_mm / 2 / float(focal_mm[0])),
        "aspectRatio": sensor.width_mm / sensor.height_mm,
        "znear": _NEAR_M,
        "zfar": _FAR_M,
    }
    said: Json = {
        "label": shot.label,
        "first_frame": shot.first_frame,
        "end_frame": shot.end_frame,
        **{name: str(getattr(shot, name)) for name in ("role", "size", "angle", "move")},
        "subjects": [names[who] for who in shot.subjects],
        "sensor_mm": [sensor.width_mm, round(sensor.height_mm, 4)],
        "focal_length_mm": round(float(focal_mm[0]), 3),
    }
    if np.ptp(focal_mm) > 0:
        said["focal_lengths_mm"] = np.round(focal_mm, 3).tolist()
    camera = scene.file.add("cameras", name=shot.label, type="perspective", perspective=lens)
    places, extras = take.world_from_camera, {"mstation": said}
    return _add_placed(scene, shot.label, places, shot.first_frame, camera=camera, extras=extras)


def _add_placed(
    scene: _Scene, name: str, places: NDArray[np.float32], first_frame: int, **what: object
) -> int:
    """Add a node that goes through places (frames, 4, 4), the first of them at a frame."""
    turns = quaternions_of_matrices(places[:, :3, :3].astype(np.float64))
    node = scene.file.add("nodes", name=name, translation=_floats(places[0, :3, 3]),
                          rotation=_floats(np.roll(turns[0], -1)), **what)  # fmt: skip
    scene.curves.turn(node, turns, first_frame)
    scene.curves.move(node, places[:, :3, 3], first_frame)
    return node


def _add_lights(scene: _Scene, layout: Layout) -> Json:
    """Add sun and lamps, and return what the document's top says of them.

    Our light is what a white wall gives back, glTF's falls onto it: π times as much.
    """
    lighting, nodes, listed = layout.lighting, [], []
    up = np.array(lighting.towards_sun, np.float64)
    side = np.cross([0.0, 1.0, 0.0] if abs(up[1]) < 0.9 else [0.0, 0.0, 1.0], up)
    side /= np.linalg.norm(side)
    turn = quaternions_of_matrices(np.stack([side, np.cross(up, side), up], axis=-1))
    if max(lighting.sun_colour) > 0:
        listed.append(_light("sun", "directional", lighting.sun_colour, math.pi))
        nodes.append({"rotation": _floats(np.roll(turn, -1))})
    for lamp in lighting.lamps:
        candela = math.pi * LAMP_STRENGTH * lamp.intensity
        listed.append({**_light(lamp.name, "point", lamp.colour, candela), "range": lamp.radius_m})
        nodes.append({"translation": _floats(np.array(lamp.position))})
    numbers = [
        scene.file.add(
            "nodes",
            name=light["name"],
            extensions={"KHR_lights_punctual": {"light": index}},
            **node,
        )
        for index, (light, node) in enumerate(zip(listed, nodes, strict=True))
    ]
    scene.group("lights", numbers)
    return {"KHR_lights_punctual": {"lights": listed}}


def _light(name: str, kind: str, colour: Rgb, times: float) -> Json:
    strength = max(colour) or 1.0
    hue = [round(channel / strength, 6) for channel in colour]
    return {"name": name, "type": kind, "color": hue, "intensity": round(strength * times, 6)}


def _ambience(layout: Layout) -> Json:
    """Return what glTF has no light for: sky and ground, the backdrop, exposure and haze."""
    lighting = layout.lighting
    colours = ("sky_colour", "ground_colour", "backdrop_top", "backdrop_horizon")
    said: Json = {name: [round(c, 6) for c in getattr(lighting, name)] for name in colours}
    return {**said, "exposure": lighting.exposure, "fog_m": lighting.fog_m}


def _floats(values: NDArray[np.floating]) -> list[float]:
    return [round(float(value), 7) for value in values]
