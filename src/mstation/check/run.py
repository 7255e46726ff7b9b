"""A film's folder in, its report out: every check, in the order of the reference sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mstation.check.axis import axis, eyelines, order, screen_direction
from mstation.check.continuity import continuity
from mstation.check.coverage import (
    actions_covered,
    dragnet,
    establishing,
    neutral_shots,
    reactions,
    words_covered,
    words_on_camera,
)
from mstation.check.film import Film
from mstation.check.finding import Report, Row
from mstation.check.framing import headroom, joint_cuts, lead_room, sizes
from mstation.check.joins import jumps, reverses
from mstation.check.moves import feasibility, moves
from mstation.check.noting import verdict
from mstation.check.pictures import pictures
from mstation.check.reading import read_film
from mstation.check.rhythm import lengths, monotony, page_time, setups, size_variety
from mstation.check.sight import clear_cameras, clear_figures, faces_seen
from mstation.check.sound import sync

CHECKS: tuple[Callable[[Film], Row], ...] = (
    axis,
    order,
    jumps,
    sizes,
    joint_cuts,
    headroom,
    lead_room,
    eyelines,
    faces_seen,
    clear_cameras,
    clear_figures,
    screen_direction,
    continuity,
    establishing,
    reverses,
    words_covered,
    actions_covered,
    words_on_camera,
    reactions,
    dragnet,
    neutral_shots,
    lengths,
    monotony,
    size_variety,
    moves,
    page_time,
    setups,
    feasibility,
)
"""What is measured from the stage and the timeline alone, in the order of the table."""


def check_film(folder: Path) -> Report:
    """Return what is found in a film of `mstation make`, from USD, OTIO and MP4 alone.

    Raises:
        MStationError: the film's files cannot be read.
    """
    film = read_film(folder)
    return Report(
        title=film.title,
        scenes=len(film.scenes),
        shots=sum(len(scene.shots) for scene in film.scenes),
        rows=check(film),
        rate=str(film.rate),
        lines=tuple((line.id, line.text) for scene in film.scenes for line in scene.lines),
    )


def check(film: Film) -> tuple[Row, ...]:
    """Return every row of the table."""
    return (files(film), *(one(film) for one in CHECKS), sync(film), *pictures(film))


def files(film: Film) -> Row:
    """Return the row of what the film's own files say against each other."""
    shots = sum(len(scene.shots) for scene in film.scenes)
    voices = sum(len(scene.lines) for scene in film.scenes)
    count = len(film.differences)
    state = verdict(shots + voices, passes=not count)
    return Row("files", 0, state, True, shots + voices, count, "0", film.differences)
