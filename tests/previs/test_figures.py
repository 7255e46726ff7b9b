from __future__ import annotations

import numpy as np
import pytest

from mstation.previs.face import face_of
from mstation.previs.figures import figure_mesh
from mstation.previs.mesh import SkinnedMesh
from mstation.previs.tailoring import Ink, measures_of
from mstation.stage.performance import JOINTS, Body, Shape
from mstation.stage.skeleton import rest_offsets
from tests.previs.bodies import a_body, many_bodies
from tests.previs.mesh_checks import assert_sound, same

BODIES = many_bodies()
NAMES = [f"{b.garment}-{b.hair_style}-{b.sex}-{b.age}" for b in BODIES]


def figure_of(body: Body) -> SkinnedMesh:
    return figure_mesh(body, rest_offsets(body))


def bent(figure: SkinnedMesh, joint: str, axis: int, angle_rad: float) -> np.ndarray:
    """Return the points with one joint turned about X (0) or Z (2) and its children with it."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.eye(4)
    one, other = [(1, 2), (2, 0), (0, 1)][axis]
    turn[one, one], turn[one, other], turn[other, one], turn[other, other] = cos, -sin, sin, cos
    place = figure.rest_from_joints.astype(float)
    index = JOINTS.index(joint)
    about = place[index] @ turn @ np.linalg.inv(place[index])
    moved = np.tile(np.eye(4), (len(JOINTS), 1, 1))
    for child in _below(index):
        moved[child] = about
    points = np.column_stack([figure.mesh.points, np.ones(len(figure.mesh.points))])
    held = np.einsum("nk,nkij->nij", figure.weights, moved[figure.joints])
    return np.einsum("nij,nj->ni", held, points)[:, :3]


def _below(index: int) -> list[int]:
    from mstation.stage.performance import PARENTS

    below = [index]
    for joint, parent in enumerate(PARENTS):
        if parent in below:
            below.append(joint)
    return below


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_a_figure_is_sound_and_fills_its_stature(body: Body) -> None:
    figure = figure_of(body)
    mesh = figure.mesh
    assert_sound(mesh)
    count = len(mesh.points)
    assert figure.joints.shape == figure.weights.shape == (count, 4)
    assert figure.morphs.shape == (len(Shape), count, 3)
    assert figure.rest_from_joints.shape == (22, 4, 4)
    np.testing.assert_allclose(figure.weights.sum(axis=1), 1, atol=1e-5)
    assert figure.weights.min() >= 0
    assert mesh.points[:, 1].min() >= -0.01
    assert 0.97 <= mesh.points[:, 1].max() / body.stature_m <= 1.06
    assert mesh.smooth.all()
    assert 3_000 <= len(mesh.triangles) <= 7_500
    assert {Ink.HEAD, Ink.TOP, Ink.LEFT_HAND, Ink.LEFT_SHOE} <= set(mesh.parts.tolist())


@pytest.mark.parametrize("body", BODIES[::5], ids=NAMES[::5])
def test_a_figure_is_the_same_left_and_right(body: Body) -> None:
    points = figure_of(body).mesh.points
    assert points[:, 0].max() == pytest.approx(-points[:, 0].min(), rel=0.05)


def test_a_face_looks_to_minus_z_and_its_left_hand_is_at_minus_x() -> None:
    figure = figure_of(a_body())
    mesh = figure.mesh
    points = mesh.points[np.unique(mesh.triangles[mesh.parts == Ink.LEFT_HAND])]
    assert points[:, 0].max() < 0
    head = mesh.points[np.unique(mesh.triangles[mesh.parts == Ink.HEAD])]
    nose = head[np.argmin(head[:, 2])]
    assert abs(nose[0]) < 0.01
    eyes = figure.rest_from_joints[JOINTS.index("LeftEye"), 1, 3]
    assert eyes - 0.08 < nose[1] < eyes


def test_the_same_body_gives_the_same_bytes() -> None:
    one, two = figure_of(a_body()), figure_of(a_body())
    assert same(one.mesh, two.mesh)
    assert one.weights.tobytes() == two.weights.tobytes()
    assert one.morphs.tobytes() == two.morphs.tobytes()


@pytest.mark.parametrize("garment", ["shirt", "jacket", "coat"])
def test_a_bent_elbow_moves_the_hand_and_nothing_above_the_elbow(garment: str) -> None:
    figure = figure_of(a_body(garment=garment))
    away = np.linalg.norm(bent(figure, "LeftElbow", 0, 1.4) - figure.mesh.points, axis=1)
    elbow = figure.rest_from_joints[JOINTS.index("LeftElbow"), 1, 3]
    assert away[figure.mesh.points[:, 1] > elbow + 0.08].max() < 1e-5
    hand = np.unique(figure.mesh.triangles[figure.mesh.parts == Ink.LEFT_HAND])
    assert away[hand].min() > 0.1


@pytest.mark.parametrize("body", BODIES[::3], ids=NAMES[::3])
@pytest.mark.parametrize("joint", ["LeftKnee", "LeftHip", "RightShoulder", "RightElbow"])
def test_no_edge_tears_when_a_joint_bends(body: Body, joint: str) -> None:
    figure = figure_of(body)
    triangles = figure.mesh.triangles
    before, after = figure.mesh.points, bent(figure, joint, 0, 1.5)
    first, second = triangles[:, [0, 1, 2]].ravel(), triangles[:, [1, 2, 0]].ravel()
    was = np.linalg.norm(before[first] - before[second], axis=1)
    now = np.linalg.norm(after[first] - after[second], axis=1)
    assert (now - was).max() < 0.22 * body.stature_m


def test_the_mouth_opens_downwards_and_the_lids_close_over_the_eyes() -> None:
    body = a_body()
    figure = figure_of(body)
    opened = figure.morphs[Shape.MOUTH_OPEN]
    assert opened[:, 1].min() < -0.008
    assert opened[:, 1].min() > -0.025
    lids = figure.morphs[Shape.BLINK][:, 1]
    assert lids.min() < -0.005
    # A blink moves nothing but the upper lids.
    eyes = figure.rest_from_joints[JOINTS.index("LeftEye"), 1, 3]
    moved = figure.mesh.points[np.abs(lids) > 1e-6]
    assert np.abs(moved[:, 1] - eyes).max() < 0.04
    assert np.abs(figure.morphs[:, figure.mesh.points[:, 1] < 1.4]).max() == 0


def test_eyes_that_stand_where_eyes_stand_turn_with_their_joints() -> None:
    body = a_body()
    offsets = rest_offsets(body)
    measures = measures_of(body, offsets)
    for name, side in (("LeftEye", -1), ("RightEye", 1)):
        offsets[JOINTS.index(name), 0] = side * 0.145 * measures.head
    figure = figure_mesh(body, offsets)
    eye = JOINTS.index("LeftEye")
    assert (figure.weights * (figure.joints == eye)).max() == 1
    assert face_of(measures_of(body, offsets)).gaze_holds


def test_an_old_bald_head_keeps_a_wreath_of_hair_and_a_young_one_does_not() -> None:
    old, young = (figure_of(a_body(age=age, hair_style="bald")) for age in (70, 25))
    assert Ink.HAIR in old.mesh.parts
    assert Ink.HAIR not in young.mesh.parts


def test_build_widens_the_body() -> None:
    slight, heavy = (figure_of(a_body(build=build)).mesh.points[:, 0].max() for build in (0.8, 1.2))
    assert heavy > slight * 1.1
