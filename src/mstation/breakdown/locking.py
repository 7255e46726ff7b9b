"""Locked scene numbers: once given they stay, what comes between gets letters.

Source: US practice for locked scripts: a scene between 12 and 13 is 12A, then 12B; one before 1
is A1, one between 12 and 12A is A12A; a cut scene keeps its number and reads OMITTED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from string import ascii_uppercase

from mstation.breakdown.numbering import letters_of, scene_numbers
from mstation.identity import opaque_id
from mstation.screenplay.revisions import longest_rising
from mstation.screenplay.script import Element, ElementKind, Script

OMITTED = {"en": "OMITTED", "zh": "删除"}


def lock_numbers(script: Script, previous: Script) -> Script:
    """Return the script with the scene numbers of the revision before, new scenes lettered.

    The script must have kept the ids of the one before. A scene that moved counts as cut where
    it was and new where it is.
    """
    old, new = _headings(previous), _headings(script)
    given = scene_numbers([heading.scene_number for heading in old])
    numbers = [head.scene_number or counted for head, counted in zip(old, given, strict=True)]
    places = {heading.id: index for index, heading in enumerate(old)}
    kept = [(places[each.id], index) for index, each in enumerate(new) if each.id in places]
    stays = {at_new: at_old for at_old, at_new in longest_rising(kept)}
    rows = _rows(len(old), len(new), stays)
    return _renumbered(script, old, rows, _numbers_of(rows, numbers))


def _headings(script: Script) -> list[Element]:
    return [each for each in script.elements if each.kind is ElementKind.SCENE_HEADING]


_Row = tuple[int, int]  # (scene of the old script, scene of the new); -1 where there is none


def _rows(olds: int, news: int, stays: dict[int, int]) -> list[_Row]:
    """Merge both scripts' scenes: cut ones stand where they stood, before what is new there."""
    rows: list[_Row] = []
    at_old = 0
    for new in range(news):
        if new in stays:
            rows += [(old, -1) for old in range(at_old, stays[new])]
            rows.append((stays[new], new))
            at_old = stays[new] + 1
        else:
            rows.append((-1, new))
    rows += [(old, -1) for old in range(at_old, olds)]
    return rows


def _numbers_of(rows: Sequence[_Row], given: Sequence[str]) -> list[str]:
    taken = set(given)
    numbers: list[str] = []
    for index, (old, _) in enumerate(rows):
        if old >= 0:
            numbers.append(given[old])
            continue
        last = numbers[-1] if numbers else ""
        below = next((given[row[0]] for row in rows[index + 1 :] if row[0] >= 0), "")
        numbers.append(_between(last, below, taken))
        taken.add(numbers[-1])
    return numbers


def _between(last: str, below: str, taken: set[str]) -> str:
    """Return the number of a scene that comes between two: 12A, A1, A12A."""
    stem = last.rstrip(ascii_uppercase) or last or "0"
    precedes = bool(below) and (not last or _is_lettered(below, last))
    for letters in map(letters_of, count(1)):
        number = letters + below if precedes else stem + letters
        if number not in taken:
            return number
    raise AssertionError("letters never end")


def _is_lettered(below: str, last: str) -> bool:
    """Whether 12A follows 12, so that nothing but A12A fits between."""
    return below.startswith(last) and below[len(last) :].isalpha()


def _renumbered(
    script: Script, old: Sequence[Element], rows: Sequence[_Row], numbers: Sequence[str]
) -> Script:
    by_new = {new: numbers[index] for index, (_, new) in enumerate(rows) if new >= 0}
    omitted_before: dict[int, list[Element]] = {}
    waiting: list[Element] = []
    for index, (at_old, new) in enumerate(rows):
        if new >= 0:
            omitted_before[new], waiting = waiting, []
        else:
            waiting.append(_omitted(old[at_old], numbers[index], script))
    elements: list[Element] = []
    at = 0
    for element in script.elements:
        if element.kind is ElementKind.SCENE_HEADING:
            elements += omitted_before.get(at, ())
            element = replace(element, scene_number=by_new[at])
            at += 1
        elements.append(element)
    elements += waiting
    return replace(script, elements=tuple(elements))


def _omitted(heading: Element, number: str, script: Script) -> Element:
    return Element(
        id=opaque_id("el", ("omitted", number, heading.id)),
        kind=ElementKind.SCENE_HEADING,
        text=OMITTED[script.language],
        line=heading.line,
        scene_number=number,
    )
