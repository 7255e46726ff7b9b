"""A take in, how its faces are to be lit out: as a gaffer goes round with a light meter.

A few frames are exposed small, and only around the faces, as the set lights them. Light adds up:
with what the face light alone would bring, that tells what any strength of it would show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.previs.beauty import PLAIN, Beauty, face_light, flatter
from mstation.previs.canvas import TILE_ROWS, TILE_WIDTH, Bools, Camera, Ints, scratch
from mstation.previs.light import toned
from mstation.previs.painting import all_tiles, camera_of, draw_set, expose
from mstation.previs.picture import Picture, Player, canvas_of
from mstation.previs.posing import (
    HEAD,
    cast_moving_shadow,
    draw_players,
    head_of,
    light_players,
    pose,
)
from mstation.shots.shot import Take

Values = NDArray[np.float64]

_ROWS = 144  # of the small pictures
# Of a take: the frames that are metered, and those of a short one.
_SHARES, _FEW_SHARES, _SHORT_FRAMES = (0.08, 0.36, 0.64, 0.92), (0.2, 0.8), 72
_HEAD_M = 0.12  # half the height of a head
_MIDDLE = 0.5  # half heads around the middle of a face that count most
_RING = (1.45, 2.4)  # half heads from its middle: what a head is seen against
_FEWEST = 8  # pixels that make a face
_CLOSE = 0.085  # half a head's share of the picture's height from which a face must stand out
# Shares of full luma: where a face may lie, and by how much it differs from what is round it.
_CLOSE_RANGE, _FAR_RANGE, _APART = (0.39, 0.71), (0.26, 0.72), 0.14
_FACES = np.concatenate([[0.0], np.geomspace(0.02, 6.0, 60)])
_NETS = (1.0, 0.88, 0.76, 0.64, 0.52, 0.4)
_LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True)
class _Reading:
    """One face in one frame, in exposed linear light."""

    plain: float  # as the set lights it
    lit: float  # with the face light at full strength
    ring: float  # what surrounds it, as a share of full luma
    is_close: bool
    best: float  # the share of full luma at which this skin looks best


def camera_at(take: Take, frame: int, width: int, height: int) -> Camera:
    """Return the lens of a frame as the loops read it."""
    focal = float(take.focal_length_mm[frame])
    return camera_of(take.world_from_camera[frame], focal, take.sheet.sensor, width, height)


def metered(picture: Picture, take: Take) -> Picture:
    """Return the picture with every figure's face lit to be read."""
    figures = [number for number, player in enumerate(picture.players) if player.is_toon]
    readings: dict[int, list[_Reading]] = {number: [] for number in figures}
    count = len(take.focal_length_mm)
    faces = {number: _face_of(picture, number) for number in figures}
    small = _small(picture)
    shares = _FEW_SHARES if count < _SHORT_FRAMES else _SHARES
    for frame in sorted({round(share * (count - 1)) for share in shares}):
        for number, reading in _read(small, take, frame, faces):
            readings[number].append(reading)
    beauties = list(picture.beauties)
    for number, found in readings.items():
        beauties[number] = _solved(found) if found else PLAIN
    return _flattered(picture, tuple(beauties))


def _small(picture: Picture) -> Picture:
    _, height, width = picture.canvas.final.shape
    rows = min(_ROWS, height)
    columns = max(2, round(rows * width / height))
    return replace(picture, canvas=canvas_of(columns, rows), room=scratch(columns, rows))


def _flattered(picture: Picture, beauties: tuple[Beauty, ...]) -> Picture:
    colours = picture.surfaces.colours.copy()
    for number, beauty in enumerate(beauties):
        if beauty.net < 1:
            span = picture.spans[number]
            heads = span.first_face + np.flatnonzero(_on_head(picture.players[number]))
            colours[heads] *= np.float32(beauty.net)
    surfaces = picture.surfaces._replace(colours=colours)
    return replace(picture, beauties=beauties, surfaces=surfaces)


def _on_head(player: Player) -> Bools:
    """(triangles,) whether a triangle moves with the head."""
    figure = player.figure
    strongest = np.take_along_axis(
        figure.joints, figure.weights.argmax(axis=1)[:, None], axis=1
    ).ravel()
    is_head: Bools = (strongest[figure.mesh.triangles] == HEAD).all(axis=1)
    return is_head


def _face_of(picture: Picture, number: int) -> Bools:
    """(triangles of the picture,) whether a triangle is of a figure's face, brow to chin."""
    player, span = picture.players[number], picture.spans[number]
    figure = player.figure
    on_head = np.flatnonzero(_on_head(player))
    corners = figure.mesh.triangles[on_head]
    heights = figure.mesh.points[:, 1][corners].mean(axis=1)
    ahead = figure.mesh.normals[:, 2][corners].mean(axis=1)
    eyes = figure.rest_from_joints[HEAD + 2 : HEAD + 4, 1, 3].mean()
    is_face = (ahead < -0.25) & (heights < eyes + 0.045) & (heights > eyes - 0.11)
    whole = np.zeros(len(picture.surfaces.triangles), np.bool_)
    whole[span.first_face + on_head[is_face]] = True
    return whole


def _read(
    small: Picture, take: Take, frame: int, faces: dict[int, Bools]
) -> list[tuple[int, _Reading]]:
    """Return the readings of the faces that a frame shows."""
    _, height, width = small.canvas.final.shape
    camera = camera_at(take, frame, width, height)
    here, occluders, groups = pose(small, frame)
    draw_set(small, camera)
    draw_players(small, camera, here)
    seen = {
        number: mask for number in faces if (mask := _seen(small, faces[number])).sum() >= _FEWEST
    }
    if not seen:
        return []
    around = {number: _around(small, camera, number, frame) for number in seen}
    light_players(small, frame, here, camera.eye)
    cast_moving_shadow(small, here)
    tiles = all_tiles(small, marked=False)
    for number, mask in seen.items():
        rows, columns = np.nonzero(mask | around[number][1])
        tiles[rows // TILE_ROWS, columns // TILE_WIDTH] = True
    expose(small, camera, tiles, occluders, groups)
    luma = np.tensordot(_LUMA, small.canvas.raw / 255.0, axes=1)
    readings = []
    for number, mask in seen.items():
        middle, ring, half = around[number]
        if (mask & middle).sum() >= _FEWEST:
            mask &= middle
        behind = float(np.median(luma[ring])) if ring.sum() >= _FEWEST else 0.0
        light = np.interp(luma[mask], _SHOWN, _LIGHTS)
        lit = light + _brought(small, number, frame, camera, small.canvas.ids[mask])
        is_close, best = half > _CLOSE * height, _best(small, faces[number])
        reading = _Reading(float(np.median(light)), float(np.median(lit)), behind, is_close, best)
        readings.append((number, reading))
    return readings


def _brought(small: Picture, number: int, frame: int, camera: Camera, triangles: Ints) -> Values:
    """(triangles,) exposed linear light that a figure's face light brings at full strength."""
    scenery, span, surfaces = small.scenery, small.spans[number], small.surfaces
    head = head_of(small.players[number], frame)
    eye, exposure = camera.eye.astype(float), scenery.exposure
    lights = face_light(Beauty(face=1.0), head, eye, scenery.light, exposure)
    lights[12:] = 0.0  # no rim: it is there at every strength
    soft = np.zeros_like(surfaces.soft)
    flatter(
        small.points,
        small.point_normals,
        span.first_point,
        span.end_point,
        small.face_shares[number],
        lights,
        soft,
    )
    light = soft[surfaces.triangles[triangles], :3].mean(axis=1) * surfaces.colours[triangles]
    brought: Values = exposure * (light.astype(float) @ _LUMA)
    return brought


def _best(small: Picture, triangles: Bools) -> float:
    """Return where a face of this skin is best placed: dark skin darker than light skin."""
    albedo = float(np.median(small.surfaces.colours[triangles] @ _LUMA))
    return float(0.38 + 0.26 * np.sqrt(albedo))


def _seen(small: Picture, triangles: Bools) -> Bools:
    """(rows, columns) where one of these triangles is seen."""
    ids = small.canvas.ids
    return np.asarray(triangles[ids] & (ids >= 0))


def _around(small: Picture, camera: Camera, number: int, frame: int) -> tuple[Bools, Bools, float]:
    """Return where a face's middle lies, what is around the head, and half a head in pixels.

    Below the head are its owner's own shoulders: they are not counted.
    """
    x, y, w = camera.project.astype(float) @ np.append(head_of(small.players[number], frame), 1.0)
    half = _HEAD_M / max(w, 0.1) / float(np.linalg.norm(camera.ray_y))
    rows = np.arange(small.canvas.ids.shape[0])[:, None] + 0.5
    columns = np.arange(small.canvas.ids.shape[1])[None] + 0.5
    away = ((columns - x / w) ** 2 + (rows - y / w) ** 2) / half**2
    ring = (away > _RING[0] ** 2) & (away < _RING[1] ** 2) & (rows < y / w + 0.5 * half)
    return away < _MIDDLE**2, ring, half


_LIGHTS = np.geomspace(1e-4, 16.0, 2048)
_SHOWN = toned(_LIGHTS)


def _solved(readings: list[_Reading]) -> Beauty:
    """Return the light for a figure that all its readings like best."""
    best, least = PLAIN, np.inf
    for net in _NETS:
        price = sum((_price(reading, net) for reading in readings), np.zeros(len(_FACES)))
        index = int(np.argmin(price))
        if price[index] < least - 1e-9:
            best, least = Beauty(float(_FACES[index]), net), float(price[index])
    return best


def _price(reading: _Reading, net: float) -> Values:
    """(strengths,) what is wrong with a face at each strength of its light."""
    light = net * (reading.plain + _FACES * max(reading.lit - reading.plain, 0.0))
    luma = toned(light)
    low, high = _CLOSE_RANGE if reading.is_close else _FAR_RANGE
    price = 8 * (np.maximum(low - luma, 0) + np.maximum(luma - high, 0))
    if reading.is_close:
        price += 8 * np.maximum(_APART - np.abs(luma - reading.ring), 0)
    price += 0.5 * np.abs(luma - reading.best)
    return price + 0.2 * np.abs(luma - toned(np.array(reading.plain))) + 0.05 * (1 - net)
