from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pxr import Usd, UsdGeom, UsdLux, UsdShade, UsdSkel, UsdValidation

from mstation.previs.figures import figure_mesh
from mstation.previs.props import prop_glass, prop_mesh, prop_transform
from mstation.previs.usd import write_film, write_scene, write_take
from mstation.previs.usd_people import joint_tokens, shape_name
from mstation.stage.performance import JOINTS, PARENTS, Prop, Shape
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
    SENSOR,
    TUMBLER,
)

RATE = FrameRate(24)
SCENE = "/scene_012"
LATER = "/Film/scene_012A"  # the second of two scenes
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return usd_scene.write(tmp_path_factory.mktemp("usd"), RATE, ("012", "012A"))


@pytest.fixture(scope="module")
def whole(film: Path) -> Usd.Stage:
    return Usd.Stage.Open(str(film))


@pytest.fixture(scope="module")
def layer(film: Path) -> Usd.Stage:
    return Usd.Stage.Open(str(film.parent / "scenes" / "012.usdc"))


def _attribute(stage: Usd.Stage, path: str) -> Usd.Attribute:
    attribute = stage.GetAttributeAtPath(path)
    assert attribute, f"no {path}"
    return attribute


@pytest.mark.parametrize("rate", [RATE, FrameRate(24_000, 1001)], ids=str)
def test_layers_are_y_up_in_metres_with_a_time_code_a_frame(
    rate: FrameRate, tmp_path: Path
) -> None:
    path = usd_scene.write(tmp_path, rate)
    for name in ("film.usda", "scenes/012.usdc"):
        stage = Usd.Stage.Open(str(path.parent / name))
        assert UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y
        assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
        assert stage.GetTimeCodesPerSecond() == float(rate.fraction)
        assert stage.GetFramesPerSecond() == float(rate.fraction)
        assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, FRAMES - 1)


def test_a_scenes_layer_counts_its_own_frames(film: Path) -> None:
    for label in ("012", "012A"):
        stage = Usd.Stage.Open(str(film.parent / "scenes" / f"{label}.usdc"))
        prim = f"/scene_{label}"
        assert stage.GetDefaultPrim().GetPath() == prim
        rotations = _attribute(stage, f"{prim}/cast/林晚/Animation.rotations")
        assert rotations.GetTimeSamples() == list(range(FRAMES))
        camera = _attribute(stage, f"{prim}/shots/s002/camera.xformOp:transform")
        assert camera.GetTimeSamples() == list(range(CUT, FRAMES))
        end = _attribute(stage, f"{prim}/shots/s002.mstation:id")
        assert end.Get() == "sh-2"
        assert not stage.GetPrimAtPath(f"{prim}/shots/s002").HasAttribute("mstation:firstFrame")


def test_the_film_places_each_scene_at_its_first_frame(whole: Usd.Stage) -> None:
    assert whole.GetDefaultPrim().GetPath() == "/Film"
    assert (whole.GetStartTimeCode(), whole.GetEndTimeCode()) == (0, 2 * FRAMES - 1)
    assert _attribute(whole, "/Film.mstation:title").Get() == "三号站台的茶"
    rotations = _attribute(whole, f"{LATER}/cast/林晚/Animation.rotations")
    assert rotations.GetTimeSamples() == list(range(FRAMES, 2 * FRAMES))
    at_rest = rotations.Get(FRAMES)
    assert all(turn.GetReal() == 1 for turn in at_rest)
    first = _attribute(whole, "/Film/scene_012/cast/林晚/Animation.translations")
    later = _attribute(whole, f"{LATER}/cast/林晚/Animation.translations")
    assert first.Get(3) == later.Get(FRAMES + 3)


def test_one_scene_is_seen_at_a_time(whole: Usd.Stage) -> None:
    for frame in range(2 * FRAMES):
        seen = [
            label
            for label in ("012", "012A")
            if UsdGeom.Imageable(whole.GetPrimAtPath(f"/Film/scene_{label}")).ComputeVisibility(
                frame
            )
            == UsdGeom.Tokens.inherited
        ]
        assert seen == ["012" if frame < FRAMES else "012A"]


def test_a_person_is_seen_while_on_the_set(whole: Usd.Stage) -> None:
    for start, scene in ((0, "/Film/scene_012"), (FRAMES, LATER)):
        visibility = _attribute(whole, f"{scene}/cast/林晚.visibility")
        seen = [visibility.Get(start + frame) == "inherited" for frame in range(FRAMES)]
        assert seen == [COMES <= frame < GOES for frame in range(FRAMES)]


def test_prims_carry_what_the_shot_list_says(whole: Usd.Stage) -> None:
    person = whole.GetPrimAtPath(f"{LATER}/cast/林晚")
    assert person.GetAttribute("mstation:name").Get() == "林晚"
    assert person.GetAttribute("mstation:stature").Get() == pytest.approx(LIN.stature_m)
    expected = {
        "s001": {"move": "static", "firstFrame": FRAMES, "endFrame": FRAMES + CUT},
        "s002": {"move": "push_in", "firstFrame": FRAMES + CUT, "endFrame": 2 * FRAMES},
    }
    for shot, values in expected.items():
        prim = whole.GetPrimAtPath(f"{LATER}/shots/{shot}")
        same = {"size": "MCU", "angle": "low", "id": f"sh-{shot[-1]}"}
        for name, value in (values | same).items():
            assert prim.GetAttribute(f"mstation:{name}").Get() == value
        assert list(prim.GetAttribute("mstation:subjects").Get()) == ["林晚"]
        assert not prim.GetAttribute("mstation:axis").Get()


def test_things_of_one_name_and_of_chinese_names_have_prims(layer: Usd.Stage) -> None:
    names = [prim.GetName() for prim in layer.GetPrimAtPath(f"{SCENE}/set").GetChildren()]
    assert names == ["shell", "table", "table_2", "长椅"]
    assert layer.GetPrimAtPath(f"{SCENE}/cast/林晚").IsA(UsdSkel.Root)


def test_a_shot_carries_role_direction_and_what_was_broken(layer: Usd.Stage) -> None:
    prim = layer.GetPrimAtPath(f"{SCENE}/shots/s001")
    said = {name: prim.GetAttribute(f"mstation:{name}").Get() for name in ("role", "direction")}
    assert said == {"role": "single", "direction": ""}
    assert list(prim.GetAttribute("mstation:declared").Get() or ()) == []
    assert prim.GetAttribute("mstation:shake").Get() == 0


def test_a_thing_lies_where_it_was_put(layer: Usd.Stage) -> None:
    (prim,) = layer.GetPrimAtPath(f"{SCENE}/props").GetChildren()
    assert (prim.GetName(), prim.GetAttribute("mstation:name").Get()) == ("LETTER", "LETTER")
    points = np.array(UsdGeom.Mesh(prim).GetPointsAttr().Get())
    np.testing.assert_allclose(points, prop_mesh(LETTER).points, atol=1e-6)
    transform = _attribute(layer, f"{SCENE}/props/LETTER.xformOp:transform")
    assert transform.GetTimeSamples() == [0]
    place = np.array(UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(3)).T
    np.testing.assert_allclose(place, prop_transform(LETTER, (), 3), atol=1e-6)


def test_a_thing_that_changes_hands_is_one_thing_seen_while_it_is_there(tmp_path: Path) -> None:
    each = usd_scene.scene()
    held = replace(LETTER, holder_id="ch-lin", first_frame=4, end_frame=7)
    lying = replace(LETTER, position=(1.0, 0.75, 0.0), first_frame=7, end_frame=9)
    performance = replace(each.performance, props=(held, lying))
    path = tmp_path / "012.usdc"
    write_scene(
        path, each.shots, usd_scene.LAYOUT, performance, [each.motion], each.takes,
        names=usd_scene.NAMES, language="zh", rate=RATE,
    )  # fmt: skip
    stage = Usd.Stage.Open(str(path))
    (prim,) = stage.GetPrimAtPath(f"{SCENE}/props").GetChildren()
    seen = [UsdGeom.Imageable(prim).ComputeVisibility(frame) for frame in range(FRAMES)]
    assert [word == "inherited" for word in seen] == [4 <= frame < 9 for frame in range(FRAMES)]
    for frame, prop in ((4, held), (6, held), (7, lying), (8, lying)):
        place = np.array(UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(frame)).T
        expected = prop_transform(prop, [each.motion], frame)
        np.testing.assert_allclose(place, expected, atol=1e-5)


@pytest.fixture(scope="module")
def glasses(tmp_path_factory: pytest.TempPathFactory) -> Usd.Stage:
    each = usd_scene.scene()
    performance = replace(each.performance, props=(TUMBLER, BOTTLE))
    path = tmp_path_factory.mktemp("glasses") / "012.usdc"
    write_scene(
        path, each.shots, usd_scene.LAYOUT, performance, [each.motion], each.takes,
        names=usd_scene.NAMES, language="zh", rate=RATE,
    )  # fmt: skip
    return Usd.Stage.Open(str(path))


@pytest.mark.parametrize("thing", [TUMBLER, BOTTLE], ids=lambda thing: thing.kind)
def test_a_thing_of_glass_is_clear_around_what_is_in_it(glasses: Usd.Stage, thing: Prop) -> None:
    glass = prop_glass(thing)
    assert glass is not None
    clear, opacity = glass
    prim = glasses.GetPrimAtPath(f"{SCENE}/props/{thing.name}")
    inside = len(prop_mesh(thing, has_glass=False).triangles)
    faces = list(range(inside, inside + len(clear.triangles)))
    shown = UsdGeom.Mesh(prim).GetDisplayOpacityPrimvar().Get()
    np.testing.assert_allclose(shown, [1.0] * inside + [opacity] * len(faces))
    contents, subset = UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets()
    assert list(contents.GetIndicesAttr().Get()) == list(range(inside))
    assert list(subset.GetIndicesAttr().Get()) == faces
    for each, expected in ((prim, None), (contents.GetPrim(), None), (subset.GetPrim(), opacity)):
        bound, _ = UsdShade.MaterialBindingAPI(each).ComputeBoundMaterial()
        opaque = UsdShade.Shader(bound.GetPrim().GetChild("surface")).GetInput("opacity")
        assert (opaque.Get() if opaque else None) == (expected and pytest.approx(expected))


def test_no_validator_finds_a_fault_in_glass(glasses: Usd.Stage) -> None:
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    context = UsdValidation.ValidationContext(validators)
    assert [error.GetMessage() for error in context.Validate(glasses)] == []


def test_joints_are_full_paths_parents_first() -> None:
    tokens = joint_tokens()
    assert [token.rpartition("/")[2] for token in tokens] == list(JOINTS)
    parents = [tokens[parent] if parent >= 0 else "" for parent in PARENTS]
    assert [token.rpartition("/")[0] for token in tokens] == parents


def test_joints_stand_where_the_motion_has_them(whole: Usd.Stage) -> None:
    world = usd_scene.moved().world_from_joints()
    query = _skeleton(whole, LATER)
    for frame in (0, 1, CUT, FRAMES - 1):
        found = np.array(query.ComputeJointSkelTransforms(FRAMES + frame)).swapaxes(-1, -2)
        np.testing.assert_allclose(found, world[frame], atol=1e-4)


def _skeleton(stage: Usd.Stage, scene: str) -> UsdSkel.SkeletonQuery:
    cache = UsdSkel.Cache()
    root = UsdSkel.Root(stage.GetPrimAtPath(f"{scene}/cast/林晚"))
    cache.Populate(root, Usd.PrimDefaultPredicate)
    query = cache.GetSkelQuery(UsdSkel.Skeleton(root.GetPrim().GetChild("Skeleton")))
    assert list(query.GetJointOrder()) == list(joint_tokens())
    return query


def test_a_bent_body_is_where_its_joints_carry_it(layer: Usd.Stage) -> None:
    motion, cache = usd_scene.moved(), UsdSkel.Cache()
    figure = figure_mesh(LIN, motion.offsets)
    root = UsdSkel.Root(layer.GetPrimAtPath(f"{SCENE}/cast/林晚"))
    cache.Populate(root, Usd.PrimDefaultPredicate)
    skin = cache.GetSkinningQuery(root.GetPrim().GetChild("Body"))
    points = _attribute(layer, f"{SCENE}/cast/林晚/Body.points").Get()
    query = _skeleton(layer, SCENE)
    for frame in (0, 4):
        bent = type(points)(points)
        assert skin.ComputeSkinnedPoints(query.ComputeSkinningTransforms(frame), bent, frame)
        moved = motion.world_from_joints()[frame] @ np.linalg.inv(figure.rest_from_joints)
        still = np.column_stack([figure.mesh.points, np.ones(len(figure.mesh.points))])
        held = np.einsum("nk,nkij->nij", figure.weights, moved[figure.joints])
        expected = np.einsum("nij,nj->ni", held, still)[:, :3]
        np.testing.assert_allclose(np.array(bent), expected, atol=1e-4)


@pytest.mark.parametrize(("shot", "first", "end"), [(1, 0, CUT), (2, CUT, FRAMES)])
def test_cameras_are_the_takes(whole: Usd.Stage, shot: int, first: int, end: int) -> None:
    take = usd_scene.scene().takes[shot - 1]
    camera = UsdGeom.Camera(whole.GetPrimAtPath(f"{LATER}/shots/s00{shot}/camera"))
    assert camera.GetHorizontalApertureAttr().Get() == pytest.approx(SENSOR.width_mm / 100)
    assert camera.GetVerticalApertureAttr().Get() == pytest.approx(SENSOR.height_mm / 100)
    for index, frame in enumerate(range(FRAMES + first, FRAMES + end)):
        matrix = np.array(camera.ComputeLocalToWorldTransform(frame)).T
        np.testing.assert_allclose(matrix, take.world_from_camera[index], atol=1e-6)
        focal_mm = camera.GetFocalLengthAttr().Get(frame) * 100
        assert focal_mm == pytest.approx(take.focal_length_mm[index], rel=1e-6)


def test_a_locked_camera_has_one_key(layer: Usd.Stage) -> None:
    for name in ("xformOp:transform", "focalLength"):
        assert _attribute(layer, f"{SCENE}/shots/s001/camera.{name}").GetTimeSamples() == [0]


def test_lights_shine_from_where_the_set_has_them(layer: Usd.Stage) -> None:
    lighting = usd_scene.LAYOUT.lighting
    sun = UsdLux.DistantLight(layer.GetPrimAtPath(f"{SCENE}/lights/sun"))
    matrix = np.array(UsdGeom.Xformable(sun).ComputeLocalToWorldTransform(0)).T
    np.testing.assert_allclose(matrix[:3, 2], lighting.towards_sun, atol=1e-6)
    colour = np.array(sun.GetColorAttr().Get()) * sun.GetIntensityAttr().Get()
    np.testing.assert_allclose(colour, np.pi * np.array(lighting.sun_colour), rtol=1e-5)
    lamp = UsdGeom.Xformable(layer.GetPrimAtPath(f"{SCENE}/lights/lamp_1"))
    place = lamp.ComputeLocalToWorldTransform(0).ExtractTranslation()
    np.testing.assert_allclose(place, lighting.lamps[0].position)


def test_faces_move_by_their_shapes(layer: Usd.Stage) -> None:
    motion = usd_scene.moved()
    figure = figure_mesh(LIN, motion.offsets)
    body = layer.GetPrimAtPath(f"{SCENE}/cast/林晚/Body")
    binding = UsdSkel.BindingAPI(body)
    named = list(binding.GetBlendShapesAttr().Get())
    assert named[0] == "MouthOpen"
    animation = UsdSkel.Animation(layer.GetPrimAtPath(f"{SCENE}/cast/林晚/Animation"))
    assert list(animation.GetBlendShapesAttr().Get()) == named
    shapes = [next(each for each in Shape if shape_name(each) == name) for name in named]
    for frame in (0, 3, FRAMES - 1):
        played = animation.GetBlendShapeWeightsAttr().Get(frame)
        np.testing.assert_allclose(played, motion.face[frame, shapes], atol=1e-6)
    for name, shape in zip(named, shapes, strict=True):
        target = UsdSkel.BlendShape(body.GetChild(name))
        whole = np.zeros_like(figure.mesh.points)
        whole[np.array(target.GetPointIndicesAttr().Get())] = target.GetOffsetsAttr().Get()
        np.testing.assert_allclose(whole, figure.morphs[shape], atol=2e-6)
        assert len(target.GetPointIndicesAttr().Get()) < len(whole) / 2
    left_out = [shape for shape in Shape if shape not in shapes]
    assert np.abs(figure.morphs[left_out]).max(initial=0) < 1e-5


def test_pieces_and_the_set_say_what_they_are(layer: Usd.Stage) -> None:
    pieces = {
        prim.GetName(): [prim.GetAttribute(f"mstation:{said}").Get() for said in ("kind", "name")]
        for prim in layer.GetPrimAtPath(f"{SCENE}/set").GetChildren()
    }
    assert pieces == {
        "shell": [None, None],
        "table": ["table", "桌子"],
        "table_2": ["table", "桌子"],
        "长椅": ["chair", "椅子"],
    }
    assert _attribute(layer, f"{SCENE}/set.mstation:interior").Get() is True


def test_every_face_is_lit_or_shines_in_its_own_colour(layer: Usd.Stage) -> None:
    for prim in layer.Traverse():
        if not prim.IsA(UsdGeom.Mesh):
            continue
        material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
        surface = material.ComputeSurfaceSource()[0]
        colour = surface.GetInput("diffuseColor").GetConnectedSources()[0][0].source
        reader = UsdShade.Shader(colour.GetPrim())
        assert reader.GetInput("varname").Get() == "displayColor"
        assert UsdGeom.Mesh(prim).GetDisplayColorPrimvar().HasValue()


def test_a_face_that_is_flat_has_its_own_normals(layer: Usd.Stage) -> None:
    mesh = UsdGeom.Mesh(layer.GetPrimAtPath(f"{SCENE}/set/table"))
    assert mesh.GetNormalsInterpolation() == UsdGeom.Tokens.faceVarying
    points = np.array(mesh.GetPointsAttr().Get())
    faces = np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3)
    a, b, c = points[faces[:, 0]], points[faces[:, 1]], points[faces[:, 2]]
    across = np.cross(b - a, c - a)
    normals = np.array(mesh.GetNormalsAttr().Get()).reshape(-1, 3, 3)
    assert np.all(np.einsum("nk,nik->ni", across, normals) > -1e-6)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1, atol=1e-5)


def test_a_take_alone_is_a_scene_of_its_own(tmp_path: Path) -> None:
    take = replace(usd_scene.scene().takes[1], motions=(usd_scene.moved().cut(CUT, FRAMES),))
    path = tmp_path / "take.usdc"
    write_take(path, usd_scene.LAYOUT, take, label="012-002", rate=RATE)
    stage = Usd.Stage.Open(str(path))
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, FRAMES - CUT - 1)
    camera = UsdGeom.Camera(stage.GetPrimAtPath(f"{SCENE}/shots/s002/camera"))
    for frame, matrix in enumerate(take.world_from_camera):
        found = np.array(camera.ComputeLocalToWorldTransform(frame)).T
        np.testing.assert_allclose(found, matrix, atol=1e-6)
    query = _skeleton(stage, SCENE)
    found = np.array(query.ComputeJointSkelTransforms(2)).swapaxes(-1, -2)
    np.testing.assert_allclose(found, take.motions[0].world_from_joints()[2], atol=1e-4)
    assert [prim.GetName() for prim in stage.GetPrimAtPath(f"{SCENE}/props").GetChildren()] == [
        "LETTER"
    ]


def test_no_validator_finds_a_fault(whole: Usd.Stage, layer: Usd.Stage) -> None:
    assert usd_scene.scene().performance.props == (LETTER,)
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    assert len(validators) > 5
    context = UsdValidation.ValidationContext(validators)
    for stage in (whole, layer):
        assert [error.GetMessage() for error in context.Validate(stage)] == []


def test_two_processes_write_the_same_bytes(film: Path, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from mstation.timebase import FrameRate\n"
        "from tests.previs import usd_scene\n"
        "usd_scene.write(pathlib.Path(sys.argv[1]), FrameRate(24), ('012', '012A'))\n"
    )
    places = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {**os.environ, "PYTHONHASHSEED": "5", "PYTHONPATH": places}
    command = [sys.executable, "-c", code, str(tmp_path / "again")]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in ("film.usda", "scenes/012.usdc", "scenes/012A.usdc"):
        assert (tmp_path / "again" / name).read_bytes() == (film.parent / name).read_bytes()


def test_a_film_is_written_before_its_scenes_are_beside_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scene = usd_scene.SceneInFilm("012", 0, FRAMES, usd_scene.scene().shots.shots)
    write_film(tmp_path / "film.usda", [scene], title="", rate=RATE)
    assert "@./scenes/012.usdc@" in (tmp_path / "film.usda").read_text()
    assert capfd.readouterr().err == ""
