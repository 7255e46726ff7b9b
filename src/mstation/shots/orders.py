"""The director's wishes in, orders to the search out: where shots begin, how long, of what.

A hard rule outweighs a wish, and a wish outweighs everything else: the search itself finds the
nearest legal answer to what cannot be had.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment, boundary_of
from mstation.shots.direction import Wish
from mstation.shots.plan import Plan
from mstation.shots.setup import Setup
from mstation.space import Array

_WISH = 20_000.0  # what a wish weighs: beyond all that is soft, under every hard rule
_NOT_BEGUN, _NOT_OFFERED, _OTHER_LENGTH = 6.0, 5.0, 0.3  # wishes unfulfilled, in steps of nearness


@dataclass(frozen=True, slots=True)
class Order:
    """A wish brought to the scene's frames: where its shot begins, and ends if that is asked."""

    wish: Wish
    first_frame: int
    end_frame: int = -1

    @property
    def is_shot(self) -> bool:
        """Whether a shot is asked for, and not only leave to cross the line."""
        wish = self.wish
        asked = (wish.size, wish.angle, wish.move, wish.role, wish.lens_mm)
        return any(each is not None for each in asked) or bool(wish.subjects or wish.prop)


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Orders by the cut point that each shot is to begin at."""

    at: dict[int, Order]

    @property
    def over_line(self) -> frozenset[int]:
        """The cut points at which the line is to be crossed."""
        return frozenset(point for point, order in self.at.items() if order.wish.breaks_axis)

    @property
    def wishes(self) -> dict[int, Wish]:
        """The shots that are asked for, by cut point."""
        return {point: order.wish for point, order in self.at.items() if order.is_shot}


def orders_of(plan: Plan, wishes: tuple[Wish, ...], pinned: tuple[Wish, ...]) -> list[Order]:
    """Return wishes with their frames, those of known shots first.

    One whose beat is not played here is left out.
    """
    found = [order for wish in pinned if (order := _order(plan, wish, 0, 1)) is not None]
    by_beat: dict[str, list[Wish]] = defaultdict(list)
    for wish in wishes:
        by_beat[wish.beat_id].append(wish)
    for own in by_beat.values():
        for number, wish in enumerate(own):
            order = _order(plan, wish, number, len(own))
            if order is not None:
                found.append(order)
    return found


def _order(plan: Plan, wish: Wish, number: int, count: int) -> Order | None:
    """Return a wish with its frames; several for one beat share it evenly."""
    first = wish.first_frame
    if first < 0:
        beats = [beat for beat in plan.scene.beats if beat.id in plan.timings]
        at = next((i for i, beat in enumerate(beats) if beat.id == wish.beat_id), None)
        if at is None:
            return None
        first = boundary_of(plan, beats[at - 1] if at else None, beats[at]) if at else 0
        first += (plan.timings[wish.beat_id].end_frame - first) * number // count
    if not 0 <= first < plan.performance.frames:
        return None
    end = wish.end_frame
    if wish.duration_s is not None:
        end = first + plan.rate.frames_ceil(wish.duration_s)
    return Order(wish, first, min(end, plan.performance.frames) if end > first else -1)


def firm_frames(orders: list[Order]) -> tuple[int, ...]:
    """Return the frames at which there must be cut points, the first to be kept first."""
    starts = [order.first_frame for order in orders]
    ends = [order.end_frame for order in orders if order.end_frame > 0]
    return tuple(dict.fromkeys([*starts, *ends]))


def orders_at(orders: list[Order], segments: tuple[Segment, ...]) -> Orders:
    """Return orders by the cut point that is nearest to where each begins."""
    starts = np.array([segment.first_frame for segment in segments])
    at: dict[int, Order] = {}
    for order in orders:
        at.setdefault(int(np.abs(starts - order.first_frame).argmin()), order)
    return Orders(dict(sorted(at.items())))


def with_people(orders: Orders, epochs: list[Epoch], ids: tuple[str, ...]) -> Orders:
    """Return the orders whose people are there; one of nobody who is there cannot be shot."""

    def is_met(point: int, order: Order) -> bool:
        there = {ids[person] for person in epochs[point].people}
        return not order.wish.subjects or bool(there & set(order.wish.subjects))

    return Orders({point: order for point, order in orders.at.items() if is_met(point, order)})


def obey(fixed: Array, orders: Orders, setups: list[Setup], segments: tuple[Segment, ...]) -> None:
    """Add to what each run costs, (setups, lengths), what it leaves of the wishes unfulfilled."""
    points = np.array([setup.point for setup in setups], dtype=np.intp)
    rank = np.array([setup.wished for setup in setups], dtype=float)
    ends = np.array([segment.end_frame for segment in segments])
    for point, order in orders.at.items():
        for start in range(point):
            fixed[points == start, point - start :] += _WISH * _NOT_BEGUN
        own = np.flatnonzero(points == point)
        if order.is_shot:
            unlike = np.where(rank[own] > 0, rank[own] - 1.0, _NOT_OFFERED)
            fixed[own] += _WISH * unlike[:, None]
        if order.end_frame > 0:
            until = ends[np.minimum(point + np.arange(fixed.shape[1]), len(ends) - 1)]
            off = np.abs(until - order.end_frame)
            longer = 0.25 * np.minimum(off / max(order.end_frame - order.first_frame, 1), 2.0)
            fixed[own] += _WISH * np.where(off > 2, _OTHER_LENGTH + longer, 0.0)[None]
