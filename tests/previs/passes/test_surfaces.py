import numpy as np

from mstation.previs.passes.geometry import CAST, draw, geometry_of
from mstation.previs.passes.lines import lines_of_frame, lines_pass
from mstation.previs.passes.normals import normals_pass, picture_of_normals
from mstation.previs.passes.surface import normals_to_camera
from tests.previs.passes.reading import exr, pictures
from tests.previs.passes.shown import (
    HEIGHT,
    LENS_MM,
    WIDTH,
    open_air,
    order,
    panning,
    person,
    room,
    still,
    take,
)


def _drawn(layout, shown):
    geometry = geometry_of(layout, shown, width=WIDTH, height=HEIGHT)
    draw(geometry, 0)
    return geometry


def test_normals_are_unit_and_face_the_camera():
    geometry = _drawn(room(), take(still(1), person("MARA", 1, at=(0.0, -0.4))))
    normals = normals_to_camera(geometry, 0)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1.0, atol=1e-4)
    is_flat = ~geometry.smooth[geometry.ids]
    assert is_flat.mean() > 0.3
    rows, columns = np.indices((HEIGHT, WIDTH))
    focal = LENS_MM / geometry.take.sheet.sensor.width_mm * WIDTH
    back = np.stack(
        [WIDTH / 2 - columns - 0.5, rows + 0.5 - HEIGHT / 2, np.full(rows.shape, focal)], axis=-1
    )
    towards_eye = (normals * back).sum(axis=-1)
    assert (towards_eye[is_flat] > -1e-3).all()
    assert (towards_eye > 0).mean() > 0.98  # a round body's may lean over its outline


def test_a_level_camera_sees_the_floor_face_up_and_the_wall_ahead_face_it():
    geometry = _drawn(room(), take(panning(1, 0.0)))
    normals = normals_to_camera(geometry, 0)
    assert np.abs(normals - (0.0, 1.0, 0.0)).max(axis=-1).min() < 1e-5
    assert np.abs(normals - (0.0, 0.0, 1.0)).max(axis=-1).min() < 1e-5


def test_models_read_red_as_left_green_as_up_blue_as_facing():
    ways = np.array([[[-1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]], np.float32)
    left, right, up, facing, nothing = picture_of_normals(ways)[0]
    assert list(left) == [255, 128, 128]
    assert list(right) == [0, 128, 128]
    assert list(up) == [128, 255, 128]
    assert list(facing) == list(nothing) == [128, 128, 255]


def test_the_normals_video_shows_the_normals_file(tmp_path):
    delivery = normals_pass(room(), take(still(1)), order(tmp_path))
    _, channels = exr(delivery.files["normals/normals.0000.exr"])
    stored = np.stack([channels[f"N.{axis}"].astype(np.float32) for axis in "XYZ"], axis=-1)
    shown = pictures(delivery.files["normals.mp4"])[0].astype(int)
    assert channels["N.X"].dtype == np.float16
    # Colours are kept for every second pixel, so narrow mouldings lose some of theirs.
    assert np.abs(shown - picture_of_normals(stored)).mean() < 6.0


def test_every_outline_of_somebody_is_a_line():
    geometry = _drawn(room(), take(still(1), person("MARA", 1, at=(0.0, -0.4))))
    is_somebody = (geometry.seen >= 0) & (geometry.seen < 1)
    assert geometry.things[0].kind == CAST
    across = is_somebody[:, :-1] != is_somebody[:, 1:]
    lines = lines_of_frame(geometry, 0)
    marked = np.maximum(lines[:, :-1], lines[:, 1:])
    assert across.sum() > 60
    assert (marked[across] > 0).all()


def test_plain_surfaces_have_no_lines_and_corners_have():
    geometry = _drawn(room(), take(panning(1, 0.0)))
    normals, seen, parts = normals_to_camera(geometry, 0), geometry.seen, geometry.parts
    lines = lines_of_frame(geometry, 0)
    solids = parts[geometry.ids]
    same = np.ones((HEIGHT, WIDTH), bool)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            shift = (down, right)
            same &= np.roll(solids, shift, (0, 1)) == solids
            same &= (np.roll(normals, shift, (0, 1)) * normals).sum(axis=-1) > 0.999
    same[[0, -1]] = same[:, [0, -1]] = False
    assert same.mean() > 0.4
    assert (lines[same] > 0).mean() < 0.01
    alike = (normals[:, 1:] * normals[:, :-1]).sum(axis=-1)
    folds = (alike < 0.5) & (seen[:, 1:] == seen[:, :-1])
    folds[:, 1:-1] &= (alike[:, :-2] > 0.999) & (alike[:, 2:] > 0.999)  # no moulding of a pixel
    assert folds.sum() > 20
    assert (np.maximum(lines[:, 1:], lines[:, :-1])[folds] > 0).mean() > 0.95


def test_a_change_of_paint_between_flush_solids_is_a_line():
    geometry = _drawn(room(), take(panning(1, 0.0)))
    normals, solids = normals_to_camera(geometry, 0), geometry.parts[geometry.ids]
    paint = np.sqrt(geometry.picture.surfaces.colours[geometry.ids])
    flush = (normals[:, 1:] * normals[:, :-1]).sum(axis=-1) > 0.999
    flush &= np.abs(1 - geometry.depth[:, 1:] / geometry.depth[:, :-1]) < 0.02
    flush &= geometry.seen[:, 1:] == geometry.seen[:, :-1]
    flush &= solids[:, 1:] != solids[:, :-1]
    painted = flush & (np.abs(paint[:, 1:] - paint[:, :-1]).max(axis=-1) > 0.15)
    lines = lines_of_frame(geometry, 0)
    assert painted.sum() > 10
    assert (np.maximum(lines[:, 1:], lines[:, :-1])[painted] > 0).all()


def test_lines_are_white_on_black_for_models_and_black_on_white_for_people(tmp_path):
    shown = take(still(2, (0.0, 1.2, 6.0)), person("MARA", 2, at=(0.0, 3.0)))
    delivery = lines_pass(open_air(), shown, order(tmp_path))
    for white, paper in zip(
        pictures(delivery.files["lines.mp4"]),
        pictures(delivery.files["lines-paper.mp4"]),
        strict=True,
    ):
        assert 0.01 < (white > 0).mean() < 0.3
        assert white.max() == 255
        assert np.abs(255 - white.astype(int) - paper).mean() < 4
