"""Orders and the shots they led to in, remarks out: what could not be had, why, what was shot."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from mstation.shots.choose import Board
from mstation.shots.orders import Order, Orders
from mstation.shots.setup import Setup
from mstation.shots.shot import Remark, Role, Shot
from mstation.shots.taken import HARD, RULES

_LENGTH_SLACK = 3  # frames
_LENS_SLACK_MM = 2.5
_ROLES_ALIKE = (Role.SINGLE, Role.REACTION)
_ALIKE_ALONE = (*_ROLES_ALIKE, Role.MASTER, Role.ACTION)  # one person, close or whole


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    text = files("mstation.shots").joinpath("remarks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def remarks_of(
    shots: tuple[Shot, ...],
    asked: list[Order],
    orders: Orders,
    board: Board,
    setups: list[Setup],
) -> tuple[Remark, ...]:
    """Return a remark for every order that the shots do not follow to the letter."""
    by_frame = {shot.first_frame: shot for shot in shots}
    starts = {id(order): board.film.segments[point].first_frame
              for point, order in orders.at.items()}  # fmt: skip
    points = {id(order): point for point, order in orders.at.items()}
    found = []
    for order in asked:
        shot = by_frame.get(starts.get(id(order), -1))
        if shot is None:
            near = _shot_at(shots, order.first_frame)
            found.append(_remark(order, near, _why_not(order, points, board, setups), near))
            continue
        why = _unlike(order, shot)
        if why == "shot":
            why = _why_not(order, points, board, setups)
        if why:
            found.append(_remark(order, shot, why, shot if why != "no_line" else None))
    return tuple(found)


def _shot_at(shots: tuple[Shot, ...], frame: int) -> Shot:
    return next(shot for shot in shots if frame < shot.end_frame)


def _unlike(order: Order, shot: Shot) -> str:
    """Return in what a shot is not what was asked: "shot" for its picture, else a reason."""
    wish = order.wish
    if wish.breaks_axis and not shot.declared:
        return "no_line"
    wanted = [who for who in wish.subjects if who not in shot.subjects]
    alike = _ALIKE_ALONE if len(shot.subjects) == 1 else _ROLES_ALIKE
    role = wish.role in (None, shot.role) or {wish.role, shot.role} <= set(alike)
    size = wish.size in (None, shot.size)
    if wanted or not role or not size or wish.angle not in (None, shot.angle):
        return "shot"
    if wish.lens_mm and abs(wish.lens_mm - shot.lens_mm) > _LENS_SLACK_MM:
        return "lens"
    if wish.move not in (None, shot.move):
        return "move"
    if order.end_frame > 0 and abs(order.end_frame - shot.end_frame) > _LENGTH_SLACK:
        return "length"
    return ""


def _why_not(order: Order, points: dict[int, int], board: Board, setups: list[Setup]) -> str:
    """Return the rule that stood against the setups that would have answered exactly."""
    ids = board.film.ground.figures.ids
    segments = board.film.segments
    near = min(range(len(segments)), key=lambda p: abs(segments[p].first_frame - order.first_frame))
    there = {ids[person] for person in board.film.epochs[near].people}
    if order.wish.subjects and not there & set(order.wish.subjects):
        return "nobody"
    point = points.get(id(order))
    if point is None:
        return "minimum"
    exact = [row for row, setup in enumerate(setups) if setup.point == point and setup.wished == 1]
    if order.is_shot and not exact:
        return "nobody"
    own = [int(bits) for bits in board.film.taken.broken[exact]]
    if own and all(bits & HARD for bits in own):
        return _rule(min(own))
    if not point:
        return "establishing"
    _, broken = board.cuts[point - 1]
    new = board.by_point[point]
    columns = np.flatnonzero(np.isin(new, exact)) if exact else np.arange(len(new))
    hard = broken[:, columns] & HARD
    if hard.size and hard.all():
        return _rule(int(np.bincount(hard.ravel()).argmax()))
    runs = board.runs.broken[exact, 0] if exact else np.zeros(0, np.intp)
    if len(runs) and (runs & HARD).all():
        return _rule(int(runs[0]))
    return "jump"


def _rule(bits: int) -> str:
    """Return the name of the weightiest hard rule among these bits."""
    return max((bit, name) for bit, name in RULES.items() if bits & HARD & bit)[1]


def _remark(order: Order, shot: Shot, why: str, instead: Shot | None) -> Remark:
    texts = _words()["texts"]["other" if instead else "unmet"]
    reason = _words()["reasons"][why]
    told = {
        language: texts[language].format(
            asked=order.wish.asked or order.wish.shot_id,
            why=reason[language],
            shot=_described(shot),
        )
        for language in ("en", "zh")
    }
    return Remark(shot.id, order.wish.asked, told["en"], told["zh"])


def _described(shot: Shot) -> str:
    return f"{shot.size.value} {shot.role.value.replace('_', ' ')}, {shot.lens_mm:g} mm"
