"""A scene, its set and its playing in, shots out: the designer.

Segments say where cuts may fall and what each stretch wants; epochs hold the lines; setups are
asked for, placed on the set, and the best run of them is chosen; moves and names come last.
"""

from __future__ import annotations

from dataclasses import replace

from mstation.breakdown.scene import Scene
from mstation.shots.aspects import is_upright
from mstation.shots.choose import faults_of, lay_out
from mstation.shots.chosen import Chosen
from mstation.shots.direction import StyleChange, Wish
from mstation.shots.grammar import grammar
from mstation.shots.naming import shots_of
from mstation.shots.offer import Offer, offer_of, planned
from mstation.shots.remarks import remarks_of
from mstation.shots.retakes import Watched, retaken
from mstation.shots.shot import Shot, ShotList
from mstation.shots.styles import CLASSICAL, VERTICAL, Style, styles
from mstation.space import Sensor
from mstation.stage.layout import Layout
from mstation.stage.performance import Motion, Performance
from mstation.timebase import FrameRate

_HORIZONS = (1.3, 2.5, 6.0)  # longest shots that are thought of, in the longest of the style


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
    style = style or styles()[VERTICAL if is_upright(sensor) else CLASSICAL]
    plan, ground = planned(scene, layout, performance, motions, sensor, rate, style, style_changes)
    offer = offer_of(plan, ground, wishes, pinned)
    watched = _watched(offer)
    shots = shots_of(watched.chosen, watched.moves)
    remarks = remarks_of(shots, offer.asked, offer.orders, watched.chosen.board, offer.setups)
    faded = _faded(scene, shots, rate, opening=opening, closing=closing)
    return ShotList(scene.id, scene.label, performance.frames, faded, remarks)


def _watched(offer: Offer) -> Watched:
    """Return the shots; where no run of usual lengths keeps every hard rule, longer ones may."""
    best: Watched | None = None
    for stretch in _HORIZONS:
        horizon_s = tuple(stretch * segment.style.longest_s for segment in offer.film.segments)
        board = lay_out(
            offer.film, offer.setups, offer.orders, horizon_s, is_last_resort=best is not None
        )
        found = retaken(Chosen(offer.scene, offer.performance, offer.setups, board, []))
        if best is None or _faults(found) < _faults(best):
            best = found
        if not _faults(best):
            break
    assert best is not None
    return best


def _faults(watched: Watched) -> int:
    return faults_of(watched.chosen.choices)


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
