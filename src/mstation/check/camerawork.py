"""A camera's way in, the name of its move out: static, pan, push in, truck, arc and so on.

Source: reference sheet of cinematography, section 4: lens, rotation and translation apart; a
track keeps its place beside people, an arc goes round them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.check.film import Scene, Shot
from mstation.check.path import Path
from mstation.space import Array

_AIMED_M = 4.0  # how far off a camera's target is, where nobody is in the shot
_TURN_RULES = 0.25  # a way shorter than this share of the turn is the turn's own
_ZOOM_KEEPS = 0.35  # of the zoom: what a dolly zoom may miss of a constant height
_BESIDE = 0.5  # of the people's way: how far a track may fall behind
_WALK_M, _ALONG_M = 0.5, 0.3
_ROUND_RAD, _ROUND_EVEN, _ROUND_TURN = math.radians(10), 0.15, 0.4
_UPRIGHT, _BOTH_WAYS = 0.8, 0.35  # shares of the way: a pedestal's rise, a crane's least of each
_ALIKE = 0.7  # two parts of a way this near to each other: either name is right
_TILTS_RAD = math.radians(5)


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """Whom a camera is with: the middle of its people over the shot; empty where it has none.

    hips, heads  # (frames, 3)
    """

    hips: Array
    heads: Array

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in the shot for at least half of it."""
        return not len(self.hips)


def company_of(scene: Scene, shot: Shot) -> Company:
    """Return the middle of those a shot is of; who leaves is taken to stay where he was last."""
    span = np.arange(shot.first_frame, shot.end_frame)
    hips, heads = [], []
    for name in shot.subjects:
        there = scene.people[name].present[span] if name in scene.people else np.zeros(1, bool)
        if 2 * there.sum() < len(there) or not there.any():
            continue
        rows = np.flatnonzero(there)
        last = np.maximum(np.searchsorted(rows, np.arange(len(span)), side="right") - 1, 0)
        hips.append(scene.people[name].joint("Hips")[span[rows[last]]])
        heads.append(scene.people[name].joint("Head")[span[rows[last]]])
    if not hips:
        return Company(np.zeros((0, 3)), np.zeros((0, 3)))
    return Company(np.mean(hips, axis=0), np.mean(heads, axis=0))


def moves_seen(path: Path, company: Company) -> tuple[str, ...]:
    """Return the names that a camera's way may go by, the best first; mostly there is one."""
    if path.is_still:
        return ("static",)
    aim = _AIMED_M if company.is_empty else float(np.linalg.norm(company.heads[0] - path.at[0]))
    gone = float(path.gone_m.max()) / max(aim, 0.1) if path.goes else 0.0
    turned = float(path.turned_rad.max()) if path.turns else 0.0
    zoomed = float(np.abs(path.zoom).max()) if path.zooms else 0.0
    if zoomed and path.goes and _keeps_height(path, company):
        return ("dolly_zoom",)
    if zoomed > max(gone, _TURN_RULES * turned):
        return ("zoom",)
    if path.goes and gone >= _TURN_RULES * turned:
        return _ways(path, company)
    return _turns(path)


def _keeps_height(path: Path, company: Company) -> bool:
    """Return whether the lens gets longer just as the camera gets farther off."""
    aim = path.at[0] + path.level_ahead * _AIMED_M
    heads = np.broadcast_to(aim, path.at.shape) if company.is_empty else company.heads
    away = np.log(np.maximum(np.linalg.norm(heads - path.at, axis=1), 0.1))
    far = int(np.argmax(np.abs(path.zoom)))
    return abs(float(away[far] - away[0] - path.zoom[far])) < _ZOOM_KEEPS * abs(
        float(path.zoom[far])
    )


def _ways(path: Path, company: Company) -> tuple[str, ...]:
    """Return the name of a way through space."""
    if company.is_empty:
        return _straight(path)
    far = int(np.argmax(path.gone_m))
    walked = company.hips[far] - company.hips[0]
    walked[1] = 0.0
    went, way = path.at[far] - path.at[0], float(np.linalg.norm(walked))
    if way > _WALK_M and path.gone_m[far] > _ALONG_M:
        behind = float(np.linalg.norm(np.delete(went - walked, 1)))
        if behind < _BESIDE * way:
            return ("track", *_straight(path))
    return ("arc",) if _goes_round(path, company) else _straight(path)


def _goes_round(path: Path, company: Company) -> bool:
    """Return whether a camera goes on a circle about its people and keeps looking at them."""
    out = path.at - company.heads
    radius = np.hypot(out[:, 0], out[:, 2])
    if radius.min() < 0.1:
        return False
    bearing = np.unwrap(np.arctan2(out[:, 0], out[:, 2]))
    far = int(np.argmax(np.abs(bearing - bearing[0])))
    swing = float(bearing[far] - bearing[0])
    is_even = (radius.max() - radius.min()) / radius.mean() < _ROUND_EVEN
    return bool(
        abs(swing) > _ROUND_RAD
        and is_even
        and abs(float(path.turn[far, 0]) - swing) < _ROUND_TURN * abs(swing)
    )


def _straight(path: Path) -> tuple[str, ...]:
    """Return the name of a way by the axis that it runs along mostly."""
    far = int(np.argmax(path.gone_m))
    went, ahead = path.at[far] - path.at[0], path.level_ahead
    forth, rise = float(went @ ahead), abs(float(went[1]))
    aside = abs(float(went @ np.array([-ahead[2], 0.0, ahead[0]])))
    level, whole = math.hypot(forth, aside), float(np.linalg.norm(went))
    if rise >= _UPRIGHT * whole:
        tilts = float(np.abs(path.turn[:, 1]).max()) > _TILTS_RAD
        arcs = level >= _BOTH_WAYS * whole
        return ("pedestal", "crane") if tilts or arcs else ("pedestal",)
    if rise >= _BOTH_WAYS * whole:
        return ("crane",)
    dolly = "push_in" if forth > 0 else "pull_out"
    names = (dolly, "truck") if abs(forth) >= aside else ("truck", dolly)
    is_slanted = min(abs(forth), aside) > _ALIKE * max(abs(forth), aside)
    return names if is_slanted else names[:1]


def _turns(path: Path) -> tuple[str, ...]:
    """Return the name of a turn on the spot."""
    far = int(np.argmax(path.turned_rad))
    amounts = np.abs(path.turn[far])
    names = ("pan", "tilt", "roll")
    order = np.argsort(-amounts, kind="stable")
    best, next_best = int(order[0]), int(order[1])
    if amounts[next_best] > _ALIKE * amounts[best]:
        return (names[best], names[next_best])
    return (names[best],)
