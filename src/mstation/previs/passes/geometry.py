"""A take in, its geometry frame by frame: how near, which triangle, whose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.identity import prim_names
from mstation.previs.canvas import Camera, Floats, Ints
from mstation.previs.meter import camera_at
from mstation.previs.painting import draw_set
from mstation.previs.picture import Picture
from mstation.previs.posing import draw_players, pose
from mstation.previs.raster import to_picture
from mstation.previs.render import set_up
from mstation.previs.sets import set_parts
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

Places = NDArray[np.float64]

CAST, PROPS, SET = "cast", "props", "set"


@dataclass(frozen=True, slots=True)
class Thing:
    """Somebody or something that a pixel can belong to."""

    kind: str  # cast, props or set
    prim: str  # as the USD stage names it

    @property
    def name(self) -> str:
        """The name that its id is made of: `cast/MARA`, `props/LETTER`, `set/desk`."""
        return f"{self.kind}/{self.prim}"


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """A take ready to be drawn without its light.

    things   # everybody and everything that can be seen, people first, in the take's order
    owners   # (triangles + 1,) the thing that a triangle belongs to; the last is the backdrop, −1
    parts    # (triangles + 1,) the solid that a triangle belongs to; the last is the backdrop, −1
    smooth   # (triangles + 1,) whether its normals are those of its points
    """

    take: Take
    picture: Picture
    things: tuple[Thing, ...]
    owners: Ints
    parts: Ints
    smooth: NDArray[np.bool_]

    @property
    def frames(self) -> int:
        """How many frames the take has."""
        return len(self.take.focal_length_mm)

    @property
    def size(self) -> tuple[int, int]:
        """The picture's width and height."""
        height, width = self.picture.canvas.ids.shape
        return width, height

    @property
    def depth(self) -> Floats:
        """(height, width) nearness as it was drawn last: one over metres, nought the backdrop."""
        return self.picture.canvas.depth

    @property
    def ids(self) -> Ints:
        """(height, width) triangle that was drawn last, −1 the backdrop."""
        return self.picture.canvas.ids

    @property
    def seen(self) -> Ints:
        """(height, width) thing that was drawn last, −1 the backdrop."""
        return np.asarray(self.owners[self.ids])


def geometry_of(layout: Layout, take: Take, *, width: int, height: int) -> Geometry:
    """Return a take's geometry, nothing drawn yet."""
    picture = set_up(layout, take, width, height)
    people = len(picture.players) - len(take.sheet.props)
    set_names, set_owners = _set_things(layout, picture)
    things = (*_played(take, people), *(Thing(SET, name) for name in set_names))
    owners = [set_owners + len(picture.players)]
    first = int(picture.scenery.mesh.parts.max(initial=0)) + 1
    parts, smooth = [picture.scenery.mesh.parts], [picture.scenery.mesh.smooth]
    for number, player in enumerate(picture.players):
        mesh = player.figure.mesh
        owners.append(np.full(len(mesh.triangles), number, np.int32))
        parts.append(mesh.parts + np.int32(first))
        smooth.append(mesh.smooth)
        first += int(mesh.parts.max(initial=0)) + 1
    nothing = np.array([-1], np.int32)
    return Geometry(
        take,
        picture,
        things,
        np.concatenate([*owners, nothing]).astype(np.int32),
        np.concatenate([*parts, nothing]).astype(np.int32),
        np.concatenate([*smooth, np.zeros(1, np.bool_)]),
    )


def _played(take: Take, people: int) -> list[Thing]:
    """Return those who play and the props, as `render.players_of` has them."""
    names = {body.character_id: body.name for body in take.sheet.bodies}
    cast = [names[motion.character_id] for motion in take.motions if motion.character_id in names]
    assert len(cast) == people, "a player of this take is neither a body nor a prop"
    things = [Thing(CAST, name) for name in prim_names(cast)]
    return things + [Thing(PROPS, name) for name in prim_names(p.name for p in take.sheet.props)]


def _set_things(layout: Layout, picture: Picture) -> tuple[list[str], Ints]:
    """Return the set's things by name, and which of them each of its triangles belongs to.

    The scenery's triangles are in an order of their own; their parts are numbered on from one
    thing to the next, as `primitives.assembled` does.
    """
    names, ends, end = [], [], 0
    for name, mesh in set_parts(layout):
        if len(mesh.parts):
            end += int(mesh.parts.max()) + 1
            names.append(name)
            ends.append(end)
    parts = picture.scenery.mesh.parts
    assert end == int(parts.max(initial=-1)) + 1, "the scenery is not the layout's set"
    return names, np.searchsorted(np.array(ends, np.int64), parts, side="right").astype(np.int32)


def camera_of_frame(geometry: Geometry, frame: int) -> Camera:
    """Return the lens in a frame."""
    return camera_at(geometry.take, frame, *geometry.size)


def draw(geometry: Geometry, frame: int, *, at: tuple[float, float] = (0.0, 0.0)) -> Camera:
    """Pose and draw a frame, looked at `at` pixels right of and below the middle of each pixel."""
    here, _, _ = pose(geometry.picture, frame)
    return draw_posed(geometry, frame, here, at=at)


def draw_posed(
    geometry: Geometry, frame: int, here: list[int], *, at: tuple[float, float] = (0.0, 0.0)
) -> Camera:
    """Draw a frame whose players are posed already; `here` is who is there."""
    camera = camera_of_frame(geometry, frame)
    right, down = np.float32(at[0]), np.float32(at[1])
    project = camera.project.copy()
    project[0] -= right * project[2]
    project[1] -= down * project[2]
    shifted = camera._replace(project=project)
    draw_set(geometry.picture, shifted)
    draw_players(geometry.picture, shifted, here)
    return camera


def projected(geometry: Geometry, camera: Camera) -> Floats:
    """Return (points, 3): x·w, y·w, w of every point as it is posed now, seen by a lens."""
    points = geometry.picture.points
    homogeneous, screen = np.empty_like(points), np.empty_like(points)
    to_picture(points, camera.project, homogeneous, screen, np.zeros(6, np.float32))
    return homogeneous
