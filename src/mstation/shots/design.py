"""A scene, its set and its playing in, shots out: the designer.

Segments say where cuts may fall and what each stretch wants; epochs hold the lines; setups are
asked for, placed on the set, and the best run of them is chosen; moves and names come last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Scene
from mstation.shots.axis import epochs_of, pairs_of
from mstation.shots.choose import faults_of, lay_out
from mstation.shots.chosen import Chosen
from mstation.shots.coverage import setups_of
from mstation.shots.cutting import segments_of
from mstation.shots.direction import StyleChange, Wish
from mstation.shots.film import Film
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures, figures_of
from mstation.shots.naming import shots_of
from mstation.shots.orders import Orders, firm_frames, orders_at, orders_of, with_people
from mstation.shots.placing import place_all
from mstation.shots.plan import plan_of
from mstation.shots.remarks import remarks_of
from mstation.shots.retakes import Watched, retaken
from mstation.shots.rows import Rows
from mstation.shots.setup import Setup
from mstation.shots.shot import Shot, ShotList
from mstation.shots.sightlines import Surroundings
from mstation.shots.styles import CLASSICAL, VERTICAL, Style, styles
from mstation.shots.taken import Ground
from mstation.space import Array, Sensor
from mstation.stage.collision import obstacles
from mstation.stage.crowd import crowd_pieces
from mstation.stage.layout import Layout
from mstation.stage.performance import Motion, Performance
from mstation.timebase import FrameRate

Flags = NDArray[np.bool_]
_PLACE_EYE_M = 1.5
_HORIZONS = (1.3, 2.5)  # longest shots that are thought of, in the longest of the style


def design_shots(
    scene: Scene,
    layout: Layout,
    performance: Performance,
    motions: tuple[Motion, ...],
    *,
    sensor: Sensor,
    rate: FrameRate,
    opening: bool = False,
    closing: bool = False,
    style: Style | None = None,
    wishes: tuple[Wish, ...] = (),
    style_changes: tuple[StyleChange, ...] = (),
    pinned: tuple[Wish, ...] = (),
) -> ShotList:
    """Return the shots of a scene, in order, covering every frame.

    Args:
        scene: what is said and done.
        layout: the set.
        performance: when it is played, by whom.
        motions: how they move.
        sensor: of the camera; its shape is the shape of the picture.
        rate: frames a second.
        opening: whether the film begins here, and so fades in.
        closing: whether the film ends here, and so fades out.
        style: of coverage; None is that of the picture's shape.
        wishes: what the script's notes want, by the beat.
        style_changes: from which beat on another style holds.
        pinned: what a person wants of shots that are already known by their ids.
    """
    ground = _ground(layout, performance, motions, sensor)
    figures = ground.figures
    is_upright = sensor.height_mm > sensor.width_mm
    style = style or styles()[VERTICAL if is_upright else CLASSICAL]
    plan = plan_of(scene, performance, figures, rate, style, style_changes, called=ground.called)
    asked = orders_of(plan, wishes, pinned)
    segments = segments_of(plan, firm_frames(asked))
    orders = orders_at(asked, segments)
    epochs = epochs_of(figures, [segment.first_frame for segment in segments], ground.called)
    orders = with_people(orders, epochs, figures.ids)
    setups = setups_of(
        segments, epochs, figures, opens_place=scene.opens_place, wishes=orders.wishes,
        performance=performance,
    )  # fmt: skip
    lasts = [segment.end_frame - 1 for segment in segments]
    taken = place_all(setups, epochs, lasts, ground)
    rows = Rows.of(setups, epochs, taken, ground)
    film = Film(
        segments, epochs, plan.exchanges, rows, taken, ground, rate, scene.opens_place,
        pairs_of(epochs),
    )  # fmt: skip
    watched = _watched(_Offer(scene, performance, film, setups, orders))
    shots = shots_of(watched.chosen, watched.moves)
    remarks = remarks_of(shots, asked, orders, watched.chosen.board, setups)
    faded = _faded(scene, shots, rate, opening=opening, closing=closing)
    return ShotList(scene.id, scene.label, performance.frames, faded, remarks)


@dataclass(frozen=True, slots=True, eq=False)
class _Offer:
    """All that a scene's shots are chosen from."""

    scene: Scene
    performance: Performance
    film: Film
    setups: list[Setup]
    orders: Orders


def _watched(offer: _Offer) -> Watched:
    """Return the shots; where no run of usual lengths keeps every hard rule, longer ones may."""
    film, setups = offer.film, offer.setups
    best: Watched | None = None
    for stretch in _HORIZONS:
        horizon_s = tuple(stretch * segment.style.longest_s for segment in film.segments)
        board = lay_out(film, setups, offer.orders, horizon_s, is_last_resort=best is not None)
        found = retaken(Chosen(offer.scene, offer.performance, setups, board, []))
        if best is None or _faults(found) < _faults(best):
            best = found
        if not _faults(best):
            break
    assert best is not None
    return best


def _faults(watched: Watched) -> int:
    return faults_of(watched.chosen.choices)


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


def _faded(
    scene: Scene, shots: tuple[Shot, ...], rate: FrameRate, *, opening: bool, closing: bool
) -> tuple[Shot, ...]:
    """Return the shots with fades where the script or the film's ends ask for them."""
    rules = grammar()
    length = rate.frames_ceil(rules.fade_s)
    faded = list(shots)
    into, out = scene.transition_in.lower(), scene.transition_out.lower()
    if faded and (opening or any(word in into for word in rules.fade_in_words)):
        faded[0] = replace(faded[0], fade_in_frames=min(length, faded[0].frames // 2))
    if faded and (closing or any(word in out for word in rules.fade_out_words)):
        faded[-1] = replace(faded[-1], fade_out_frames=min(length, faded[-1].frames // 2))
    return tuple(faded)
