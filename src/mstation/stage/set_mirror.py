"""A plan in, the same plan with left and right exchanged out."""

from __future__ import annotations

from dataclasses import replace

from mstation.stage.set_plans import (
    Around,
    DoorPlan,
    EdgePlan,
    Hand,
    PiecePlan,
    SetPlan,
    Side,
    WallPlan,
    WindowPlan,
)

_OTHER_HAND: dict[Hand, Hand] = {"left": "right", "right": "left"}
_OTHER: dict[Side, Side] = {"east": "west", "west": "east", "north": "north", "south": "south"}


def mirrored(plan: SetPlan) -> SetPlan:
    """Return the plan of the mirrored place."""
    return replace(
        plan,
        stage=_flip(plan.stage),
        doors=tuple(_door(door) for door in plan.doors),
        windows=tuple(_window(window) for window in plan.windows),
        walls=tuple(_wall(wall) for wall in plan.walls),
        edges=tuple(_edge(edge) for edge in plan.edges),
        pieces=tuple(_piece(piece) for piece in plan.pieces),
    )


def _flip(spot: tuple[float, float]) -> tuple[float, float]:
    return (-spot[0], spot[1])


def _across(side: Side | None, at: float) -> float:
    return 1 - at if side in ("north", "south") else at


def _door(door: DoorPlan) -> DoorPlan:
    return replace(door, wall=_OTHER[door.wall], at=_across(door.wall, door.at))


def _window(window: WindowPlan) -> WindowPlan:
    return replace(window, wall=_OTHER[window.wall])


def _wall(wall: WallPlan) -> WallPlan:
    start, end = wall.start, wall.end
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    return replace(
        wall,
        start=_flip(end),
        end=_flip(start),
        doors=tuple((length - at - width, width, high) for at, width, high in wall.doors),
        windows=tuple(
            (length - at - width, width, sill, high) for at, width, sill, high in wall.windows
        ),
    )


def _edge(edge: EdgePlan) -> EdgePlan:
    names = {"left": "right", "right": "left"}
    return EdgePlan(names.get(edge.name, edge.name), _flip(edge.outside), _flip(edge.inside))


def _piece(piece: PiecePlan) -> PiecePlan:
    around = piece.around
    if around is not None:
        around = Around(around.right, around.left, around.front, around.back)
    return replace(
        piece,
        wall=_OTHER[piece.wall] if piece.wall else None,
        at=_across(piece.wall, piece.at),
        spot=_flip(piece.spot) if piece.spot else None,
        step=_flip(piece.step),
        yaw_deg=-piece.yaw_deg,
        mark_side=_OTHER_HAND.get(piece.mark_side, piece.mark_side),
        around=around,
        offset=_flip(piece.offset),
    )
