"""A frame of a take in; its players posed, lit, their shadows cast, drawn over the set out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.beauty import face_light, flatter
from mstation.previs.canvas import CONTACT_RADII, Camera, Floats
from mstation.previs.light import survey_shadow
from mstation.previs.picture import Picture, Player
from mstation.previs.raster import (
    NEAR_M,
    draw,
    draw_shadow,
    face_normals,
    skin,
    to_light,
    to_picture,
)
from mstation.previs.shade import light_points
from mstation.stage.performance import JOINTS

Places = NDArray[np.float64]

HEAD = JOINTS.index("Head")
_EYES = [JOINTS.index("LeftEye"), JOINTS.index("RightEye")]
_WRAP = np.float32(0.25)  # how far lamps reach round a body


def pose(picture: Picture, frame: int) -> tuple[list[int], Floats, Floats]:
    """Put the players where they stand in a frame.

    Returns who is there, the spheres that dim the floor and, of each player who has them,
    the box they reach and which spheres are theirs.
    """
    surfaces = picture.surfaces
    here: list[int] = []
    spheres: list[Floats] = [np.zeros((0, 4), np.float32)]
    groups: list[list[float]] = []
    count = 0
    for number, (player, span) in enumerate(zip(picture.players, picture.spans, strict=True)):
        if not player.present[frame]:
            continue
        here.append(number)
        points = slice(span.first_point, span.end_point)
        figure = player.figure
        skin(
            figure.mesh.points,
            figure.mesh.normals,
            figure.joints,
            figure.weights,
            figure.morphs,
            picture.moved[number],
            player.face[frame],
            player.places[frame],
            picture.points[points],
            picture.point_normals[points],
        )
        face_normals(
            picture.points, surfaces.triangles, span.first_face, span.end_face, surfaces.normals
        )
        own = player.occluders[frame]
        if len(own):
            reach = own[:, 3:] * CONTACT_RADII
            low, high = (own[:, :3] - reach).min(axis=0), (own[:, :3] + reach).max(axis=0)
            groups.append([*low, *high, count, count + len(own)])
            spheres.append(own)
            count += len(own)
    return here, np.concatenate(spheres), np.array(groups, np.float32).reshape(-1, 8)


def light_players(picture: Picture, frame: int, here: list[int], eye: Floats) -> None:
    """Light the points of whoever is there in a frame, faces for the lens at `eye`."""
    scenery, surfaces = picture.scenery, picture.surfaces
    for number in here:
        player, span = picture.players[number], picture.spans[number]
        light_points(
            picture.points,
            picture.point_normals,
            span.first_point,
            span.end_point,
            scenery.light,
            scenery.volume,
            _WRAP,
            surfaces.soft,
        )
        if player.is_toon:
            beauty, head = picture.beauties[number], head_of(player, frame)
            flatter(
                picture.points,
                picture.point_normals,
                span.first_point,
                span.end_point,
                picture.face_shares[number],
                face_light(beauty, head, eye.astype(float), scenery.light, scenery.exposure),
                surfaces.soft,
            )


def head_of(player: Player, frame: int) -> Places:
    """Return the middle of a figure's face in a frame, (3,) metres: a little below its eyes."""
    rest = player.figure.rest_from_joints[:, :3, 3].astype(float)
    middle = 0.3 * rest[HEAD] + 0.7 * rest[_EYES].mean(axis=0)
    spot: Places = player.places[frame, HEAD].astype(float) @ np.append(middle, 1.0)
    return spot[:3]


def cast_moving_shadow(picture: Picture, here: list[int]) -> None:
    """Draw the players' shadows."""
    shadows, scenery, surfaces = picture.moving_shadow, picture.scenery, picture.surfaces
    shadows.clear()
    extent = np.zeros(4, np.float32)
    drawn: list[Floats] = []
    for number in here:
        span = picture.spans[number]
        points = slice(span.first_point, span.end_point)
        to_light(
            picture.points[points], shadows.light_from_world, picture.light_screen[points], extent
        )
        draw_shadow(
            picture.light_screen,
            surfaces.triangles,
            surfaces.normals,
            scenery.light.towards_sun,
            span.first_face,
            span.end_face,
            shadows.shadow.near,
            shadows.ids,
        )
        drawn.append(extent.copy())
    if drawn:
        reached = np.array(drawn)
        survey_shadow(shadows, reached[:, :2].min(axis=0), reached[:, 2:].max(axis=0))


def draw_players(picture: Picture, camera: Camera, here: list[int]) -> Places:
    """Draw the players over the set; returns (players, 4) left, right, top, bottom in pixels."""
    surfaces, canvas = picture.surfaces, picture.canvas
    height, width = canvas.ids.shape
    boxes = np.zeros((len(here), 4))
    extent = np.zeros(6, np.float32)
    for index, number in enumerate(here):
        span = picture.spans[number]
        points = slice(span.first_point, span.end_point)
        to_picture(
            picture.points[points],
            camera.project,
            surfaces.homogeneous[points],
            picture.screen[points],
            extent,
        )
        left, top, nearest, right, bottom, furthest = (float(edge) for edge in extent)
        if furthest <= NEAR_M:
            continue
        # What reaches behind the lens has no corners in the picture: it may be anywhere.
        is_across = nearest <= NEAR_M
        boxes[index] = (
            (0, width, 0, height) if is_across else (left - 3, right + 3, top - 3, bottom + 3)
        )
        draw(
            picture.points,
            surfaces.homogeneous,
            picture.screen,
            surfaces.triangles,
            surfaces.normals,
            camera.eye,
            span.first_face,
            span.end_face,
            canvas.depth,
            canvas.ids,
        )
    return boxes
