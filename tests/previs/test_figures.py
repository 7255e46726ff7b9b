from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.figures import _figure, figure_mesh
from mstation.previs.mesh import SkinnedMesh
from mstation.previs.people.cloth import Ink
from mstation.stage.performance import JOINTS, Body, Shape
from mstation.stage.skeleton import head_height, rest_offsets
from tests.previs.bodies import a_body, many_bodies
from tests.previs.mesh_checks import assert_sound, same
from tests.previs.posing import HANG, POSES, Pose, Standing, bent, motion_of

BODIES = many_bodies()
NAMES = [f"{b.garment}-{b.hair_style}-{b.sex}-{b.age}" for b in BODIES]
GARMENTS = ("shirt", "coat", "dress", "jacket", "hoodie", "uniform", "skirt")
CLOTH = (Ink.TOP, Ink.TRIM, Ink.BOTTOM, Ink.OVER, Ink.BELT)


def figure_of(body: Body) -> SkinnedMesh:
    return figure_mesh(body, rest_offsets(body))


def posed(body: Body, pose: Pose) -> np.ndarray:
    return bent(figure_of(body), motion_of(Standing(body, yaw_deg=0.0, pose=pose)))


def of_ink(figure: SkinnedMesh, *inks: Ink) -> np.ndarray:
    """Return the points that triangles of these inks use."""
    chosen = np.isin(figure.mesh.parts, inks)
    return np.unique(figure.mesh.triangles[chosen])


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_a_figure_is_sound(body: Body) -> None:
    figure = figure_of(body)
    mesh = figure.mesh
    assert_sound(mesh)
    count = len(mesh.points)
    assert figure.joints.shape == figure.weights.shape == (count, 4)
    assert figure.morphs.shape == (len(Shape), count, 3)
    assert figure.rest_from_joints.shape == (22, 4, 4)
    np.testing.assert_allclose(figure.weights.sum(axis=1), 1, atol=1e-5)
    assert figure.weights.min() >= 0
    assert mesh.smooth.all()
    assert 4_000 <= len(mesh.triangles) <= 9_000
    assert {Ink.HEAD, Ink.LEFT_HAND, Ink.LEFT_EYE, Ink.SHOES} <= set(mesh.parts.tolist())


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_a_figure_stands_on_its_skeletons_landmarks(body: Body) -> None:
    figure, offsets = figure_of(body), rest_offsets(body)
    points = posed(body, {})
    eyes = points[of_ink(figure, Ink.LEFT_EYE, Ink.RIGHT_EYE)]
    chin_y = body.stature_m - head_height(body)
    eye_y = chin_y + head_height(body) * 0.508
    assert (eyes[:, 1].min() + eyes[:, 1].max()) / 2 == pytest.approx(eye_y, abs=0.01)
    assert points[:, 1].min() == pytest.approx(0, abs=0.012)
    assert points[:, 1].max() == pytest.approx(body.stature_m, abs=0.075)
    skin = points[of_ink(figure, Ink.HEAD)]
    chin = skin[(np.abs(skin[:, 0]) < 0.015) & (skin[:, 2] < eyes[:, 2].max() + 0.01)]
    assert chin[chin[:, 1] > chin_y - 0.02, 1].min() == pytest.approx(chin_y, abs=0.02)
    ankle = offsets[JOINTS.index("LeftHip"), 0]
    shoe = points[of_ink(figure, Ink.SHOES)]
    assert shoe[shoe[:, 0] < 0, 0].mean() == pytest.approx(ankle, abs=0.02)


@pytest.mark.parametrize("body", BODIES[::4], ids=NAMES[::4])
def test_hands_end_where_the_wrists_are(body: Body) -> None:
    figure, offsets = figure_of(body), rest_offsets(body)
    arm = ("Hips", "Spine", "Chest", "LeftShoulder", "LeftElbow", "LeftWrist")
    wrist = sum(offsets[JOINTS.index(joint)].astype(float) for joint in arm)
    hand = posed(body, {})[of_ink(figure, Ink.LEFT_HAND)]
    assert hand[:, 1].max() == pytest.approx(wrist[1], abs=0.05)
    assert abs(np.median(hand[:, 0]) - wrist[0]) < 0.035
    # The thumb is ahead and the palm is to the thigh.
    assert np.ptp(hand[:, 2]) > 0.8 * np.ptp(hand[:, 0])
    assert hand[np.argmin(hand[:, 2]), 1] > hand[:, 1].min() + 0.02


def test_normals_look_outwards() -> None:
    mesh = figure_of(a_body()).mesh
    corners = mesh.points[mesh.triangles].astype(float)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    agree = (faces[:, None, :] * mesh.normals[mesh.triangles]).sum(axis=-1).mean(axis=1)
    assert (agree > 0).mean() > 0.97
    trunk = np.isin(mesh.parts, (Ink.TOP,))
    middle = corners[trunk].mean(axis=1)
    near = np.abs(middle[:, 0]) < 0.1
    assert (np.sign(faces[trunk][near, 2]) == np.sign(middle[near, 2])).mean() > 0.85


@pytest.mark.parametrize("body", BODIES[::5], ids=NAMES[::5])
def test_the_left_of_a_body_is_the_mirror_of_its_right(body: Body) -> None:
    points = figure_of(body).mesh.points
    assert points[:, 0].max() == pytest.approx(-points[:, 0].min(), rel=0.03)


def test_a_face_looks_to_minus_z_and_its_left_hand_is_at_minus_x() -> None:
    figure = figure_of(a_body())
    assert figure.mesh.points[of_ink(figure, Ink.LEFT_HAND), 0].max() < 0
    head = figure.mesh.points[of_ink(figure, Ink.HEAD)]
    nose = head[np.argmin(head[:, 2])]
    eyes = figure.rest_from_joints[JOINTS.index("LeftEye"), 1, 3]
    assert abs(nose[0]) < 0.01
    assert eyes - 0.08 < nose[1] < eyes


def test_a_body_is_made_once_and_another_is_another() -> None:
    assert figure_of(a_body()) is figure_of(a_body())
    taller = replace(a_body(), stature_m=a_body().stature_m + 0.1)
    assert not same(figure_of(taller).mesh, figure_of(a_body()).mesh)


def test_the_same_body_gives_the_same_bytes() -> None:
    offsets = rest_offsets(a_body()).astype(np.float32).tobytes()
    # made afresh, not remembered
    one, two = (_figure.__wrapped__(a_body(), offsets, "people") for _ in range(2))
    assert same(one.mesh, two.mesh)
    assert one.weights.tobytes() == two.weights.tobytes()
    assert one.morphs.tobytes() == two.morphs.tobytes()


def test_two_characters_have_two_faces_and_one_character_has_one() -> None:
    def face(who: str, **changes: object) -> np.ndarray:
        figure = figure_of(a_body(character_id=who, hair_style="bald", **changes))
        return figure.mesh.points[of_ink(figure, Ink.HEAD)]

    one, other, again = face("ch-1"), face("ch-2"), face("ch-1", garment="coat")
    assert np.abs(one - other).max() > 0.002
    np.testing.assert_array_equal(one, again)


@pytest.mark.parametrize("garment", GARMENTS)
@pytest.mark.parametrize("pose", ["sit", "walk", "reach"])
def test_skin_that_cloth_covers_stays_under_it(garment: str, pose: str) -> None:
    body = a_body(garment=garment, sex="female", stature_m=1.66)
    figure = figure_of(body)
    skin = of_ink(figure, Ink.HEAD, Ink.LEFT_HAND, Ink.RIGHT_HAND)
    cloth = np.isin(figure.mesh.parts, CLOTH)
    before = _depths(posed(body, HANG), figure, skin, cloth)
    after = _depths(posed(body, POSES[pose]), figure, skin, cloth)
    covered = before < -0.002
    assert covered.sum() > 20
    there = covered & (after < 1)
    assert (after[there] > 0.012).sum() <= 0.05 * there.sum()


def _depths(
    points: np.ndarray, figure: SkinnedMesh, skin: np.ndarray, cloth: np.ndarray
) -> np.ndarray:
    """Return how far skin points stand out of the nearest cloth triangle; far off is 1."""
    corners = points[figure.mesh.triangles[cloth]]
    middles = corners.mean(axis=1)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    away = points[skin][:, None, :] - middles[None]
    nearest = np.argmin((away**2).sum(axis=-1), axis=1)
    rows = np.arange(len(skin))
    out = (away[rows, nearest] * normals[nearest]).sum(axis=-1)
    return np.where(np.linalg.norm(away[rows, nearest], axis=-1) < 0.02, out, 1.0)


@pytest.mark.parametrize("garment", ["dress", "skirt"])
def test_no_leg_is_there_under_a_skirt(garment: str) -> None:
    figure = figure_of(a_body(garment=garment, sex="female"))
    skirt = figure.mesh.points[of_ink(figure, Ink.TOP, Ink.BOTTOM)]
    legs = figure.mesh.points[of_ink(figure, Ink.SKIN)]
    legs = legs[legs[:, 1] < 0.8]
    assert legs[:, 1].max() < skirt[:, 1].min() + 0.16


@pytest.mark.parametrize("garment", GARMENTS)
def test_no_edge_tears_when_somebody_sits_or_reaches(garment: str) -> None:
    body = a_body(garment=garment)
    figure = figure_of(body)
    triangles = figure.mesh.triangles
    first, second = triangles[:, [0, 1, 2]].ravel(), triangles[:, [1, 2, 0]].ravel()
    before = figure.mesh.points
    was = np.linalg.norm(before[first] - before[second], axis=1)
    for pose in POSES.values():
        after = posed(body, pose)
        now = np.linalg.norm(after[first] - after[second], axis=1)
        assert (now - was).max() < 0.13 * body.stature_m


def moved(shape: Shape, **changes: object) -> tuple[np.ndarray, np.ndarray]:
    """Return the points that a shape moves, and their moves."""
    figure = figure_of(a_body(**changes))
    there = np.abs(figure.morphs[shape]).max(axis=1) > 1e-4
    return figure.mesh.points[there], figure.morphs[shape][there]


def test_the_mouth_opens_downwards() -> None:
    _, moves = moved(Shape.MOUTH_OPEN)
    assert -0.035 < moves[:, 1].min() < -0.012
    assert moves[:, 1].max() < 0.004


def test_a_smile_lifts_the_corners_and_sadness_drops_them() -> None:
    for shape, way in ((Shape.SMILE, 1), (Shape.SAD, -1)):
        points, moves = moved(shape)
        corner = np.argmax(np.abs(moves[:, 1]))
        assert way * moves[corner, 1] > 0.003
        assert abs(points[corner, 0]) > 0.01


def test_round_lips_are_narrower_and_wide_lips_wider() -> None:
    for shape, way in ((Shape.MOUTH_ROUND, -1), (Shape.MOUTH_WIDE, 1)):
        points, moves = moved(shape)
        side = (moves[:, 0] * np.sign(points[:, 0]))[np.abs(points[:, 0]) > 0.015]
        assert way * side[np.argmax(np.abs(side))] > 0.001


def test_a_blink_closes_the_upper_lids_over_the_eyes() -> None:
    points, moves = moved(Shape.BLINK)
    eyes = figure_of(a_body()).rest_from_joints[JOINTS.index("LeftEye"), 1, 3]
    assert moves[:, 1].min() < -0.006
    assert np.abs(points[:, 1] - eyes).max() < 0.05


def test_brows_go_up_and_down() -> None:
    up, down = moved(Shape.BROW_UP)[1], moved(Shape.BROW_DOWN)[1]
    assert up[:, 1].max() > 0.003
    assert down[:, 1].min() < -0.003


@pytest.mark.parametrize(
    ("shape", "side"), [(Shape.LEFT_GRIP, Ink.LEFT_HAND), (Shape.RIGHT_GRIP, Ink.RIGHT_HAND)]
)
def test_a_grip_makes_a_fist_of_one_hand(shape: Shape, side: Ink) -> None:
    figure = figure_of(a_body())
    other = Ink.RIGHT_HAND if side is Ink.LEFT_HAND else Ink.LEFT_HAND
    hand = of_ink(figure, side)
    assert np.abs(figure.morphs[shape][of_ink(figure, other)]).max() == 0
    wrist = figure.rest_from_joints[JOINTS.index(f"{side.name[:-5].title()}Wrist"), :3, 3]
    open_, closed = (figure.mesh.points[hand] + s * figure.morphs[shape][hand] for s in (0, 1))
    reach = [np.linalg.norm(points - wrist, axis=1).max() for points in (open_, closed)]
    assert reach[1] < 0.75 * reach[0]


def test_eyes_turn_with_their_joints() -> None:
    body = a_body()
    figure = figure_of(body)
    eye = of_ink(figure, Ink.LEFT_EYE)
    assert (figure.joints[eye, 0] == JOINTS.index("LeftEye")).all()
    assert (figure.weights[eye, 0] == 1).all()
    looking = posed(body, {"LeftEye": (1, 30)})[eye]
    still = posed(body, {})[eye]
    assert np.abs(looking - still).max() > 0.005
    assert np.linalg.norm(looking.mean(axis=0) - still.mean(axis=0)) < 0.01


def test_nothing_of_the_face_moves_what_is_below_the_neck() -> None:
    figure = figure_of(a_body())
    for shape in Shape:
        if shape not in (Shape.LEFT_GRIP, Shape.RIGHT_GRIP):
            assert np.abs(figure.morphs[shape][figure.mesh.points[:, 1] < 1.42]).max() == 0


def test_an_old_bald_head_keeps_a_wreath_of_hair_and_a_young_one_does_not() -> None:
    old, young = (figure_of(a_body(age=age, hair_style="bald")) for age in (70, 25))
    assert Ink.HAIR in old.mesh.parts
    assert Ink.HAIR not in young.mesh.parts


def test_build_widens_the_body() -> None:
    slight, heavy = (
        np.ptp(f.mesh.points[of_ink(f, Ink.BOTTOM), 0])
        for f in (figure_of(a_body(build=build)) for build in (0.8, 1.2))
    )
    assert heavy > slight * 1.1


def test_a_mannequin_is_grey_and_has_no_face() -> None:
    body = a_body()
    figure = figure_mesh(body, rest_offsets(body), style="mannequin")
    assert_sound(figure.mesh)
    assert np.ptp(figure.mesh.colours, axis=1).max() < 0.02
    head = of_ink(figure, Ink.HEAD)
    assert np.abs(figure.morphs[:, head]).max() == 0
    assert not {Ink.LEFT_EYE, Ink.HAIR} & set(figure.mesh.parts.tolist())
    np.testing.assert_array_equal(figure.rest_from_joints, figure_of(body).rest_from_joints)
