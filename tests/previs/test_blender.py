"""Blender opens what we hand it: cameras and joints are where our takes and motions have them.

These tests need a Blender: `bpy` in this environment, or the one that MSTATION_BLENDER names.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mstation import document
from mstation.errors import NotFound
from mstation.graph.step import Blob, Inputs
from mstation.making.finals import final
from mstation.previs.blender.cues import film_cues, write_cues
from mstation.previs.blender.finding import NAMED_BY, Blender, find_blender
from mstation.previs.gltf import scene_glb
from mstation.previs.usd import write_scene
from mstation.shots.shot import write_take
from mstation.stage.layout import SCHEMA as LAYOUT_SCHEMA
from mstation.stage.performance import JOINTS, Shape
from mstation.timebase import FrameRate
from tests.previs import usd_scene
from tests.previs.usd_scene import BOTTLE, COMES, CUT, FRAMES, GOES, LETTER, SENSOR, TUMBLER

RATE = FrameRate(24)
BLENDER_FROM_OURS = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])
FACTS = Path(__file__).with_name("blender_facts.py")


def _blender() -> Blender | None:
    try:
        return find_blender()
    except NotFound:
        return None


BLENDER = _blender()
needs_blender = pytest.mark.skipif(BLENDER is None, reason=f"no Blender; {NAMED_BY} can name one")


@dataclass(frozen=True)
class Opened:
    """What Blender has of a file."""

    facts: dict[str, Any]
    arrays: dict[str, Any]

    def joint(self, scene: str, owner: str, joint: str) -> Any:
        """Return (frames, 3): a joint in Blender's world."""
        (found,) = (
            values
            for name, values in self.arrays.items()
            if re.fullmatch(rf"{re.escape(scene)}\|joint {owner} (\S+ )?{joint}", name)
        )
        return found[:, :3, 3]


def _open(path: Path, folder: Path, frames: int) -> Opened:
    assert BLENDER is not None
    arrays, facts = folder / f"{path.name}.npz", folder / f"{path.name}.json"
    words = ["--", str(path), str(arrays), str(facts), str(frames)]
    way = [str(FACTS)] if BLENDER.is_python else ["-b", "--python-exit-code", "1", "-P", str(FACTS)]
    done = subprocess.run(
        [BLENDER.program, *way, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with np.load(arrays) as loaded:
        return Opened(json.loads(facts.read_text("utf-8")), dict(loaded))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return usd_scene.write(tmp_path_factory.mktemp("film"), RATE, ("012", "012A"))


@pytest.fixture(scope="module")
def imported(film: Path) -> Opened:
    return _open(film, film.parent, 2 * FRAMES)


@pytest.fixture(scope="module")
def blend(film: Path) -> Opened:
    assert BLENDER is not None
    cues, target = film.parent / "cues.json", film.parent / "film.blend"
    write_cues(cues, film_cues(film), width=1280, height=720)
    BLENDER.run("save", str(cues), str(target))
    return _open(target, film.parent, FRAMES)


def _ours(matrices: Any) -> Any:
    return BLENDER_FROM_OURS @ np.asarray(matrices, float)


def _same_pose(found: Any, expected: Any) -> None:
    """Compare places within 1e-4 m and turns within 1e-5 rad."""
    np.testing.assert_allclose(found[:, :3, 3], expected[:, :3, 3], atol=1e-4)
    between = np.swapaxes(found[:, :3, :3], 1, 2) @ expected[:, :3, :3]
    axis = np.stack([between[:, 2, 1] - between[:, 1, 2], between[:, 0, 2] - between[:, 2, 0],
                     between[:, 1, 0] - between[:, 0, 1]])  # fmt: skip
    assert np.linalg.norm(axis, axis=0).max() / 2 < 1e-5
    assert np.trace(between, axis1=1, axis2=2).min() > 2.9


@needs_blender
def test_the_films_stage_opens_in_blender_with_cameras_exact(imported: Opened) -> None:
    scene = next(iter(imported.facts))
    assert imported.facts[scene]["range"] == [0, 2 * FRAMES - 1]
    assert imported.facts[scene]["fps"] == 24
    for start in (0, FRAMES):
        for take, first in zip(usd_scene.scene().takes, (0, CUT), strict=True):
            frames = slice(start + first, start + first + len(take.focal_length_mm))
            expected = _ours(take.world_from_camera)
            near = [
                name.replace("camera ", "", 1)
                for name, values in imported.arrays.items()
                if "|camera " in name and np.abs(values[frames] - expected).max() < 1e-3
            ]
            assert near, f"no camera is where take {first} of the scene at {start} is"
            lenses = []
            for name in near:
                _same_pose(imported.arrays[name.replace("|", "|camera ")][frames], expected)
                lenses.append(imported.arrays[name.replace("|", "|lens ")][frames])
            lens = min(lenses, key=lambda each: np.abs(each[:, 0] - take.focal_length_mm).max())
            np.testing.assert_allclose(lens[:, 0], take.focal_length_mm, rtol=1e-5)
            np.testing.assert_allclose(
                lens[:, 1:], [[SENSOR.width_mm, SENSOR.height_mm]] * len(lens), rtol=1e-5
            )


@needs_blender
def test_the_films_stage_opens_in_blender_with_joints_exact(imported: Opened) -> None:
    world = usd_scene.moved().world_from_joints()
    scene = next(iter(imported.facts))
    starts = []
    for owner in ("Skeleton", r"Skeleton\.001"):
        hips = imported.joint(scene, owner, "Hips")
        expected = _ours(world[:, 0])[:, :3, 3]
        start = min((0, FRAMES), key=lambda at: np.abs(hips[at : at + FRAMES] - expected).max())
        starts.append(start)
        for index, joint in enumerate(JOINTS):
            found = imported.joint(scene, owner, joint)[start : start + FRAMES]
            np.testing.assert_allclose(found, _ours(world[:, index])[:, :3, 3], atol=1e-4)
    assert sorted(starts) == [0, FRAMES]


@needs_blender
def test_colours_arrive_on_surfaces(imported: Opened) -> None:
    (facts,) = imported.facts.values()
    assert set(facts["surfaces"]) >= {"shell", "table", "table_2", "长椅", "LETTER", "Body"}
    assert all("displayColor" in names for names in facts["surfaces"].values())


@needs_blender
def test_a_blend_has_a_scene_a_scene_and_one_that_is_the_film(blend: Opened) -> None:
    assert set(blend.facts) == {"012", "012A", "Film"}
    assert blend.facts["Film"]["range"] == [0, 2 * FRAMES - 1]
    for label in ("012", "012A"):
        facts = blend.facts[label]
        assert facts["range"] == [0, FRAMES - 1]
        assert (facts["fps"], facts["size"]) == (24, [1280, 720])
        assert facts["markers"] == {
            f"{label}-001": [0, f"{label}-001"],
            f"{label}-002": [CUT, f"{label}-002"],
        }
        kinds = {name.removeprefix(f"{label} ") for name in facts["collections"]}
        assert kinds == {"set", "cast", "props", "lights", "shots"}
        assert facts["caches"] == [], "a .blend stands alone: nothing is read from the USD"
        assert "EMPTY" not in facts["objects"].values()


@needs_blender
def test_a_blend_has_cameras_and_joints_exact(blend: Opened) -> None:
    motion, world = usd_scene.moved(), usd_scene.moved().world_from_joints()
    there = slice(COMES, GOES)  # Blender bends nobody who is hidden
    for label, owner in (("012", "林晚"), ("012A", r"林晚\.001")):
        for index, joint in enumerate(JOINTS):
            found = blend.joint(label, owner, joint)[there]
            np.testing.assert_allclose(found, _ours(world[there, index])[:, :3, 3], atol=1e-4)
        for number, (take, first) in enumerate(
            zip(usd_scene.scene().takes, (0, CUT), strict=True), 1
        ):
            frames = slice(first, first + len(take.focal_length_mm))
            name = f"{label}-{number:03d}"
            found = blend.arrays[f"{label}|camera {name}"][frames]
            _same_pose(found, _ours(take.world_from_camera))
            lens = blend.arrays[f"{label}|lens {name}"][frames, 0]
            np.testing.assert_allclose(lens, take.focal_length_mm, rtol=1e-5)
    hidden = blend.arrays["012|hidden 林晚"][:, 0]
    assert [not each for each in hidden] == [COMES <= frame < GOES for frame in range(FRAMES)]
    played = blend.arrays["012|shape 林晚 body MouthOpen"][:, 0]
    np.testing.assert_allclose(played, motion.face[:, Shape.MOUTH_OPEN], atol=1e-5)


@needs_blender
def test_the_gltf_opens_in_blender_with_joints_and_cameras_in_place(tmp_path: Path) -> None:
    each, world = usd_scene.scene(), usd_scene.moved().world_from_joints()
    data = scene_glb(
        each.shots, usd_scene.LAYOUT, each.performance, [each.motion], each.takes,
        names=usd_scene.NAMES, language="zh", rate=RATE,
    )  # fmt: skip
    (tmp_path / "012.glb").write_bytes(data)
    opened = _open(tmp_path / "012.glb", tmp_path, FRAMES)
    there = slice(COMES, GOES)  # of no size elsewhere
    (scene,) = opened.facts
    for index, joint in enumerate(JOINTS):
        found = opened.joint(scene, ".+", f"林晚 {joint}")[there]
        expected = _ours(world[there, index])[:, :3, 3]
        np.testing.assert_allclose(found, expected, atol=2e-3)
    for take, first, name in zip(each.takes, (0, CUT), ("012-001", "012-002"), strict=True):
        frames = slice(first, first + len(take.focal_length_mm))
        found = opened.arrays[f"{scene}|camera {name}"][frames]
        np.testing.assert_allclose(found, _ours(take.world_from_camera), atol=1e-3)


@needs_blender
@pytest.mark.parametrize("name", ["012.glb", "012.usdc"])
def test_things_of_glass_open_in_blender_clear_around_what_is_in_them(
    tmp_path: Path, name: str
) -> None:
    each, path = usd_scene.scene(), tmp_path / name
    performance = replace(each.performance, props=(LETTER, TUMBLER, BOTTLE))
    played = (each.shots, usd_scene.LAYOUT, performance, [each.motion], each.takes)
    if path.suffix == ".glb":
        path.write_bytes(scene_glb(*played, names=usd_scene.NAMES, language="zh", rate=RATE))
    else:
        write_scene(path, *played, names=usd_scene.NAMES, language="zh", rate=RATE)
    (facts,) = _open(path, tmp_path, 1).facts.values()
    found = {thing.name: facts["opacities"][thing.name] for thing in performance.props}
    assert found == {"LETTER": [1.0], "glass": [0.14, 1.0], "酒瓶": [0.45, 1.0]}


@needs_blender
@pytest.mark.slow
def test_a_shot_is_rendered_by_cycles(tmp_path: Path) -> None:
    whole = usd_scene.scene().takes[0]
    take = replace(
        whole,
        world_from_camera=whole.world_from_camera[:2],
        focal_length_mm=whole.focal_length_mm[:2],
        motions=(usd_scene.moved().cut(COMES, COMES + 2),),
    )
    (tmp_path / "layout").write_bytes(document.write(usd_scene.LAYOUT, LAYOUT_SCHEMA))
    (tmp_path / "take").write_bytes(write_take(take))
    blobs = {name: Blob(name, tmp_path / name) for name in ("layout", "take")}
    params = {"width": 64, "height": 36, "rate": "24", "label": "012-001", "samples": 4}
    inputs = Inputs({**params, "frames": "all"}, blobs, tmp_path, lambda _: None)
    outputs = final(inputs)
    with av.open(str(outputs["movie"])) as movie:
        pictures = [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]
    assert [each.shape for each in pictures] == [(36, 64, 3)] * 2
    assert np.ptp(pictures[0]) > 40, "there is light, and there is somebody in it"
    made_by = json.loads(bytes(outputs["made by"]))
    assert made_by["name"].startswith("Cycles of Blender")
    assert "4 samples" in made_by["name"]


def test_cues_say_what_the_stage_says(film: Path) -> None:
    first, second = film_cues(film)
    assert (first.label, first.film_first_frame, second.film_first_frame) == ("012", 0, FRAMES)
    assert [(shot.label, shot.first_frame) for shot in second.shots] == [
        ("012A-001", 0),
        ("012A-002", CUT),
    ]
    take = usd_scene.scene().takes[1]
    np.testing.assert_allclose(first.shots[1].focal_mm, take.focal_length_mm, rtol=1e-6)
    rows = np.array(first.shots[1].world_from_camera).reshape(-1, 4, 4)
    np.testing.assert_allclose(rows, take.world_from_camera, atol=1e-6)
    assert first.seen["cast/林晚"] == [(COMES, GOES)]
    assert first.is_interior


def test_without_blender_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMED_BY, str(tmp_path / "nowhere"))
    with pytest.raises(NotFound, match="nowhere") as raised:
        find_blender()
    assert "不存在" in raised.value.told("zh")


def test_the_blender_that_is_named_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, is_python in (("blender", False), ("python3.11", True)):
        program = tmp_path / name
        program.touch()
        monkeypatch.setenv(NAMED_BY, str(program))
        assert find_blender() == Blender(str(program), is_python)
