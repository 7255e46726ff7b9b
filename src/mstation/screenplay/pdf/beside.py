"""Speeches that are printed side by side, to one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mstation.screenplay.pdf.sheet import Line, Word, set_words
from mstation.screenplay.script import ElementKind
from mstation.screenplay.typed import Paragraph, Piece, glue, is_cue_like, run_on

_LEAST_GUTTER = 1.5  # letters
_MOST_LINES = 60  # of a sheet


@dataclass(frozen=True, slots=True)
class Beside:
    """Two speeches side by side; they fill `extent` lines."""

    paragraphs: tuple[Paragraph, ...]
    extent: int


def find_beside(lines: Sequence[Line], height: float) -> dict[int, Beside]:
    """Return the pairs of speeches on a sheet, by the index of the line with their cues."""
    found: dict[int, Beside] = {}
    end = 0
    for index, line in enumerate(lines):
        cues = _cues(line) if index >= end else None
        if cues is None:
            continue
        end = _end(lines, index, height)
        cut = _gutter(lines[index:end], cues)
        if cut is None or end - index < 2:
            end = index
            continue
        halves = list(_halves(lines[index:end], cut))
        paragraphs = [*_speech(halves[0], is_dual=False), *_speech(halves[1], is_dual=True)]
        found[index] = Beside(tuple(paragraphs), end - index)
    return found


def _cues(line: Line) -> tuple[float, float] | None:
    """Return where the left cue ends and the right one begins, where a line holds two."""
    gaps = [
        (after.left - before.right, index)
        for index, (before, after) in enumerate(pairwise(line.words), 1)
    ]
    if not gaps:
        return None
    gap, at = max(gaps)
    if gap < 3 * (line.pitch or 0.5 * line.size):
        return None
    sides = (line.words[:at], line.words[at:])
    texts = [set_words(replace(line, words=words))[0] for words in sides]
    if not all(is_cue_like(text) for text in texts):
        return None
    return sides[0][-1].right, sides[1][0].left


def _end(lines: Sequence[Line], start: int, height: float) -> int:
    """Return the line after the pair: where a gap parts it from what follows."""
    end = start + 1
    most = min(len(lines), start + _MOST_LINES)
    while end < most and lines[end].top - lines[end - 1].top < 1.5 * height:
        end += 1
    return end


def _gutter(lines: Sequence[Line], between: tuple[float, float]) -> float | None:
    """Return the middle of the widest upright strip between the cues that no word crosses."""
    taken = sorted((word.left, word.right) for line in lines for word in line.words)
    best: tuple[float, float] | None = None
    at = between[0]
    for left, right in [*taken, (between[1], between[1])]:
        if left > between[1]:
            break
        if left > at and (best is None or left - at > best[0]):
            best = left - at, (left + at) / 2
        at = max(at, right)
    if best is None or best[0] < _LEAST_GUTTER * 0.5 * lines[0].size:
        return None
    return best[1]


def _halves(lines: Sequence[Line], cut: float) -> Iterator[list[Line]]:
    for is_left in (True, False):
        half: list[Line] = []
        for line in lines:
            words: tuple[Word, ...] = tuple(w for w in line.words if (w.left < cut) == is_left)
            if words:
                half.append(replace(line, words=words))
        yield half


def _speech(lines: list[Line], *, is_dual: bool) -> Iterator[Paragraph]:
    """Read a column as a cue, then what is said and how."""
    cue, *rest = lines
    text, runs = set_words(cue)
    yield Paragraph(text, 1, runs=runs, kind=ElementKind.CHARACTER, is_dual=is_dual)
    limit = max((line.right for line in rest), default=0.0)
    pieces: list[Piece] = []
    last: Line | None = None
    for line in rest:
        text, runs = set_words(line)
        is_aside = text[:1] in "(（"
        kind = ElementKind.PARENTHETICAL if is_aside else ElementKind.DIALOGUE
        piece = Paragraph(text, 1, runs=runs, kind=kind)
        if pieces and last is not None and _goes_on(pieces, is_aside=is_aside):
            word = line.words[0].right - line.words[0].left
            wraps = last.right + 0.5 * line.size + word > limit
            is_inside = pieces[0][1].kind is ElementKind.PARENTHETICAL
            pieces.append((glue(last.text, text) if wraps or is_inside else "\n", piece))
        else:
            yield from [run_on(pieces)] if pieces else []
            pieces = [("", piece)]
        last = line
    if pieces:
        yield run_on(pieces)


def _goes_on(pieces: Sequence[Piece], *, is_aside: bool) -> bool:
    if pieces[0][1].kind is ElementKind.PARENTHETICAL:
        return pieces[-1][1].text[-1] not in ")）"
    return not is_aside
