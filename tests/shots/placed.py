"""Plays in, their setups placed on the set out: the designer up to where it chooses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mstation.shots.axis import epochs_of
from mstation.shots.coverage import Setup, setups_of
from mstation.shots.cutting import Segment, segments_of
from mstation.shots.direction import Wish
from mstation.shots.landmarks import figures_of
from mstation.shots.placing import place_all
from mstation.shots.plan import plan_of
from mstation.shots.sightlines import Surroundings
from mstation.shots.styles import styles
from mstation.shots.taken import Ground, Taken
from mstation.space import Sensor
from mstation.stage.collision import obstacles
from mstation.timebase import FrameRate
from tests.shots.plays import Play


def placed(
    play: Play, sensor: Sensor, *, wishes: Mapping[int, Wish] | None = None,
    style: str = "classical",
) -> tuple[list[Setup], Taken, Ground]:  # fmt: skip
    """Return what is asked for, where it is placed, and on what ground."""
    scene, layout, performance, motions = play.staged()
    around = obstacles(layout)
    figures = figures_of(performance, motions, around)
    ground = Ground(
        figures=figures,
        around=Surroundings(around, figures),
        sensor=sensor,
        props=performance.props,
        middle=np.array([0.0, 1.5, 0.0]),
        called=figures.present,
    )
    segments = segmented(play, style)
    firsts = [segment.first_frame for segment in segments]
    epochs = epochs_of(figures, firsts, figures.present)
    setups = setups_of(segments, epochs, figures, opens_place=scene.opens_place,
                       wishes=wishes, performance=performance)  # fmt: skip
    return setups, place_all(setups, epochs, [s.end_frame - 1 for s in segments], ground), ground


def segmented(play: Play, style: str = "classical") -> tuple[Segment, ...]:
    """Return the stretches of a play."""
    scene, layout, performance, motions = play.staged()
    figures = figures_of(performance, motions, obstacles(layout))
    chosen = styles()[style]
    plan = plan_of(scene, performance, figures, FrameRate(24), chosen, called=figures.present)
    return segments_of(plan)
