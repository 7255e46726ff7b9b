"""Where everybody and every prop goes in the picture, frame by frame."""

from __future__ import annotations

import json

import numpy as np

from mstation.previs.passes.geometry import Geometry, Places, draw, geometry_of
from mstation.previs.passes.order import Delivery, Json, Order
from mstation.previs.passes.sight import Sight, spot_of
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS

_CHEST = JOINTS.index("Chest")
_CHEST_WITHIN_M = 0.25


def paths_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return the screen paths of a shot: `paths.json`."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    places = _places(geometry)
    told: list[list[Json]] = [[] for _ in places]
    for frame in range(geometry.frames):
        camera = draw(geometry, frame)
        for number, (place, within_m) in enumerate(places):
            if not geometry.picture.players[number].present[frame]:
                continue
            spot = spot_of(geometry, camera, place[frame], number, within_m)
            if spot.is_ahead:
                is_seen = spot.sight is Sight.CLEAR
                at = {"x": round(spot.x, 2), "y": round(spot.y, 2), "visible": is_seen}
                told[number].append({"frame": frame, **at})
    things = [
        {"name": geometry.things[number].name, "points": points}
        for number, points in enumerate(told)
        if any(point["visible"] for point in points)
    ]
    document = {"schema": "mstation.screen_paths/1", "things": things}
    path = order.folder / "paths.json"
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    return Delivery({path.name: path})


def _places(geometry: Geometry) -> list[tuple[Places, float]]:
    """Return (frames, 3) of every player, a person's chest, a prop's middle, and how deep it is."""
    take = geometry.take
    ids = {body.character_id for body in take.sheet.bodies}
    places: list[tuple[Places, float]] = [
        (motion.world_from_joints()[:, _CHEST, :3, 3], _CHEST_WITHIN_M)
        for motion in take.motions
        if motion.character_id in ids
    ]
    for player in geometry.picture.players[len(places) :]:
        points = player.figure.mesh.points.astype(float)
        low, high = points.min(axis=0), points.max(axis=0)
        middle = np.append((low + high) / 2, 1.0)
        deep_m = float(np.linalg.norm(high - low)) / 2
        places.append((player.places[:, 0].astype(float) @ middle, deep_m))
    return places
