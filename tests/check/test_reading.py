"""What the writers wrote is what the checker reads; what is broken is said, never guessed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, Vt

from mstation.check.film import Film, Thing
from mstation.check.reading import read_film
from mstation.check.timeline import read_plan
from mstation.errors import InvalidInput, MStationError, NotFound
from mstation.previs.props import prop_mesh, prop_transform
from mstation.screenplay.script import Language
from mstation.stage.performance import JOINTS
from tests.check.exported import CAST, NAMES, Written, write

Files = tuple[Path, Written]
Json = dict[str, Any]
SCENE = "/Film/scene_007"


@pytest.fixture(scope="module")
def film(written: Files) -> Film:
    return read_film(written[0])


@pytest.fixture
def folder(written: Files, tmp_path: Path) -> Path:
    """A copy of the film that a test may spoil."""
    return Path(shutil.copytree(written[0], tmp_path / "film"))


def _edit(folder: Path, change: Callable[[Json], None]) -> None:
    document = json.loads((folder / "film.otio").read_bytes())
    change(document)
    (folder / "film.otio").write_text(json.dumps(document), encoding="utf-8")


def _tracks(document: Json) -> list[Json]:
    return list(document["tracks"]["children"])


def _shots(document: Json) -> list[Json]:
    return list(_tracks(document)[0]["children"])


def _move_edge(clip: Json, *, start: int = 0, end: int = 0) -> None:
    """Move where a clip begins and where it ends, in its media too."""
    source = clip["source_range"]
    source["start_time"]["value"] += start
    source["duration"]["value"] += end - start


def _move_cut(document: Json, frames: int) -> None:
    """Move the cut between the first two shots."""
    first, second = _shots(document)[:2]
    _move_edge(first, end=frames)
    _move_edge(second, start=frames)


# What is there.


def test_people_stand_where_their_motions_have_them(film: Film, written: Files) -> None:
    seen = 0
    for scene, motions in zip(film.scenes, written[1].motions, strict=True):
        for motion in motions:
            person, world = scene.people[NAMES[motion.character_id]], motion.world_from_joints()
            order = [person.joint_names.index(joint) for joint in JOINTS]
            np.testing.assert_allclose(person.joints[:, order], world[..., :3, 3], atol=1e-4)
            head = world[:, JOINTS.index("Head")]
            np.testing.assert_allclose(person.facing, -head[:, :3, 2], atol=1e-4)
            np.testing.assert_array_equal(person.present, motion.present)
            seen += 1
    assert seen == 3


def test_people_are_called_as_the_script_calls_them(film: Film) -> None:
    written = {name: person.written for name, person in film.scenes[0].people.items()}
    assert set(written) == {"ANN", "MR__BOB"}
    assert film.scenes[1].people["程雨"].stature_m == pytest.approx(1.75)
    assert [each.name for each in CAST.characters][1] == "MR. BOB"


@pytest.mark.parametrize(("language", "table"), [("en", "table"), ("zh", "桌子")])
def test_pieces_are_called_as_the_films_language_has_it(
    tmp_path: Path, language: Language, table: str
) -> None:
    write(tmp_path / "film", language=language)
    things = read_film(tmp_path / "film").scenes[0].things
    assert [thing.name for thing in things] == ["shell", "table", "letter"]
    assert [thing.called for thing in things] == ["shell", table, "letter"]


def test_a_thing_without_a_word_of_its_own_is_called_by_its_prim() -> None:
    nothing = np.zeros((0, 3, 3))
    assert Thing("tea_table_2", nothing).called == "tea table"
    assert Thing("CAR_7", nothing, is_prop=True, written="CAR 7").called == "CAR 7"


def test_cameras_are_the_takes(film: Film, written: Files) -> None:
    for scene, takes in zip(film.scenes, written[1].takes, strict=True):
        for shot, take in zip(scene.shots, takes, strict=True):
            assert len(shot.world_from_camera) == shot.frames == len(take.focal_length_mm)
            np.testing.assert_allclose(shot.world_from_camera, take.world_from_camera, atol=1e-4)
            np.testing.assert_allclose(shot.focal_mm, take.focal_length_mm, atol=1e-4)
            assert shot.sensor.width_mm == pytest.approx(take.sheet.sensor.width_mm)
            assert shot.sensor.height_mm == pytest.approx(take.sheet.sensor.height_mm)


def test_shots_say_what_the_designer_said(film: Film) -> None:
    master, single, push = film.scenes[0].shots
    assert [shot.label for shot in film.scenes[0].shots] == ["007-001", "007-002", "007-003"]
    assert (master.role, master.size, master.move) == ("master", "FS", "static")
    assert master.subjects == master.axis == ("ANN", "MR__BOB")
    assert (single.first_frame, single.end_frame, single.shake_deg) == (40, 90, 0.4)
    assert (push.declared, push.move, push.lens_mm) == (("axis", "jump"), "push_in", 40.0)


def test_scenes_lie_where_the_film_has_them(film: Film, written: Files) -> None:
    plan = written[1].film
    assert (film.title, film.frames, str(film.rate)) == ("Letters", plan.frames, "24")
    assert (film.language, film.style, film.asl_s) == ("en", "classical", 5.5)
    for scene, placed in zip(film.scenes, plan.scenes, strict=True):
        assert (scene.label, scene.heading) == (placed.label, "INT. ROOM - DAY")
        assert (scene.film_first_frame, scene.frames) == (placed.film_first_frame, placed.frames)
        assert (scene.place, scene.eighths) == ("room", 3)


def test_lines_and_actions_count_from_their_scene(film: Film, written: Files) -> None:
    plan, scene = written[1].film, film.scenes[0]
    for line, voice in zip(scene.lines, plan.voices, strict=True):
        assert (line.id, line.speaker, line.written) == (
            voice.line_id, NAMES[voice.character_id], voice.character
        )  # fmt: skip
        assert (line.first_frame, line.end_frame) == (voice.film_first_frame, voice.film_end_frame)
        assert [word.text for word in line.words] == ["words", "and"]
        assert line.words[1].first == pytest.approx(line.first_frame + 12)
    assert [action.people for action in scene.actions] == [("ANN",), ()]
    later = film.scenes[1].actions[0]
    assert (later.first_frame, later.end_frame, later.people) == (0, 48, ("程雨",))


def _thing(film: Film, name: str, scene: int = 0) -> Thing:
    return next(thing for thing in film.scenes[scene].things if thing.name == name)


def test_a_letter_is_in_the_hand_that_reads_it_and_then_gone(film: Film, written: Files) -> None:
    letter, performance = _thing(film, "letter"), written[1].performances[0]
    (prop,) = performance.props
    points = prop_mesh(prop).points
    assert letter.is_prop
    for frame in (0, 10, 35):
        place = prop_transform(prop, written[1].motions[0], frame)
        expected = points @ place[:3, :3].T + place[:3, 3]
        found = letter.at(frame).reshape(-1, 3)
        np.testing.assert_allclose(found.min(axis=0), expected.min(axis=0), atol=1e-4)
        np.testing.assert_allclose(found.max(axis=0), expected.max(axis=0), atol=1e-4)
    assert len(letter.at(36)) == 0


def test_the_set_is_there_and_what_only_stands_behind_it_is_not(folder: Path) -> None:
    stage = Usd.Stage.Open(str(folder / "scenes" / "008A.usdc"))
    _card(stage, "/scene_008A/set/horizon", [4], 0.0)
    _card(stage, "/scene_008A/set/card", [4], 3.0)
    stage.GetRootLayer().Save()
    film = read_film(folder)
    assert [thing.name for thing in film.scenes[0].things] == ["shell", "table", "letter"]
    assert [thing.name for thing in film.scenes[1].things] == ["shell", "card"]
    table, card = _thing(film, "table"), _thing(film, "card", 1)
    assert table.triangles.reshape(-1, 3).max(axis=0)[1] == pytest.approx(0.74, abs=1e-4)
    assert card.triangles.shape == (2, 3, 3)  # a square is two triangles
    assert card.triangles[..., 0].min() == 3.0  # where its transform puts it


def test_what_is_of_glass_hides_nothing_whatever_the_thing_is_called(folder: Path) -> None:
    stage = Usd.Stage.Open(str(folder / "scenes" / "007.usdc"))
    for name in ("set/glass", "props/glass"):
        card = _card(stage, f"/scene_007/{name}", [3, 3], 0.0)
        card.GetFaceVertexIndicesAttr().Set([0, 1, 2, 0, 2, 3])
    subset = UsdShade.MaterialBindingAPI(card).CreateMaterialBindSubset("glass", [1])
    stage.GetRootLayer().Save()
    (glass,) = (each for each in read_film(folder).scenes[0].things if each.name == "glass")
    assert glass.is_prop
    np.testing.assert_allclose(glass.triangles, [[(0, 0, 0), (1, 0, 0), (1, 1, 0)]])
    subset.GetIndicesAttr().Set([2])
    stage.GetRootLayer().Save()
    with pytest.raises(InvalidInput, match="names no face"):
        read_film(folder)


def _card(stage: Any, path: str, counts: list[int], aside: float) -> Any:
    card = UsdGeom.Mesh.Define(stage, path)
    card.CreatePointsAttr([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])
    card.CreateFaceVertexCountsAttr(counts)
    card.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    UsdGeom.Xformable(card).AddTranslateOp().Set(Gf.Vec3d(aside, 0, 0))
    return card


def test_a_film_is_read_without_its_movie_and_without_its_sets(folder: Path) -> None:
    (folder / "film.mp4").unlink()
    film = read_film(folder, with_sets=False)
    assert film.movie is None
    assert all(scene.things == () for scene in film.scenes)
    assert all(scene.people for scene in film.scenes)


def test_a_timeline_that_lists_no_scenes_has_those_of_its_shots(folder: Path) -> None:
    _edit(folder, lambda document: document["metadata"]["mstation"].pop("scenes"))
    film = read_film(folder, with_sets=False)
    assert [(scene.label, scene.frames) for scene in film.scenes] == [("007", 136), ("008A", 48)]


# What contradicts itself.


def _kinds(folder: Path) -> list[tuple[str, str]]:
    film = read_film(folder, with_sets=False)
    return [(fault.kind, fault.shot or fault.line) for fault in film.differences]


def test_files_that_agree_have_no_difference(film: Film) -> None:
    assert film.differences == ()


def test_a_cut_that_moved_in_the_timeline_counts_and_is_noted(folder: Path) -> None:
    _edit(folder, lambda document: _move_cut(document, 3))
    film = read_film(folder, with_sets=False)
    assert [(shot.first_frame, shot.end_frame) for shot in film.scenes[0].shots] == [
        (0, 43), (43, 90), (90, 136)
    ]  # fmt: skip
    assert _kinds(folder) == [("frames_differ", "007-001"), ("frames_differ", "007-002")]


def test_a_label_that_was_changed_on_one_side_is_noted(folder: Path) -> None:
    def relabel(document: Json) -> None:
        _shots(document)[1]["metadata"]["mstation"]["size"] = "ECU"
        _shots(document)[2]["metadata"]["mstation"]["subjects"] = ["NOBODY"]

    _edit(folder, relabel)
    found = [("label_differs", "007-002"), ("label_differs", "007-003"), ("nobody", "007-003")]
    assert _kinds(folder) == found


def test_clips_that_point_elsewhere_are_noted(folder: Path) -> None:
    def slip(document: Json) -> None:
        _shots(document)[0]["source_range"]["start_time"]["value"] += 5
        voice = next(item for item in _tracks(document)[1]["children"] if "line" in str(item))
        voice["media_references"]["DEFAULT_MEDIA"]["target_url"] = "stems/music.wav"

    _edit(folder, slip)
    assert _kinds(folder) == [("points_elsewhere", "007-001"), ("points_elsewhere", "ln-1")]


# What is broken.


def _refused(folder: Path, expected: type[MStationError] = InvalidInput) -> str:
    with pytest.raises(expected) as caught:
        read_film(folder)
    assert re.search("[\u4e00-\u9fff]", caught.value.told("zh"))
    return str(caught.value)


@pytest.mark.parametrize("name", ["film.otio", "film.usda", "scenes/008A.usdc"])
def test_a_file_that_is_not_there_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in _refused(folder, NotFound)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "nowhere" in _refused(tmp_path / "nowhere", NotFound)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"7",
        b"[" * 200_000,
        b'{"OTIO_SCHEMA": "Timeline.1"}',
        b'{"OTIO_SCHEMA": "Clip.2"}',
        b'{"OTIO_SCHEMA": "Timeline.99"}',
        b'{"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 1e999}',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_a_timeline_that_is_none_is_refused(folder: Path, data: bytes) -> None:
    (folder / "film.otio").write_bytes(data)
    assert "film.otio" in _refused(folder)


def _in_shot(**changes: object) -> Callable[[Json], None]:
    return lambda document: _shots(document)[1]["metadata"]["mstation"].update(changes)


def _in_range(part: str, value: float) -> Callable[[Json], None]:
    return lambda document: _shots(document)[1]["source_range"][part].update(value=value)


def _in_film(**changes: object) -> Callable[[Json], None]:
    return lambda document: document["metadata"]["mstation"].update(changes)


def _scene_from(**changes: object) -> Callable[[Json], None]:
    return lambda document: document["metadata"]["mstation"]["scenes"][1].update(changes)


def _nest(document: Json) -> None:
    track = _tracks(document)[0]
    track["children"].append({**document["tracks"], "children": []})


def _say_nothing(document: Json) -> None:
    document["metadata"] = {}


SPOILT: dict[str, Callable[[Json], None]] = {
    "no metadata": _say_nothing,
    "a rate that is none": _in_film(rate="fast"),
    "another rate": _in_film(rate="25"),
    "a shot of an unknown scene": _in_shot(scene="999"),
    "a scene's name that is a path": _in_shot(scene="../../x"),
    "a shot of no scene": lambda document: (
        _in_shot()(document) or _shots(document)[1]["metadata"].clear()
    ),
    "subjects that are a number": _in_shot(subjects=7),
    "a lens that is a word": _in_shot(lens_mm="long"),
    "half a frame": _in_range("duration", 20.5),
    "more frames than any film": _in_range("duration", 1e15),
    "no frame": _in_range("duration", 0),
    "frames backwards": _in_range("duration", -20),
    "a frame before the film": _in_range("start_time", -1e9),
    "scenes that overlap": _scene_from(first_frame=10),
    "scenes that add up to less": _scene_from(frames=40),
    "a scene of no frame": _scene_from(frames=0),
    "two scenes of one name": _scene_from(label="007"),
    "a cut outside its scene": lambda document: (
        _move_edge(_shots(document)[3], end=-2) or _move_edge(_shots(document)[2], end=2)
    ),
    "tracks in tracks": _nest,
    "no picture": lambda document: _tracks(document)[0]["children"].clear(),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_timeline_that_does_not_add_up_is_refused(folder: Path, name: str) -> None:
    _edit(folder, SPOILT[name])
    message = _refused(folder)
    assert "film." in message or "frame rate" in message


def test_a_shot_without_a_camera_is_named(folder: Path) -> None:
    _edit(folder, lambda document: _shots(document)[2].update(name="007-009"))
    assert "007-009" in _refused(folder, NotFound)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_in_the_timeline_it_is_read_or_refused(
    written: Files, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = json.loads((written[0] / "film.otio").read_bytes())
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.text(max_size=3),
        st.floats(allow_nan=False, allow_infinity=False), st.just([]), st.just({}),
    )  # fmt: skip
    spot: Any = document
    while isinstance(spot, dict | list) and spot:
        keys = sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(spot[key], dict | list) or data.draw(st.integers(0, 5)) == 0:
            spot[key] = data.draw(odd)
            break
        spot = spot[key]
    folder = tmp_path_factory.mktemp("odd")
    (folder / "film.otio").write_text(json.dumps(document), encoding="utf-8")
    with suppress(MStationError):
        plan = read_plan(folder)
        assert sum(scene.frames for scene in plan.scenes) == plan.frames


@pytest.mark.parametrize("name", ["film.usda", "scenes/007.usdc"])
@pytest.mark.parametrize("data", [b"", b"nonsense", b"#usda 1.0\n(", b"PXR-USDC" + bytes(60)])
def test_a_stage_that_is_none_is_refused(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    _refused(folder)


def test_a_stage_that_reaches_out_of_its_folder_is_refused(folder: Path) -> None:
    text = (folder / "film.usda").read_text(encoding="utf-8")
    shutil.move(folder / "scenes" / "007.usdc", folder.parent / "007.usdc")
    text = text.replace("./scenes/007.usdc", "../007.usdc")
    (folder / "film.usda").write_text(text, encoding="utf-8")
    assert "outside" in _refused(folder)


def _set(path: str, value: Any, frame: int | None = None) -> Callable[[Any], None]:
    def change(stage: Any) -> None:
        attribute = stage.GetAttributeAtPath(f"{SCENE}/{path}")
        assert attribute
        attribute.Set(value) if frame is None else attribute.Set(value, frame)

    return change


def _up_z(stage: Any) -> None:
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)


def _camera(matrix: Any) -> Callable[[Any], None]:
    return _set("shots/s001/camera.xformOp:transform", matrix, 0)


_TOKENS = Vt.TokenArray(["Hips", "Hips/Spine"])
STAGED: dict[str, Callable[[Any], None]] = {
    "Z up": _up_z,
    "centimetres": lambda stage: UsdGeom.SetStageMetersPerUnit(stage, 0.01),
    "another rate": lambda stage: stage.SetTimeCodesPerSecond(25),
    "two joints": _set("cast/ANN/Animation.joints", _TOKENS),
    "curves of too few joints": _set(
        "cast/ANN/Animation.translations", Vt.Vec3fArray([Gf.Vec3f(0)]), 10
    ),
    "a place that is no number": _set(
        "cast/ANN/Animation.translations", Vt.Vec3fArray([Gf.Vec3f(float("nan"))] * 22), 10
    ),
    "a turn of no direction": _set(
        "cast/ANN/Animation.rotations", Vt.QuatfArray([Gf.Quatf(0)] * 22), 10
    ),
    "a giant": _set("cast/ANN.mstation:stature", 40.0),
    "no skeleton": lambda stage: stage.GetPrimAtPath(f"{SCENE}/cast/ANN/Skeleton").SetActive(False),
    "a mirrored camera": _camera(Gf.Matrix4d(-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)),
    "a camera of no size": _camera(Gf.Matrix4d(0.0)),
    "a lens of nothing": _set("shots/s001/camera.focalLength", 0.0, 0),
    "a sensor of nothing": _set("shots/s001/camera.verticalAperture", 0.0),
    "a face of no point": _set("set/table.faceVertexIndices", Vt.IntArray([0, 1, 9_999_999])),
    "a set of nowhere": _set("set/table.points", Vt.Vec3fArray([Gf.Vec3f(1e30)])),
}


@pytest.mark.parametrize("name", STAGED)
def test_a_stage_that_no_film_has_is_refused(folder: Path, name: str) -> None:
    stage = Usd.Stage.Open(str(folder / "film.usda"))
    STAGED[name](stage)
    stage.GetRootLayer().Save()
    del stage
    assert "film.usda" in _refused(folder)


def test_a_film_is_read_again_after_it_changed(folder: Path) -> None:
    before = read_film(folder, with_sets=False).scenes[0].shots[0]
    layer = Sdf.Layer.FindOrOpen(str(folder / "film.usda"))
    stage = Usd.Stage.Open(layer)
    _set("shots/s001/camera.focalLength", 0.99, 0)(stage)
    layer.Save()
    after = read_film(folder, with_sets=False).scenes[0].shots[0]
    assert (before.focal_mm[0], after.focal_mm[0]) == pytest.approx((32.0, 99.0))
