"""Films of one person and one camera, for every size, lens and aspect: level cameras by formula.

The lens is level and the figure upright, so the picture's height maps onto the body evenly: the
lower edge cuts where the reference sheet says, and the crown stands where it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mstation.check.film import Film, Person, Scene, Shot, Thing
from mstation.space import Array, Sensor, look_at, sensor_for
from tests.check import film_of

WIDE, SCOPE, UPRIGHT = sensor_for(1920, 1080), sensor_for(2390, 1000), sensor_for(1080, 1920)
LENGTH = 72
# size: the height on the body that the lower edge cuts at, and the room over the crown
TABLE = {
    "FS": (-0.03, 0.08),
    "MLS": (0.40, 0.08),
    "MS": (0.57, 0.08),
    "MCU": (0.70, 0.07),
    "CU": (0.80, 0.05),
    "ECU": (0.86, -0.16),
}
LENS = {"FS": 32.0, "MLS": 35.0, "MS": 40.0, "MCU": 50.0, "CU": 65.0, "ECU": 85.0}


def level_camera(
    one: Person,
    cut: float,
    headroom: float,
    lens_mm: float,
    sensor: Sensor = WIDE,
    *,
    look_deg: float = 30.0,
    screen_x: float | None = None,
) -> Array:
    """Return world_from_camera of a camera that has a face `look_deg` to the right of its lens.

    Where no `screen_x` is given, there is room on the side of the look.
    """
    crown = one.joint("HeadTop")[0]
    view = film_of.turned(one.facing[0], -look_deg)
    high = one.stature_m * (1 - cut) / (1 - headroom)
    wide = high * sensor.width_mm / sensor.height_mm
    if screen_x is None:
        screen_x = 0.5 if abs(look_deg) < 15 else film_of.LEAD if look_deg > 0 else 1 - film_of.LEAD
    right = np.array([view[2], 0.0, -view[0]])
    eye = crown + view * (high * lens_mm / sensor.height_mm) - right * (screen_x - 0.5) * wide
    eye[1] = crown[1] + headroom * high - high / 2
    return look_at(eye, eye - view)


def somebody(stature_m: float = 1.75, *, seated: bool = False, frames: int = 3 * LENGTH) -> Person:
    """Return one person at the middle of the world."""
    return film_of.person(
        "EVE", (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), frames, stature_m=stature_m, seated=seated
    )


def still(
    number: int, camera: Array, size: str, lens_mm: float, sensor: Sensor = WIDE, **changes: object
) -> Shot:
    """Return the n-th shot (from 1), three seconds long, whose camera stands still."""
    first = (number - 1) * LENGTH
    made = film_of.shot(
        "001", number, film_of.Camera(camera, lens_mm), first, first + LENGTH, size,
        subjects=("EVE",),
    )  # fmt: skip
    return replace(made, sensor=sensor, **changes)


def sized(number: int, one: Person, size: str, **changes: object) -> Shot:
    """Return a correct single of a size; the second of three is from another side."""
    camera = level_camera(one, *TABLE[size], LENS[size], look_deg=-35.0 if number % 2 else 30.0)
    return still(number, camera, size, LENS[size], **changes)


def film_with(
    shots: Sequence[Shot], *people: Person, things: Sequence[Thing] = (), lines: Sequence = ()
) -> Film:
    """Return a film of one scene."""
    ends = shots[-1].end_frame
    scene = Scene(
        "001", "INT. ATTIC - DAY", "ATTIC", 0, ends, {one.name: one for one in people},
        tuple(shots), tuple(lines), (), tuple(things),
    )  # fmt: skip
    return film_of.film(scene)


def three(one: Person | None = None) -> tuple[Person, list[Shot]]:
    """Return one person and three correct singles: MS, MCU, CU."""
    one = one or somebody()
    return one, [sized(n, one, size) for n, size in enumerate(("MS", "MCU", "CU"), start=1)]


def turned_by(
    shot: Shot, *, pan_deg: float = 0.0, tilt_deg: float = 0.0, roll_deg: float = 0.0
) -> Shot:
    """Return a shot whose camera is turned: left, up and anticlockwise are plus."""
    pan, tilt, roll = np.radians([pan_deg, tilt_deg, roll_deg])
    about_y = np.array([[np.cos(pan), 0, np.sin(pan)], [0, 1, 0], [-np.sin(pan), 0, np.cos(pan)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    )
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    cameras = shot.world_from_camera.copy()
    cameras[:, :3, :3] = cameras[:, :3, :3] @ about_y @ about_x @ about_z
    return replace(shot, world_from_camera=cameras)


def moved_by(shot: Shot, *, right_m: float = 0.0, up_m: float = 0.0, in_m: float = 0.0) -> Shot:
    """Return a shot whose camera stands elsewhere, by its own axes."""
    cameras = shot.world_from_camera.copy()
    way = right_m * cameras[0, :3, 0] + up_m * cameras[0, :3, 1] - in_m * cameras[0, :3, 2]
    cameras[:, :3, 3] += way
    return replace(shot, world_from_camera=cameras)


def told(row: object) -> set[tuple[str, str]]:
    """Return the kinds of a row's faults with their shots."""
    return {(fault.kind, fault.shot) for fault in row.faults}  # type: ignore[attr-defined]
