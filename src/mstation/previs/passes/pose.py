"""How people stand in the picture, as pose models read it: OpenPose's 18 points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Camera
from mstation.previs.passes.geometry import Geometry, Places, draw, geometry_of
from mstation.previs.passes.order import Delivery, Json, Order
from mstation.previs.passes.sight import Sight, spot_of
from mstation.previs.passes.skeleton import POINTS, skeleton_picture
from mstation.previs.passes.video import write_exact_video
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS, Motion

# How sure a detector would be, by what is in the way; nought: the point is left out.
CONFIDENCE = {Sight.CLEAR: 1.0, Sight.BEHIND_ITSELF: 0.5, Sight.HIDDEN: 0.25, Sight.OFF: 0.0}
_FACE = ("Nose", "REye", "LEye", "REar", "LEar")
_JOINT_OF = {
    "RSho": "RightShoulder", "RElb": "RightElbow", "RWri": "RightWrist",
    "LSho": "LeftShoulder", "LElb": "LeftElbow", "LWri": "LeftWrist",
    "RHip": "RightHip", "RKne": "RightKnee", "RAnk": "RightAnkle",
    "LHip": "LeftHip", "LKne": "LeftKnee", "LAnk": "LeftAnkle",
    "REye": "RightEye", "LEye": "LeftEye",
}  # fmt: skip
# How deep under skin and cloth a point lies, in metres; skirts hang off hips and knees.
_WITHIN_M = {
    "Neck": 0.15, "RHip": 0.22, "LHip": 0.22, "RKne": 0.16, "LKne": 0.16,
    "Nose": 0.05, "REye": 0.05, "LEye": 0.05, "REar": 0.09, "LEar": 0.09,
}  # fmt: skip
_BODY_WITHIN_M = 0.12
# From the middle of the eyes: right, up, back, in distances from eye to eye.
# Means over the figures of `previs/people`, which differ by less than 0.2.
_NOSE = (0.0, -0.5, -0.65)
_EAR = (1.2, -0.2, 1.15)


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person of a frame.

    points  # (18, 3): x and y in pixels, confidence; noughts where a point is left out
    """

    name: str
    points: NDArray[np.float64]


def pose_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's poses: `pose.json`, a list of OpenPose frames, and `pose.mp4`, lossless."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    files = {name: order.folder / name for name in ("pose.mp4", "pose.json")}
    skeletons = keypoints_in_world(take)
    told: list[Json] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for frame in range(geometry.frames):
            people = people_of_frame(geometry, frame, skeletons)
            told.append(_told(people, order))
            size = order.width, order.height
            yield skeleton_picture([person.points for person in people], *size)

    write_exact_video(pictures(), files["pose.mp4"], order)
    text = ",\n".join(json.dumps(each, ensure_ascii=False) for each in told)
    files["pose.json"].write_text(f"[{text}]\n", encoding="utf-8")
    return Delivery(files)


def keypoints_in_world(take: Take) -> list[Places]:
    """Return (frames, 18, 3) for each of the cast, in the take's order: their points in metres."""
    ids = {body.character_id for body in take.sheet.bodies}
    return [_keypoints(motion) for motion in take.motions if motion.character_id in ids]


def _keypoints(motion: Motion) -> Places:
    world = motion.world_from_joints()
    at = {name: world[:, joint, :3, 3] for joint, name in enumerate(JOINTS)}
    points = {name: at[joint] for name, joint in _JOINT_OF.items()}
    points["Neck"] = (at["LeftShoulder"] + at["RightShoulder"]) / 2
    middle = (at["LeftEye"] + at["RightEye"]) / 2
    apart = np.linalg.norm(at["LeftEye"] - at["RightEye"], axis=-1)[:, None, None]
    turn = world[:, JOINTS.index("Head"), :3, :3] * apart
    right, up, back = _EAR
    points["Nose"] = middle + turn @ np.array(_NOSE)
    points["REar"] = middle + turn @ np.array([right, up, back])
    points["LEar"] = middle + turn @ np.array([-right, up, back])
    return np.stack([points[name] for name in POINTS], axis=1)


def people_of_frame(geometry: Geometry, frame: int, skeletons: list[Places]) -> list[Person]:
    """Return those of whom at least one point is in the picture, in the take's order."""
    camera = draw(geometry, frame)
    people = []
    for number, skeleton in enumerate(skeletons):
        if not geometry.picture.players[number].present[frame]:
            continue
        points = _seen(geometry, camera, skeleton[frame], number)
        if points[:, 2].any():
            people.append(Person(geometry.things[number].prim, points))
    return people


def _seen(geometry: Geometry, camera: Camera, skeleton: Places, number: int) -> NDArray[np.float64]:
    points = np.zeros((len(POINTS), 3))
    for index, name in enumerate(POINTS):
        within_m = _WITHIN_M.get(name, _BODY_WITHIN_M)
        spot = spot_of(geometry, camera, skeleton[index], number, within_m)
        confidence = CONFIDENCE[spot.sight]
        if name in _FACE and spot.sight is Sight.BEHIND_ITSELF:
            confidence = 0.0  # who shows no eyes is seen from behind: a model must read it so
        if confidence:
            points[index] = spot.x, spot.y, confidence
    return points


def _told(people: list[Person], order: Order) -> Json:
    """Return a frame as OpenPose writes it; hands and faces are not known point by point."""
    return {
        "version": 1.1,
        "canvas_width": order.width,
        "canvas_height": order.height,
        "people": [
            {
                "name": person.name,
                "pose_keypoints_2d": [round(float(n), 3) for n in person.points.ravel()],
                "face_keypoints_2d": [],
                "hand_left_keypoints_2d": [],
                "hand_right_keypoints_2d": [],
            }
            for person in people
        ],
    }
