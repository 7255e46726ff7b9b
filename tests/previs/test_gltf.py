"""A scene's `.glb`: sound in its structure, and everyone where the motion has them."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mstation.previs.figures import figure_mesh
from mstation.previs.gltf import scene_glb
from mstation.previs.gltf_curves import kept
from mstation.previs.gltf_file import GltfFile
from mstation.previs.gltf_mesh import add_materials, add_mesh
from mstation.previs.props import prop_glass, prop_mesh
from mstation.previs.sets import set_parts
from mstation.stage.performance import JOINTS, Prop, matrices_of_quaternions
from mstation.timebase import FrameRate
from tests.previs import usd_scene
from tests.previs.usd_scene import (
    BOTTLE,
    COMES,
    CUT,
    FRAMES,
    GOES,
    LETTER,
    LIN,
    NAMES,
    SENSOR,
    TUMBLER,
)

RATE = FrameRate(24)
_DTYPES = {5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True)
class Glb:
    """A file as it was read."""

    json: dict[str, Any]
    binary: bytes

    def array(self, number: int) -> Any:
        """Return an accessor's values, normalised numbers as what they mean."""
        said = self.json["accessors"][number]
        width, count = _WIDTHS[said["type"]], said["count"]
        values = np.zeros((count, width), _DTYPES[said["componentType"]])
        if "bufferView" in said:
            values = self._read(said["bufferView"], said["componentType"], count, width)
        if sparse := said.get("sparse"):
            kind = sparse["indices"]["componentType"]
            rows = self._read(sparse["indices"]["bufferView"], kind, sparse["count"], 1)[:, 0]
            view = sparse["values"]["bufferView"]
            values[rows] = self._read(view, said["componentType"], sparse["count"], width)
        if said.get("normalized"):
            return values / float(np.iinfo(values.dtype).max)
        return values

    def _read(self, view: int, kind: int, count: int, width: int) -> Any:
        where = self.json["bufferViews"][view]
        dtype = np.dtype(_DTYPES[kind])
        assert where["byteOffset"] % 4 == 0
        assert where["byteLength"] == count * width * dtype.itemsize
        data = self.binary[where["byteOffset"] :][: where["byteLength"]]
        return np.frombuffer(data, dtype).reshape(count, width).copy()

    def node(self, name: str) -> tuple[int, dict[str, Any]]:
        """Return a node and its number."""
        (found,) = (each for each in enumerate(self.json["nodes"]) if each[1].get("name") == name)
        return found

    def curve(self, name: str, path: str, frame: int) -> Any:
        """Return a node's property at a frame, between keys as a player has it."""
        number, node = self.node(name)
        (animation,) = self.json["animations"]
        for channel in animation["channels"]:
            if channel["target"] == {"node": number, "path": path}:
                sampler = animation["samplers"][channel["sampler"]]
                times = self.array(sampler["input"])[:, 0] * 24
                values = self.array(sampler["output"]).reshape(len(times), -1)
                if sampler["interpolation"] == "STEP":
                    return values[np.searchsorted(times, frame + 1e-3) - 1]
                return np.array([np.interp(frame, times, each) for each in values.T])
        return np.array(node.get(path, [1.0, 1.0, 1.0]))


def _glb() -> bytes:
    each = usd_scene.scene()
    performance = replace(each.performance, props=(LETTER, TUMBLER, BOTTLE))
    return scene_glb(
        each.shots, usd_scene.LAYOUT, performance, [each.motion], each.takes,
        names=NAMES, language="zh", rate=RATE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data() -> bytes:
    return _glb()


@pytest.fixture(scope="module")
def glb(data: bytes) -> Glb:
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    rest = 20 + size
    binary_size, binary_kind = struct.unpack_from("<I4s", data, rest)
    assert (binary_kind, rest + 8 + binary_size) == (b"BIN\0", len(data))
    assert rest % 4 == 0
    return Glb(json.loads(data[20:rest]), data[rest + 8 :])


def test_every_accessor_lies_in_the_buffer_and_keeps_its_bounds(glb: Glb) -> None:
    assert glb.json["buffers"] == [{"byteLength": len(glb.binary)}]
    for number, said in enumerate(glb.json["accessors"]):
        values = glb.array(number)
        assert np.all(np.isfinite(values))
        if "min" in said:
            np.testing.assert_array_equal(values.min(axis=0), np.float32(said["min"]))
            np.testing.assert_array_equal(values.max(axis=0), np.float32(said["max"]))


def test_every_node_has_one_place_in_the_scene(glb: Glb) -> None:
    nodes, (scene,) = glb.json["nodes"], glb.json["scenes"]
    below = [child for node in nodes for child in node.get("children", [])]
    assert sorted([*below, *scene["nodes"]]) == list(range(len(nodes)))
    for node in nodes:
        assert abs(np.linalg.norm(node.get("rotation", [0, 0, 0, 1])) - 1) < 1e-6


def test_primitives_hold_what_the_meshes_do(glb: Glb) -> None:
    for name, mesh in set_parts(usd_scene.LAYOUT):
        _, node = glb.node(name)
        triangles = []
        for each in glb.json["meshes"][node["mesh"]]["primitives"]:
            points = glb.array(each["attributes"]["POSITION"])
            colours = glb.array(each["attributes"]["COLOR_0"])[:, :3]
            normals = glb.array(each["attributes"]["NORMAL"])
            np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
            faces = glb.array(each["indices"]).reshape(-1, 3)
            triangles.append(np.concatenate([points[faces], colours[faces]], axis=2))
        found = np.concatenate(triangles).reshape(-1, 18)
        light = np.where(mesh.glow > 0, mesh.glow * 1.3, 1)[:, None] * mesh.colours
        shades = np.repeat(np.clip(light, 0, 1)[:, None], 3, axis=1)
        ours = np.concatenate([mesh.points[mesh.triangles], shades], axis=2).reshape(-1, 18)
        order = [np.lexsort(np.round(each, 3).T) for each in (found, ours)]
        np.testing.assert_allclose(found[order[0]], ours[order[1]], atol=2e-3)


@pytest.mark.parametrize("thing", [TUMBLER, BOTTLE], ids=lambda thing: thing.kind)
def test_a_thing_of_glass_is_clear_around_what_is_in_it(glb: Glb, thing: Prop) -> None:
    glass = prop_glass(thing)
    assert glass is not None
    mesh, opacity = glass
    _, node = glb.node(thing.name)
    inside, clear = glb.json["meshes"][node["mesh"]]["primitives"]
    said = [glb.json["materials"][each["material"]] for each in (inside, clear)]
    assert (said[0]["name"], said[1]["alphaMode"]) == ("matte", "BLEND")
    assert said[1]["pbrMetallicRoughness"]["baseColorFactor"] == [1, 1, 1, opacity]
    assert len(glb.array(clear["indices"])) == 3 * len(mesh.triangles)
    contents = prop_mesh(thing, has_glass=False)
    assert len(glb.array(inside["indices"])) == 3 * len(contents.triangles)


def test_pieces_are_called_as_the_films_language_has_it(glb: Glb) -> None:
    for name, called in (("table", "桌子"), ("table_2", "桌子"), ("长椅", "椅子")):
        assert glb.node(name)[1]["extras"]["mstation"]["name"] == called


def test_glass_that_is_alike_is_one_material() -> None:
    file = GltfFile()
    add_materials(file)
    for thing in (TUMBLER, BOTTLE, TUMBLER):
        add_mesh(file, thing.name, prop_mesh(thing, has_glass=False), prop_glass(thing))
    assert [each["name"] for each in file.said["materials"]] == [
        "matte", "glowing", "glass", "glass",
    ]  # fmt: skip


def test_weights_of_a_skin_sum_to_one(glb: Glb) -> None:
    _, node = glb.node("林晚 body")
    (primitive,) = glb.json["meshes"][node["mesh"]]["primitives"]
    weights = glb.array(primitive["attributes"]["WEIGHTS_0"])
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-9)
    joints = glb.array(primitive["attributes"]["JOINTS_0"])
    assert np.all(joints[weights == 0] == 0)


def _joints(glb: Glb, frame: int) -> Any:
    """Return (22, 4, 4): the joints as the nodes have them, one in another."""
    numbers = {glb.node(f"林晚 {joint}")[0]: joint for joint in JOINTS}
    parents = {
        child: number
        for number, node in enumerate(glb.json["nodes"])
        for child in node.get("children", [])
    }
    world: dict[int, Any] = {}
    for number, joint in numbers.items():
        x, y, z, w = glb.curve(f"林晚 {joint}", "rotation", frame)
        turn = np.array([w, x, y, z]) / np.linalg.norm([w, x, y, z])
        local = np.eye(4)
        local[:3, :3] = matrices_of_quaternions(turn)
        local[:3, 3] = glb.curve(f"林晚 {joint}", "translation", frame)
        above = world.get(parents[number])
        world[number] = local if above is None else above @ local
    return np.stack([world[number] for number in numbers])


def test_joints_stand_where_the_motion_has_them(glb: Glb) -> None:
    expected = usd_scene.moved().world_from_joints()
    for frame in (0, 1, CUT, FRAMES - 1):
        found = _joints(glb, frame)
        np.testing.assert_allclose(found[:, :3, 3], expected[frame, :, :3, 3], atol=2e-3)


def test_a_skin_is_bound_where_its_joints_rest(glb: Glb) -> None:
    (skin,) = glb.json["skins"]
    assert [glb.json["nodes"][each]["name"] for each in skin["joints"]] == [
        f"林晚 {joint}" for joint in JOINTS
    ]
    inverse = glb.array(skin["inverseBindMatrices"]).reshape(-1, 4, 4).swapaxes(1, 2)
    rest = figure_mesh(LIN, usd_scene.moved().offsets).rest_from_joints
    np.testing.assert_allclose(inverse @ rest, np.tile(np.eye(4), (22, 1, 1)), atol=1e-5)


def test_faces_play_their_shapes(glb: Glb) -> None:
    _, node = glb.node("林晚 body")
    named = glb.json["meshes"][node["mesh"]]["extras"]["targetNames"]
    assert named[0] == "MouthOpen"
    played = glb.curve("林晚 body", "weights", 3)
    assert played[0] == pytest.approx(usd_scene.moved().face[3, 0], abs=1 / 255)
    (primitive,) = glb.json["meshes"][node["mesh"]]["primitives"]
    assert len(primitive["targets"]) == len(named) == len(played)
    moved = glb.array(primitive["targets"][0]["POSITION"])
    morphs = figure_mesh(LIN, usd_scene.moved().offsets).morphs
    assert np.abs(moved).max() == pytest.approx(np.abs(morphs[0]).max(), abs=1e-6)


def test_a_person_is_there_while_on_the_set(glb: Glb) -> None:
    sizes = [glb.curve("林晚", "scale", frame)[0] for frame in range(FRAMES)]
    assert [size == 1 for size in sizes] == [COMES <= frame < GOES for frame in range(FRAMES)]


def test_a_camera_a_shot_looks_as_its_take_does(glb: Glb) -> None:
    for take, name, first in zip(
        usd_scene.scene().takes, ("012-001", "012-002"), (0, CUT), strict=True
    ):
        _, node = glb.node(name)
        lens = glb.json["cameras"][node["camera"]]["perspective"]
        tall = SENSOR.height_mm / 2 / float(take.focal_length_mm[0])
        assert np.tan(lens["yfov"] / 2) == pytest.approx(tall)
        assert lens["aspectRatio"] == pytest.approx(16 / 9, abs=1e-3)
        said = node["extras"]["mstation"]
        assert (said["first_frame"], said["label"]) == (first, name)
        for index, matrix in enumerate(take.world_from_camera):
            place = glb.curve(name, "translation", first + index)
            np.testing.assert_allclose(place, matrix[:3, 3], atol=3e-4)
            x, y, z, w = glb.curve(name, "rotation", first + index)
            turn = matrices_of_quaternions(np.array([w, x, y, z]))
            np.testing.assert_allclose(turn, matrix[:3, :3], atol=5e-4)
    zoomed = glb.node("012-002")[1]["extras"]["mstation"]["focal_lengths_mm"]
    np.testing.assert_allclose(zoomed, usd_scene.scene().takes[1].focal_length_mm, atol=1e-3)


def test_lights_are_as_strong_as_ours(glb: Glb) -> None:
    sun, lamp = glb.json["extensions"]["KHR_lights_punctual"]["lights"]
    lighting = usd_scene.LAYOUT.lighting
    shone = np.array(sun["color"]) * sun["intensity"]
    np.testing.assert_allclose(shone, np.pi * np.array(lighting.sun_colour), atol=1e-5)
    # A white wall 2 m from a lamp of intensity 1 is middle grey.
    at_2_m = lamp["intensity"] / np.pi / 2**2
    assert at_2_m == pytest.approx(0.18 * lighting.lamps[0].intensity, rel=1e-5)
    x, y, z, w = glb.node("sun")[1]["rotation"]
    back = matrices_of_quaternions(np.array([w, x, y, z]))[:, 2]
    np.testing.assert_allclose(back, lighting.towards_sun, atol=1e-5)


def test_kept_keys_hold_a_curve_within_the_tolerance() -> None:
    dice = np.random.default_rng(3)
    curve = np.cumsum(dice.normal(size=(400, 3)) * (dice.uniform(size=(400, 1)) < 0.2), axis=0)
    curve = curve.astype(np.float32)
    for tolerance in (1e-4, 0.05, 0.5):
        frames = kept(curve, tolerance)
        drawn = np.stack([np.interp(np.arange(400), frames, each) for each in curve[frames].T], 1)
        assert np.abs(drawn - curve).max() <= tolerance * 1.001
    assert len(kept(curve, 0.5)) < len(kept(curve, 1e-4)) < 400
    assert kept(np.ones((50, 4), np.float32), 1e-4).tolist() == [0]
    assert kept(np.linspace(0, 1, 50, dtype=np.float32)[:, None], 1e-4).tolist() == [0, 49]


def test_the_same_scene_gives_the_same_bytes(data: bytes) -> None:
    assert _glb() == data


_VALIDATE = """
const validator = require('gltf-validator');
const bytes = new Uint8Array(require('fs').readFileSync(process.argv[1]));
validator.validateBytes(bytes).then(found => console.log(JSON.stringify(found.issues)));
"""


def test_the_validator_of_khronos_finds_no_fault(data: bytes, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    known = subprocess.run(
        [node, "-e", "require.resolve('gltf-validator')"], capture_output=True, check=False
    )
    if known.returncode:
        pytest.skip("no npm package gltf-validator; NODE_PATH can name a folder that has it")
    (tmp_path / "scene.glb").write_bytes(data)
    done = subprocess.run(
        [node, "-e", _VALIDATE, str(tmp_path / "scene.glb")],
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    issues = json.loads(done.stdout)
    counts = {name: issues[name] for name in ("numErrors", "numWarnings")}
    assert counts == dict.fromkeys(counts, 0), issues["messages"]
