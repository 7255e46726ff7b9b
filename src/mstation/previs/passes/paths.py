"""Where everybody and every prop goes in the picture, frame by frame."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from mstation.previs.passes.geometry import Geometry, Places, draw, geometry_of
from mstation.previs.passes.order import Delivery, Json, Order
from mstation.previs.passes.sight import Sight, spot_of
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS

_CHEST, _HEAD, _CROWN = (JOINTS.index(name) for name in ("Chest", "Head", "HeadTop"))
_BODY_WITHIN_M = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class _Tracked:
    """What is followed: a thing's number, what of it, where (frames, 3), how deep it lies."""

    thing: int
    of: str  # head, chest or middle
    places: Places
    within_m: float


def paths_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return the screen paths of a shot: `paths.json`."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    tracked = _tracked(geometry)
    told: list[list[Json]] = [[] for _ in tracked]
    for frame in range(geometry.frames):
        camera = draw(geometry, frame)
        for each, points in zip(tracked, told, strict=True):
            if not geometry.picture.players[each.thing].present[frame]:
                continue
            spot = spot_of(geometry, camera, each.places[frame], each.thing, each.within_m)
            if spot.is_ahead:
                is_seen = spot.sight is Sight.CLEAR
                at = {"x": round(spot.x, 2), "y": round(spot.y, 2), "visible": is_seen}
                points.append({"frame": frame, **at})
    paths = [
        {"name": geometry.things[each.thing].name, "of": each.of, "points": points}
        for each, points in zip(tracked, told, strict=True)
        if any(point["visible"] for point in points)
    ]
    document = {"schema": "mstation.screen_paths/1", "paths": paths}
    path = order.folder / "paths.json"
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    return Delivery({path.name: path})


def _tracked(geometry: Geometry) -> list[_Tracked]:
    """Return the head and the chest of everybody, and the middle of every prop."""
    take = geometry.take
    ids = {body.character_id for body in take.sheet.bodies}
    cast = [motion for motion in take.motions if motion.character_id in ids]
    tracked = []
    for number, motion in enumerate(cast):
        at = motion.world_from_joints()[..., :3, 3]
        head = (at[:, _HEAD] + at[:, _CROWN]) / 2
        tracked.append(_Tracked(number, "head", head, _BODY_WITHIN_M))
        tracked.append(_Tracked(number, "chest", at[:, _CHEST], _BODY_WITHIN_M))
    for number, player in list(enumerate(geometry.picture.players))[len(cast) :]:
        points = player.figure.mesh.points.astype(float)
        low, high = points.min(axis=0), points.max(axis=0)
        middle = np.append((low + high) / 2, 1.0)
        within_m = float(np.linalg.norm(high - low)) / 2
        places = player.places[:, 0].astype(float) @ middle
        tracked.append(_Tracked(number, "middle", places, within_m))
    return tracked
