import numpy as np
import pytest

from mstation.previs.passes.camera import camera_pass
from mstation.previs.passes.depth import (
    NOTHING_M,
    depth_pass,
    near_and_far,
    picture_of_depth,
    picture_of_frame,
)
from mstation.previs.passes.geometry import draw, geometry_of
from mstation.previs.passes.motion import motion_pass
from mstation.previs.passes.surface import metres_ahead
from mstation.space import project
from tests.previs.passes.reading import camera, exr, lifted, pictures, seen_at
from tests.previs.passes.shown import (
    EYE,
    HEIGHT,
    LENS_MM,
    WIDTH,
    moving,
    open_air,
    order,
    person,
    room,
    still,
    take,
)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory):
    """A camera that travels through a room where somebody stands: every frame, as written."""
    folder = tmp_path_factory.mktemp("travelled")
    cameras = moving(np.array(EYE), np.array([0.7, 1.6, 2.2]), 4)
    shown = take(cameras, person("MARA", 4, at=(0.0, -0.4)))
    for of in (depth_pass, motion_pass, camera_pass):
        of(room(), shown, order(folder, exr="every"))
    return folder, shown


def _metres(folder, frame: int) -> np.ndarray:
    return exr(folder / "depth" / f"depth.{frame:04d}.exr")[1]["Z"].astype(float)


def test_depth_through_the_cameras_path_lands_where_the_motion_vectors_say(travelled):
    folder, _ = travelled
    poses, lens = camera(folder)
    rows, columns = np.indices((HEIGHT, WIDTH))
    for frame in range(3):
        places = lifted(_metres(folder, frame), poses[frame], lens[frame])
        landed = seen_at(places, poses[frame + 1], lens[frame + 1])
        _, moved = exr(folder / "motion" / f"motion.{frame:04d}.exr")
        off = np.hypot(landed[..., 0] - columns - 0.5 - moved["u"],
                       landed[..., 1] - rows - 0.5 - moved["v"])  # fmt: skip
        assert np.hypot(moved["u"], moved["v"]).max() > 1.5
        assert off.max() < 0.1


def test_depth_through_the_cameras_path_lands_within_half_a_pixel(travelled):
    """From a frame to another three later, and back by the depth that is found there."""
    folder, _ = travelled
    poses, lens = camera(folder)
    first, other = _metres(folder, 0), _metres(folder, 3)
    landed = seen_at(lifted(first, poses[0], lens[0]), poses[3], lens[3])
    rows, columns = np.nonzero(
        (landed[..., 0] > 0.5)
        & (landed[..., 0] < WIDTH - 0.5)
        & (landed[..., 1] > 0.5)
        & (landed[..., 1] < HEIGHT - 0.5)
    )
    x, y, z = landed[rows, columns].T
    found, is_one_surface = _between(other, x, y)
    places = np.stack([(x - lens[3, 2]) / lens[3, 0], (y - lens[3, 3]) / lens[3, 1]])
    camera_points = np.stack([*(places * found), found], axis=-1)
    back = seen_at(camera_points @ poses[3, :3, :3].T + poses[3, :3, 3], poses[0], lens[0])
    off = np.hypot(back[:, 0] - columns - 0.5, back[:, 1] - rows - 0.5)
    is_hidden = found < z - 0.05  # behind something that the other camera sees
    kept = is_one_surface & ~is_hidden
    assert len(x) > 0.6 * first.size
    assert is_hidden.mean() < 0.12
    assert kept.mean() > 0.7
    assert off[kept].max() < 0.5


def _between(metres: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the depth between four middles of pixels, and whether they show one surface.

    One over metres is linear across the picture of a plane.
    """
    left, top = np.floor(x - 0.5).astype(int), np.floor(y - 0.5).astype(int)
    right, down = x - 0.5 - left, y - 0.5 - top
    corners = np.stack([1 / metres[top + j, left + i] for j in (0, 1) for i in (0, 1)])
    shares = np.stack([(1 - down) * (1 - right), (1 - down) * right, down * (1 - right),
                       down * right])  # fmt: skip
    is_one_surface = corners.max(axis=0) < 1.03 * corners.min(axis=0)
    return 1 / (corners * shares).sum(axis=0), is_one_surface


def test_metres_are_one_over_the_renderers_nearness():
    shown = take(still(1), person("MARA", 1, at=(0.0, -0.4)))
    geometry = geometry_of(room(), shown, width=WIDTH, height=HEIGHT)
    draw(geometry, 0)
    metres = metres_ahead(geometry, nothing=NOTHING_M)
    ratio = metres * geometry.depth
    assert np.abs(ratio - 1).max() < 1e-3


def test_points_through_the_written_text_land_where_the_renderer_sees_them(travelled):
    """Read as the readers of RealEstate10K do: entries 1 to 4, and 7 on."""
    folder, shown = travelled
    lines = (folder / "camera.txt").read_text(encoding="ascii").splitlines()[1:]
    assert len(lines) == 4
    points = np.random.default_rng(1).uniform((-1.5, 0.0, -2.0), (1.5, 2.2, 0.5), (200, 3))
    for frame, line in enumerate(lines):
        entry = [float(number) for number in line.split()]
        fx, fy, cx, cy = entry[1:5]
        camera_from_world = np.array(entry[7:]).reshape(3, 4)
        seen = points @ camera_from_world[:, :3].T + camera_from_world[:, 3]
        x = (fx * seen[:, 0] / seen[:, 2] + cx) * WIDTH
        y = (fy * seen[:, 1] / seen[:, 2] + cy) * HEIGHT
        truth = project(points, shown.world_from_camera[frame], LENS_MM, shown.sheet.sensor)
        assert truth[:, 2].min() > 0.3
        assert np.abs(x - truth[:, 0] * WIDTH).max() < 0.01
        assert np.abs(y - truth[:, 1] * HEIGHT).max() < 0.01
    assert [line.split()[0] for line in lines] == ["0", "41667", "83333", "125000"]


def test_nearer_is_whiter():
    nearness = 1 / np.array([[0.5, 1.0, 2.0, 3.0, 5.0, 9.9, 20.0]], np.float32)
    grey = picture_of_depth(nearness, 1.0, 10.0)[0].astype(int)
    assert list(grey[[0, 1, 6]]) == [255, 255, 0]
    assert (np.diff(grey) <= 0).all()
    assert grey[2] == round(255 * (1 / 2 - 1 / 10) / (1 - 1 / 10))
    own = picture_of_frame(np.array([[0.0, 0.1, 0.4]], np.float32))[0]
    assert list(own) == [0, 64, 255]


def test_near_and_far_leave_out_a_hundredth_of_the_shot_at_either_end():
    shown = take(still(2), person("MARA", 2, at=(0.0, -0.4)))
    geometry = geometry_of(room(), shown, width=WIDTH, height=HEIGHT)
    near_m, far_m = near_and_far(geometry)
    draw(geometry, 0)
    metres = 1 / geometry.depth[geometry.depth > 0]
    low, high = np.percentile(metres, (1, 99))
    assert near_m == pytest.approx(low, rel=0.02)
    assert far_m == pytest.approx(high, rel=0.02)


def test_the_sky_is_black_and_infinitely_far(tmp_path):
    shown = take(still(2, (0.0, 1.2, 6.0)))
    delivery = depth_pass(open_air(), shown, order(tmp_path))
    z = _metres(tmp_path, 0)
    grey = pictures(delivery.files["depth.mp4"])[0].astype(int)
    assert (z == NOTHING_M).mean() > 0.02
    assert grey[z == NOTHING_M].max() < 12
    assert grey[z < delivery.facts["near_m"] * 1.02].min() > 240


def test_by_frame_each_frame_reaches_white(tmp_path):
    cameras = moving(np.array([0.3, 1.5, 0.6]), np.array([0.3, 1.5, 2.6]), 2)
    shown = take(cameras, person("MARA", 2, at=(0.0, -0.4)))
    delivery = depth_pass(room(), shown, order(tmp_path, norm="frame"))
    assert delivery.facts["norm"] == "frame"
    assert all(one.max() > 250 for one in pictures(delivery.files["depth.mp4"]))
    by_shot = depth_pass(room(), shown, order(tmp_path / "shot"))
    last = pictures(by_shot.files["depth.mp4"])[1]
    assert last.max() < 200
