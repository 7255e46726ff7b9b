"""A scene, its set and its playing in, all that its shots are chosen from out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Scene
from mstation.shots.axis import epochs_of, pairs_of
from mstation.shots.coverage import setups_of
from mstation.shots.cutting import segments_of
from mstation.shots.direction import StyleChange, Wish
from mstation.shots.film import Film
from mstation.shots.landmarks import Figures, figures_of
from mstation.shots.orders import Order, Orders, firm_frames, orders_at, orders_of, with_people
from mstation.shots.placing import place_all
from mstation.shots.plan import Plan, plan_of
from mstation.shots.rows import Rows
from mstation.shots.setup import Setup
from mstation.shots.sightlines import Surroundings
from mstation.shots.styles import Style
from mstation.shots.taken import Ground
from mstation.space import Array, Sensor
from mstation.stage.collision import obstacles
from mstation.stage.crowd import crowd_pieces
from mstation.stage.layout import Layout
from mstation.stage.performance import Motion, Performance
from mstation.timebase import FrameRate

Flags = NDArray[np.bool_]
_PLACE_EYE_M = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """All that a scene's shots are chosen from: every camera on its place, and what is asked."""

    scene: Scene
    performance: Performance
    film: Film
    setups: list[Setup]
    asked: list[Order]
    orders: Orders


def planned(
    scene: Scene,
    layout: Layout,
    performance: Performance,
    motions: tuple[Motion, ...],
    sensor: Sensor,
    rate: FrameRate,
    style: Style,
    style_changes: tuple[StyleChange, ...] = (),
) -> tuple[Plan, Ground]:
    """Return what is known of a scene before it is cut, and the ground on which it is shot."""
    ground = _ground(layout, performance, motions, sensor)
    plan = plan_of(
        scene, performance, ground.figures, rate, style, style_changes, called=ground.called
    )
    return plan, ground


def offer_of(
    plan: Plan, ground: Ground, wishes: tuple[Wish, ...] = (), pinned: tuple[Wish, ...] = ()
) -> Offer:
    """Return the cameras that may be thought of, each placed in its best way."""
    scene, figures = plan.scene, ground.figures
    asked = orders_of(plan, wishes, pinned)
    segments = segments_of(plan, firm_frames(asked))
    epochs = epochs_of(figures, [segment.first_frame for segment in segments], ground.called)
    orders = with_people(orders_at(asked, segments), epochs, figures.ids)
    setups = setups_of(
        segments, epochs, figures, opens_place=scene.opens_place, wishes=orders.wishes,
        performance=plan.performance,
    )  # fmt: skip
    lasts = [segment.end_frame - 1 for segment in segments]
    taken = place_all(setups, epochs, lasts, ground)
    film = Film(
        segments, epochs, plan.exchanges, Rows.of(setups, epochs, taken, ground), taken, ground,
        plan.rate, scene.opens_place, pairs_of(epochs),
    )  # fmt: skip
    return Offer(scene, plan.performance, film, setups, asked, orders)


def _ground(
    layout: Layout, performance: Performance, motions: tuple[Motion, ...], sensor: Sensor
) -> Ground:
    crowd = crowd_pieces(performance.extras, motions)
    around = obstacles(replace(layout, pieces=(*layout.pieces, *crowd)))
    figures = figures_of(performance, motions, around)
    return Ground(
        figures=figures,
        around=Surroundings(around, figures),
        sensor=sensor,
        props=performance.props,
        middle=_middle(layout),
        called=_called(figures, motions),
        is_interior=layout.is_interior,
    )


def _called(figures: Figures, motions: tuple[Motion, ...]) -> Flags:
    """Return (people, frames): who is on the set, also behind a door of it."""
    known = {motion.character_id: motion.present for motion in motions}
    called = figures.present.copy()
    for row, who in enumerate(figures.ids):
        called[row, : len(known[who])] |= known[who]
    return called


def _middle(layout: Layout) -> Array:
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if layout.marks:
        x, _, z = np.mean([mark.position for mark in layout.marks], axis=0)
        return np.array([x, _PLACE_EYE_M, z])
    return np.array([(x0 + x1) / 2, _PLACE_EYE_M, (z0 + z1) / 2])
