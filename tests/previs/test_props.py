from __future__ import annotations

import numpy as np
import pytest

from mstation.previs.props import BUILDERS, is_flat, kind_of, prop_mesh, prop_transform
from mstation.stage.performance import JOINTS, Body, Motion, Prop
from tests.previs.bodies import a_body, still_motion
from tests.previs.mesh_checks import assert_sound, same

SHEET = (0.15, 0.004, 0.21)


def prop(kind: str, size: tuple[float, float, float] = (0.2, 0.3, 0.1), **more: object) -> Prop:
    return Prop(kind, kind, (1.0, 0.8, -2.0), 0.4, size, "bt-1", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", sorted(BUILDERS))
@pytest.mark.parametrize("size", [(0.2, 0.3, 0.1), (0.15, 0.004, 0.21)])
def test_a_prop_is_sound_and_about_its_size(kind: str, size: tuple[float, float, float]) -> None:
    mesh = prop_mesh(prop(kind, size))
    assert_sound(mesh)
    if size[1] < 0.01 and kind not in ("letter", "note", "photo", "book", "map", "ticket"):
        return  # no umbrella is as flat as a sheet
    assert np.abs(mesh.points[:, [0, 2]]).max() <= 0.6 * max(size)
    assert mesh.points[:, 1].min() >= -0.12 * max(size)
    assert mesh.points[:, 1].max() <= size[1] + 0.5 * max(size)


def test_words_of_both_languages_find_their_kind_and_the_rest_is_a_parcel() -> None:
    assert kind_of(prop("手机")) == "phone"
    assert kind_of(prop("diary")) == "book"
    assert kind_of(prop("thing")) == "parcel"


def test_writing_is_on_top_of_what_lies_and_before_what_stands() -> None:
    letter = prop("letter", SHEET, writing="Show it to everyone.")
    assert is_flat(letter)
    plain, written = prop_mesh(prop("letter", SHEET)), prop_mesh(letter)
    assert len(written.triangles) > len(plain.triangles) + 100
    assert written.points[:, 1].max() > SHEET[1]
    sign = prop_mesh(prop("sign", (1.1, 0.42, 0.05), writing="三号站台"))
    assert sign.points[:, 2].min() < -0.025


def test_the_same_prop_gives_the_same_bytes() -> None:
    letter = prop("letter", SHEET, writing="茶 tea")
    assert same(prop_mesh(letter), prop_mesh(letter))


def held(
    kind: str, size: tuple[float, float, float], body: Body, motion: Motion, frame: int = 3
) -> np.ndarray:
    thing = prop(kind, size, holder_id=body.character_id, first_frame=2, end_frame=6)
    return prop_transform(thing, [motion], frame)


def test_a_prop_lies_where_it_was_put_until_it_is_taken() -> None:
    body = a_body()
    motion = still_motion(body, frames=8)
    lying = held("cup", (0.08, 0.1, 0.08), body, motion, frame=1)
    np.testing.assert_allclose(lying[:3, 3], [1.0, 0.8, -2.0], atol=1e-6)
    assert lying[0, 0] == pytest.approx(np.cos(0.4), abs=1e-6)
    taken = held("cup", (0.08, 0.1, 0.08), body, motion)
    wrist = motion.world_from_joints()[3, JOINTS.index("RightWrist"), :3, 3]
    assert np.linalg.norm(taken[:3, 3] - wrist) < 0.2
    put_down = held("cup", (0.08, 0.1, 0.08), body, motion, frame=6)
    np.testing.assert_allclose(put_down, lying)


@pytest.mark.parametrize("size", [SHEET, (0.15, 0.21, 0.004)])
def test_what_is_read_turns_its_face_to_the_eyes(size: tuple[float, float, float]) -> None:
    body = a_body()
    motion = still_motion(body, frames=8)
    transform = held("letter", size, body, motion).astype(float)
    joints = motion.world_from_joints()[3]
    eyes = (joints[JOINTS.index("LeftEye"), :3, 3] + joints[JOINTS.index("RightEye"), :3, 3]) / 2
    face = transform[:3, 1] if size == SHEET else -transform[:3, 2]
    way = eyes - transform[:3, 3]
    assert face @ way / np.linalg.norm(way) > 0.9
    # The lines run to the right for the holder, who faces −Z: the prop's +X is at the left.
    assert transform[0, 0] < -0.5


@pytest.mark.parametrize("kind", ["letter", "cup", "suitcase", "gun"])
def test_a_held_prop_is_turned_but_never_bent(kind: str) -> None:
    body = a_body()
    transform = held(kind, (0.2, 0.3, 0.1), body, still_motion(body, frames=8)).astype(float)
    rotation = transform[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-5)
    assert np.linalg.det(rotation) == pytest.approx(1, abs=1e-5)
