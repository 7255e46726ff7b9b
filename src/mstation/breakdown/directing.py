"""Notes on how to shoot, brought to the beats that they are about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from mstation.breakdown.elements.marked import marks_of
from mstation.breakdown.paging import ScenePages
from mstation.breakdown.scene import Beat
from mstation.identity import opaque_id
from mstation.screenplay.marks import mark_of
from mstation.screenplay.script import Element, ElementKind, Mark

_BREAK_AXIS = "break_axis"
_KEYS = frozenset(("shot", _BREAK_AXIS, "style"))
_SPOKEN = frozenset((ElementKind.DIALOGUE, ElementKind.LYRIC, ElementKind.PARENTHETICAL))


def direct(beats: tuple[Beat, ...], page: ScenePages) -> tuple[Beat, ...]:
    """Return the beats of a scene with the director's marks.

    A mark belongs to the beat that it stands in; one that stands between beats, to the beat
    below it, or to the last where nothing is below.
    """
    if not any(map(directions_in, (*page.elements, *(aside for _, aside in page.asides)))):
        return beats
    given = _given(beats, page)
    return tuple(
        replace(beat, marks=tuple(dict.fromkeys(given[index]))) if given[index] else beat
        for index, beat in enumerate(beats)
    )


def directions_in(element: Element) -> list[Mark]:
    """Return the marks of an element that say how to shoot, each with its line."""
    is_note = element.kind is ElementKind.NOTE
    if not (is_note or element.marks or element.notes):
        return []
    marks = [mark for mark in marks_of(element) if mark.key in _KEYS]
    notes = (element.text,) if is_note else element.notes
    marks += [Mark(_BREAK_AXIS, "") for note in notes if _breaks_axis(note)]
    return [replace(mark, line=element.line) for mark in marks]


def _breaks_axis(note: str) -> bool:
    """Whether a note says so without a reason: `[[BREAK AXIS]]` is no mark, but it is meant."""
    mark = mark_of(f"{note}: -")
    return mark is not None and mark.key == _BREAK_AXIS and mark.value == "-"


def _given(beats: tuple[Beat, ...], page: ScenePages) -> defaultdict[int, list[Mark]]:
    """Return the marks of each beat by its place in the scene."""
    places = {beat.id: index for index, beat in enumerate(beats)}
    given: defaultdict[int, list[Mark]] = defaultdict(list)
    waiting: list[Mark] = []
    beat, is_speech = -1, False
    asides = page.asides[::-1]
    for at, element in enumerate(page.elements):
        while asides and asides[-1][0] <= at:
            aside = asides.pop()[1]
            inside = beat >= 0 and _stands_inside(aside, page.elements[at - 1])
            (given[beat] if inside else waiting).extend(directions_in(aside))
        begun = places.get(opaque_id("bt", (element.id,)))
        if begun is not None:
            beat, is_speech = begun, element.kind in _SPOKEN
        elif not (beat >= 0 and _goes_on(element, is_speech=is_speech)):
            waiting += directions_in(element)
            is_speech = False
            continue
        given[beat] += [*waiting, *directions_in(element)]
        waiting = []
    rest = [mark for _, aside in reversed(asides) for mark in directions_in(aside)]
    given[len(beats) - 1] += [*waiting, *rest]
    return given


def _goes_on(element: Element, *, is_speech: bool) -> bool:
    """Whether an element is more of the beat above it: more words, or what is written there."""
    if is_speech:
        return element.kind in _SPOKEN
    return element.kind in (ElementKind.ACTION, ElementKind.CENTERED) and bool(element.text.strip())


def _stands_inside(aside: Element, above: Element) -> bool:
    """Whether a note stands between the lines of the element that was read before it."""
    return above.line < aside.line <= above.line + above.text.count("\n")
