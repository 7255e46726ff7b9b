"""Scenes to breakdown sheets: a page, a day, a length and everything needed, for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mstation.breakdown.continuity import Played, follow
from mstation.breakdown.corrections import Corrections, apply
from mstation.breakdown.days import script_days
from mstation.breakdown.element import ContinuityNote, SceneElement, Sheet
from mstation.breakdown.elements import find_elements
from mstation.breakdown.elements.marked import marked_elements
from mstation.breakdown.mentions import NameFinder
from mstation.breakdown.paging import Extent, ScenePages, eighths_of_lines
from mstation.breakdown.playtime import play_time
from mstation.breakdown.roster import Roster
from mstation.breakdown.scene import Scene
from mstation.breakdown.seen import SceneWords


def write_sheets(
    pages: Sequence[ScenePages],
    scenes: Sequence[Scene],
    extents: Sequence[Extent],
    *,
    roster: Roster,
    finder: NameFinder,
    corrections: Corrections,
) -> tuple[tuple[Sheet, ...], tuple[ContinuityNote, ...]]:
    """Return the breakdown sheet of each scene in their order, and what contradicts in them."""
    numbers = [scene.number for scene in scenes]
    found = [
        all_found(
            marked_elements(page, scene.language),
            find_elements(page, roster, scene.number, names=finder),
        )
        for page, scene in zip(pages, scenes, strict=True)
    ]
    needed = apply(corrections, found, numbers, roster)
    days = script_days(pages, scenes)
    carried, continuity = follow(
        [
            Played(scene.number, day, scene.present, elements, SceneWords(page))
            for page, scene, day, elements in zip(pages, scenes, days, needed, strict=True)
        ]
    )
    sheets = []
    for index, (scene, extent) in enumerate(zip(scenes, extents, strict=True)):
        seconds = play_time(scene.beats)
        sheets.append(
            Sheet(
                scene_id=scene.id,
                number=scene.number,
                page=extent.page,
                lines=extent.lines,
                eighths=scene.eighths,
                adjusted_eighths=eighths_of_lines(
                    extent.lines, adjusted=True, language=scene.language
                ),
                script_day=days[index].label,
                seconds_low=seconds.low,
                seconds_high=seconds.high,
                elements=needed[index],
                carried=carried[index],
            )
        )
    return tuple(sheets), continuity


def all_found(
    marked: tuple[SceneElement, ...], found: tuple[SceneElement, ...]
) -> tuple[SceneElement, ...]:
    """Return what people marked and what was found, as they stand; a mark wins by name."""
    if not marked:
        return found
    sure = list(marked)
    rest = []
    for element in found:
        at = next((i for i, mark in enumerate(sure) if _is_marked(mark, element)), None)
        if at is None:
            rest.append(element)
        elif element.holder_id and not sure[at].holder_id:
            sure[at] = replace(sure[at], holder_id=element.holder_id)
    return tuple(sorted((*sure, *rest), key=lambda element: element.line))


def _is_marked(mark: SceneElement, found: SceneElement) -> bool:
    """Whether a mark names what was found: the same name, or in the same line more of it."""
    if mark.name == found.name:
        return True
    is_head = mark.name.endswith(f" {found.name}" if found.name.isascii() else found.name)
    return is_head and mark.category is found.category and mark.line == found.line
