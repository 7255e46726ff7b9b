from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.previs.mesh import spans_of
from mstation.previs.painting import camera_of
from mstation.previs.raster import draw, face_normals, skin, to_picture
from mstation.space import look_at, sensor_for
from tests.previs.picture_set import figure

SIZE = (64, 36)


def drawn(points, triangles, eye, target, focal_mm=24.0):
    points = np.asarray(points, np.float32)
    triangles = np.asarray(triangles, np.int32)
    width, height = SIZE
    world_from_camera = look_at(np.array(eye, float), np.array(target, float))
    camera = camera_of(world_from_camera, focal_mm, sensor_for(*SIZE), *SIZE)
    homogeneous, screen = np.zeros_like(points), np.zeros_like(points)
    normals = np.zeros((len(triangles), 3), np.float32)
    depth, ids = np.zeros((height, width), np.float32), np.full((height, width), -1, np.int32)
    face_normals(points, triangles, 0, len(triangles), normals)
    to_picture(points, camera.project, homogeneous, screen, np.zeros(6, np.float32))
    draw(points, homogeneous, screen, triangles, normals, camera.eye, 0, len(triangles), depth, ids)
    return depth, ids


FLOOR = ([(-50, 0, 50), (50, 0, 50), (50, 0, -50), (-50, 0, -50)], [(0, 1, 2), (0, 2, 3)])


def test_a_floor_that_runs_under_the_camera_fills_the_picture_below_the_horizon():
    _, ids = drawn(*FLOOR, (0, 1.5, 0), (0, 1.5, -5))
    assert (ids[20:] >= 0).all()
    assert (ids[:17] < 0).all()


def test_nearness_is_one_over_the_metres_ahead():
    wall = ([(-9, -9, -4), (9, -9, -4), (9, 9, -4), (-9, 9, -4)], [(0, 1, 2), (0, 2, 3)])
    depth, ids = drawn(*wall, (0, 0, 0), (0, 0, -1))
    assert (ids >= 0).all()
    np.testing.assert_allclose(depth, 0.25, rtol=1e-4)


def test_a_wall_is_not_seen_from_behind():
    wall = ([(-9, -9, -4), (9, -9, -4), (9, 9, -4), (-9, 9, -4)], [(0, 2, 1), (0, 3, 2)])
    _, ids = drawn(*wall, (0, 0, 0), (0, 0, -1))
    assert (ids == -1).all()


def test_the_nearer_thing_hides_the_farther_whichever_comes_first():
    def wall(z):
        return [(-9, -9, z), (9, -9, z), (9, 9, z), (-9, 9, z)]

    faces = [(0, 1, 2), (0, 2, 3), (4, 5, 6), (4, 6, 7)]
    for points, front in ((wall(-2) + wall(-5), (0, 1)), (wall(-5) + wall(-2), (2, 3))):
        _, ids = drawn(points, faces, (0, 0, 0), (0, 0, -1))
        assert set(np.unique(ids)) <= set(front)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)), min_size=1, max_size=1),
    st.floats(0.3, 40.0),
    st.floats(-1.4, 1.4),
)
def test_no_background_shines_through_the_seams_of_a_fan(middle, distance, roll):
    """A square cut into triangles about any inner point has no holes and no double pixels."""
    angles = np.arange(16) / 16 * 2 * np.pi + roll
    ring = [(200 * np.cos(a), 200 * np.sin(a), -distance) for a in angles]
    points = [*ring, (middle[0][0] * distance, middle[0][1] * distance, -distance)]
    faces = [(i, (i + 1) % 16, 16) for i in range(16)]
    _, ids = drawn(points, faces, (0, 0, 0), (0, 0, -1))
    assert (ids >= 0).all()


def test_a_figure_at_rest_stays_at_rest():
    made = figure((0.5, 0.5, 0.5))
    points, normals = np.zeros_like(made.mesh.points), np.zeros_like(made.mesh.normals)
    rest = np.tile(np.eye(4, dtype=np.float32)[:3], (22, 1, 1))
    skin(
        made.mesh.points,
        made.mesh.normals,
        made.joints,
        made.weights,
        made.morphs,
        spans_of(made.morphs),
        np.zeros(4, np.float32),
        rest,
        points,
        normals,
    )
    np.testing.assert_allclose(points, made.mesh.points, atol=1e-6)
    np.testing.assert_allclose(normals, made.mesh.normals, atol=1e-5)


def test_the_face_opens_with_its_curve():
    made = figure((0.5, 0.5, 0.5))
    morphs = np.zeros((2, len(made.mesh.points), 3), np.float32)
    morphs[1, :, 1] = -0.02
    points, normals = np.zeros_like(made.mesh.points), np.zeros_like(made.mesh.normals)
    rest = np.tile(np.eye(4, dtype=np.float32)[:3], (22, 1, 1))
    skin(
        made.mesh.points,
        made.mesh.normals,
        made.joints,
        made.weights,
        morphs,
        spans_of(morphs),
        np.array([0.0, 0.5], np.float32),
        rest,
        points,
        normals,
    )
    np.testing.assert_allclose(points[:, 1], made.mesh.points[:, 1] - 0.01, atol=1e-6)
