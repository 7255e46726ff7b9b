"""Takes in, pictures out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mstation.previs.clay import moulded_light, moulded_person, moulded_set, moulded_thing
from mstation.previs.defocus import Lens
from mstation.previs.figures import figure_mesh
from mstation.previs.focus import Focus, focus_of, lens_at
from mstation.previs.glass import draw_glass, glazing_of, set_glass
from mstation.previs.look import TOON, Look
from mstation.previs.mesh import Mesh, SkinnedMesh, join
from mstation.previs.meter import camera_at, metered
from mstation.previs.painting import all_tiles, draw_set, keep_still, paint, touched_tiles
from mstation.previs.pencil import draw_page, sheet_of
from mstation.previs.picture import Picture, Player, picture_of
from mstation.previs.posing import cast_moving_shadow, draw_players, light_players, pose
from mstation.previs.props import prop_mesh, prop_transform
from mstation.previs.scenery import Scenery, scenery_of
from mstation.previs.sets import set_and_casters
from mstation.previs.slate import burn
from mstation.previs.tiles import restore_colours, restore_depth
from mstation.previs.video_planes import to_video
from mstation.previs.weather import draw_fall, fall_of
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS, Body, Motion, Prop

# Joint and radius (m, for a stature of 1.7) of the spheres that dim the floor under a body.
_BODY_SPHERES = (
    ("Hips", 0.17), ("Chest", 0.17), ("LeftKnee", 0.09), ("RightKnee", 0.09),
    ("LeftAnkle", 0.075), ("RightAnkle", 0.075), ("LeftToe", 0.06), ("RightToe", 0.06),
    ("LeftWrist", 0.06), ("RightWrist", 0.06),
)  # fmt: skip
_SEEN_M = 30.0
_HEADROOM_M = 4.0
_SETS, _DRESSED = 2, 24  # that are remembered: a scene's takes follow each other


class Renderer(Protocol):
    """Whatever draws a take: this module's `render_take`, or that of `gpu`."""

    def __call__(
        self, layout: Layout, take: Take, *, width: int, height: int, look: Look = TOON
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield every frame of a take: I420 of even sides, limited-range BT.709."""
        ...


def render_take(
    layout: Layout,
    take: Take,
    *,
    width: int,
    height: int,
    look: Look = TOON,
    keeps_set: bool = True,
) -> Iterator[NDArray[np.uint8]]:
    """Every frame of a take, as it goes to the encoder.

    Yields (height · 3 // 2, width) uint8: the planes Y, U and V of I420 one after the other,
    limited-range BT.709. Width and height are even. `keeps_set` lets a locked camera keep the
    empty set from frame to frame; the pictures are the same without it.
    """
    picture = metered(set_up(layout, take, width, height, look), take)
    for frame in paint_frames(picture, take, keeps_set=keeps_set):
        yield video_of(picture, take, frame)


def frame_of(
    layout: Layout, take: Take, frame: int, *, width: int, height: int, look: Look = TOON
) -> NDArray[np.uint8]:
    """One frame of a take, without its fades: (height, width, 3) sRGB, top row first."""
    picture = metered(set_up(layout, take, width, height, look), take)
    focus = focus_of(take) if picture.soft is not None else None
    _paint_whole(picture, take, frame, lens_at(focus, take, frame, width))
    return np.ascontiguousarray(np.moveaxis(shown(picture, take, frame), 0, -1))


def set_up(layout: Layout, take: Take, width: int, height: int, look: Look = TOON) -> Picture:
    """The canvas of a take with its set and its players, nothing painted yet."""
    if width % 2 or height % 2:
        raise ValueError("width and height must be even")
    picture = picture_of(
        _scenery(layout, _as_drawn(look)),
        players_of(take, look),
        frames_seen(take),
        width=width,
        height=height,
        look=look,
        is_shallow=look.depth_of_field and focus_of(take) is not None,
    )
    return _with_air_and_glass(picture, layout, take)


def _with_air_and_glass(picture: Picture, layout: Layout, take: Take) -> Picture:
    """Return the picture with what falls before the lens and what is of glass, where there is."""
    scenery, eyes = picture.scenery, take.world_from_camera[:, :3, 3]
    panes = set_glass(layout) if layout.lighting.falling else []
    shelter = join([scenery.mesh, *panes])
    style = picture.look.style
    fall = fall_of(layout, shelter, scenery.light, scenery.tone, eyes, style)
    glazing = None
    if style == "toon":
        moving = picture.players[len(picture.players) - len(take.sheet.props) :]
        props = [
            (prop, player.places[:, 0], player.present)
            for prop, player in zip(take.sheet.props, moving, strict=True)
        ]
        glazing = glazing_of(layout, props)
    if fall is None and glazing is None:
        return picture
    over = np.empty_like(picture.canvas.final)
    return replace(picture, fall=fall, glazing=glazing, over=over)


@lru_cache(maxsize=_SETS)
def _scenery(layout: Layout, look: Look) -> Scenery:
    """Return a set made ready, remembered by value: every take of a scene has the same."""
    low = np.array([layout.floor_min[0] - 0.5, -0.4, layout.floor_min[1] - 0.5])
    high = np.array([layout.floor_max[0] + 0.5, _HEADROOM_M, layout.floor_max[1] + 0.5])
    whole, casters, walls = set_and_casters(layout)
    lighting = moulded_light(layout.lighting, look)
    return scenery_of(moulded_set(whole, look), casters, lighting, low, high, walls=walls)


def _as_drawn(look: Look) -> Look:
    """Return as much of a look as changes what things look like in themselves."""
    return Look(look.style, look.figures)


def players_of(take: Take, look: Look = TOON) -> tuple[Player, ...]:
    """Everyone and everything that moves in a take, figures first."""
    bodies = {body.character_id: body for body in take.sheet.bodies}
    figures = [
        player_of(_figure_of(bodies[motion.character_id], motion, look), motion)
        for motion in take.motions
        if motion.character_id in bodies
    ]
    props = [_prop(prop, take, look) for prop in take.sheet.props]
    return (*figures, *props)


def _figure_of(body: Body, motion: Motion, look: Look) -> SkinnedMesh:
    offsets = np.asarray(motion.offsets, np.float32)
    return _dressed(body, offsets.tobytes(), _as_drawn(look))


@lru_cache(maxsize=_DRESSED)
def _dressed(body: Body, offset_bytes: bytes, look: Look) -> SkinnedMesh:
    """Return a body's figure as its style has it, remembered by value over a film's takes."""
    offsets = np.frombuffer(offset_bytes, np.float32).reshape(-1, 3)
    figure = figure_mesh(body, offsets, style=look.figures)
    return replace(figure, mesh=moulded_person(figure.mesh, look, body.top))


def player_of(figure: SkinnedMesh, motion: Motion) -> Player:
    """Return a figure that moves as its motion says."""
    world = motion.world_from_joints()
    places = world @ np.linalg.inv(figure.rest_from_joints.astype(float))
    size = float(figure.mesh.points[:, 1].max() - figure.mesh.points[:, 1].min()) / 1.7
    spheres = np.zeros((len(world), len(_BODY_SPHERES), 4), np.float32)
    for index, (joint, radius_m) in enumerate(_BODY_SPHERES):
        spheres[:, index, :3] = world[:, JOINTS.index(joint), :3, 3]
        spheres[:, index, 3] = radius_m * size
    return Player(
        figure,
        np.ascontiguousarray(places[..., :3, :], np.float32),
        np.ascontiguousarray(motion.face, np.float32),
        np.asarray(motion.present, np.bool_),
        spheres,
        is_toon=True,
    )


def _prop(prop: Prop, take: Take, look: Look) -> Player:
    mesh = moulded_thing(prop_mesh(prop, has_glass=look.style != "toon"), look)
    frames = len(take.focal_length_mm)
    places = np.zeros((frames, 1, 3, 4), np.float32)
    for frame in range(frames):
        places[frame, 0] = prop_transform(prop, take.motions, frame)[:3]
    present = np.ones(frames, np.bool_)
    if prop.end_frame > prop.first_frame:
        present[: max(0, prop.first_frame)] = False
        present[max(0, prop.end_frame) :] = False
    return Player(
        _rigid(mesh),
        places,
        np.zeros((frames, 0), np.float32),
        present,
        np.zeros((frames, 0, 4), np.float32),
        is_toon=False,
    )


def _rigid(mesh: Mesh) -> SkinnedMesh:
    count = len(mesh.points)
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1.0
    return SkinnedMesh(
        mesh,
        np.zeros((count, 4), np.int32),
        weights,
        np.eye(4, dtype=np.float32)[None],
        np.zeros((0, count, 3), np.float32),
    )


def frames_seen(take: Take) -> NDArray[np.float64]:
    """Places at the edge of what the lens sees during a take, and the lens itself."""
    sensor = take.sheet.sensor
    spots: list[NDArray[np.float64]] = []
    last = len(take.focal_length_mm) - 1
    for frame in sorted({0, last, *range(0, last, 12)}):
        world = take.world_from_camera[frame].astype(float)
        x = sensor.width_mm / 2 / float(take.focal_length_mm[frame])
        y = sensor.height_mm / 2 / float(take.focal_length_mm[frame])
        corners = np.array([[0, 0, 0], [x, y, -1], [-x, y, -1], [x, -y, -1], [-x, -y, -1]])
        spots.append(corners * _SEEN_M @ world[:3, :3].T + world[:3, 3])
    return np.concatenate(spots)


def paint_frames(picture: Picture, take: Take, *, keeps_set: bool = True) -> Iterator[int]:
    """Paint the frames of a take one by one; a locked camera keeps the empty set."""
    _, height, width = picture.canvas.final.shape
    count = len(take.focal_length_mm)
    focus = focus_of(take) if picture.soft is not None else None
    kept: int | None = None
    bounds = np.zeros(0, np.float32)
    last = all_tiles(picture, marked=False)
    for frame in range(count):
        if kept is not None and not _same_lens(take, kept, frame):
            kept = None
        stands = keeps_set and frame + 1 < count and _same_lens(take, frame, frame + 1)
        if kept is None and stands:
            lens = lens_at(focus, take, frame, width)
            bounds = keep_still(picture, camera_at(take, frame, width, height), lens)
            last = all_tiles(picture, marked=False)
            kept = frame
        if kept is None:
            _paint_whole(picture, take, frame, lens_at(focus, take, frame, width))
        else:
            last = _paint_touched(picture, take, frame, focus, bounds, last)
        yield frame


def _same_lens(take: Take, one: int, other: int) -> bool:
    return bool(
        take.focal_length_mm[one] == take.focal_length_mm[other]
        and np.array_equal(take.world_from_camera[one], take.world_from_camera[other])
    )


def _paint_whole(picture: Picture, take: Take, frame: int, lens: Lens) -> None:
    height, width = picture.canvas.ids.shape
    camera = camera_at(take, frame, width, height)
    here, occluders, groups = pose(picture, frame)
    light_players(picture, frame, here, camera.eye)
    cast_moving_shadow(picture, here)
    draw_set(picture, camera)
    draw_players(picture, camera, here)
    tiles = all_tiles(picture, marked=True)
    paint(picture, camera, lens, tiles, tiles, occluders, groups)


def _paint_touched(
    picture: Picture,
    take: Take,
    frame: int,
    focus: Focus | None,
    bounds: NDArray[np.float32],
    last: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Paint what differs from the empty set; returns which tiles that is."""
    height, width = picture.canvas.ids.shape
    camera = camera_at(take, frame, width, height)
    restore_depth(picture.canvas, picture.still, last)
    here, occluders, groups = pose(picture, frame)
    light_players(picture, frame, here, camera.eye)
    cast_moving_shadow(picture, here)
    boxes = draw_players(picture, camera, here)
    tiles = touched_tiles(picture, bounds, boxes, occluders)
    restore_colours(picture.canvas, picture.still, last & ~tiles)
    # A focus that moves leaves no blurred pixel as it was.
    stale = last if focus is None or focus.is_held else all_tiles(picture, marked=True)
    paint(picture, camera, lens_at(focus, take, frame, width), tiles, stale, occluders, groups)
    return tiles


def video_of(picture: Picture, take: Take, frame: int) -> NDArray[np.uint8]:
    """The painted frame as it goes to the encoder, faded as the take asks."""
    _, height, width = picture.canvas.final.shape
    buffer = np.empty(height * width * 3 // 2, np.uint8)
    size, quarter = height * width, height * width // 4
    to_video(
        shown(picture, take, frame),
        fade_of(take, frame),
        buffer[:size].reshape(height, width),
        buffer[size : size + quarter].reshape(height // 2, width // 2),
        buffer[size + quarter :].reshape(height // 2, width // 2),
    )
    return slated(buffer.reshape(height * 3 // 2, width), picture.look, take, frame)


def slated(planes: NDArray[np.uint8], look: Look, take: Take, frame: int) -> NDArray[np.uint8]:
    """The planes of a frame, (height · 3 // 2, width), with the slate that its look asks for."""
    if look.slate is None:
        return planes
    return burn(planes, look.slate, frame, float(take.focal_length_mm[frame]))


def shown(picture: Picture, take: Take, frame: int) -> NDArray[np.uint8]:
    """The painted frame (3, height, width) with what is before its surfaces, sRGB."""
    page = developed(picture)
    if picture.over is None:
        return page
    _, height, width = page.shape
    camera = camera_at(take, frame, width, height)
    np.copyto(picture.over, page)
    if picture.glazing is not None:
        draw_glass(picture.glazing, picture.canvas, camera, frame, picture.over)
    if picture.fall is not None:
        draw_fall(picture.fall, picture.canvas, camera, frame, picture.over)
    return picture.over


def developed(picture: Picture) -> NDArray[np.uint8]:
    """The painted frame (3, height, width) as its style shows it, sRGB; overwritten by the next."""
    if picture.look.style != "pencil":
        return picture.canvas.final
    _, height, width = picture.canvas.final.shape
    draw_page(picture.canvas.final, picture.canvas.ink, sheet_of(width, height), picture.page)
    return picture.page


def fade_of(take: Take, frame: int) -> int:
    """How bright a frame is, 0 (black) … 256."""
    left = len(take.focal_length_mm) - 1 - frame
    fade_in, fade_out = take.sheet.fade_in_frames, take.sheet.fade_out_frames
    shares = [frame / fade_in if fade_in else 1.0, left / fade_out if fade_out else 1.0, 1.0]
    return round(256 * min(shares))
