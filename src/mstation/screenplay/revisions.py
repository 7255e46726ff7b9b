"""A new revision keeps the ids of what it kept: elements matched by content, then by likeness.

First everything unchanged and in order (patience alignment: words that stand once in both
revisions are anchors), then what moved, then what was edited between matched neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mstation.screenplay.draft import new_id
from mstation.screenplay.script import Element, ElementKind, Script

Key = tuple[ElementKind, str]

_LARGEST_TABLE = 40_000  # cells: gaps above this are aligned at their ends only
_LIKE_ENOUGH = 0.35  # share of common words that makes an edit of a line, not a new line
_WORD = re.compile(r"[^\W_]+|[\u3400-\u9fff]")
_HAN = re.compile(r"([\u3400-\u9fff])")
_MOST_WORDS = 400
_BEFORE_SPEECH = frozenset((ElementKind.CHARACTER, ElementKind.PARENTHETICAL))


@dataclass(frozen=True, slots=True)
class _Gap:
    """Elements of both revisions that stand between two matches, half-open."""

    old: int
    old_end: int
    new: int
    new_end: int


def keep_ids(script: Script, previous: Script) -> Script:
    """Return the script with the ids that its elements had in the revision before."""
    old, new = previous.elements, script.elements
    matched = _unchanged([_key(e) for e in old], [_key(e) for e in new])
    _match_moved(old, new, matched)
    _match_edited(old, new, matched)
    _match_rewritten(old, new, matched)
    taken = {element.id for element in old}
    turns: Counter[Key] = Counter()
    elements = []
    for index, element in enumerate(new):
        if index in matched:
            kept = old[matched[index]].id
        else:
            kept = _fresh_id(element, turns, taken)
            taken.add(kept)
        elements.append(element if kept == element.id else replace(element, id=kept))
    return replace(script, elements=tuple(elements))


def _key(element: Element) -> Key:
    return element.kind, element.text


def _fresh_id(element: Element, turns: Counter[Key], taken: set[str]) -> str:
    """The id of its content and turn, unless a revision before gave that to something else."""
    key = _key(element)
    while True:
        fresh = new_id(element.kind, element.text, turns[key])
        turns[key] += 1
        if fresh not in taken:
            return fresh


def _unchanged(old: Sequence[Key], new: Sequence[Key]) -> dict[int, int]:
    """Map elements of the new revision to the equal ones of the old, in order."""
    matched: dict[int, int] = {}
    gaps = [_Gap(0, len(old), 0, len(new))]
    while gaps:
        gap = _trimmed(gaps.pop(), old, new, matched)
        if gap.old == gap.old_end or gap.new == gap.new_end:
            continue
        anchors = _anchors(gap, old, new)
        if anchors:
            gaps.extend(_between(gap, anchors, matched))
        elif (gap.old_end - gap.old) * (gap.new_end - gap.new) <= _LARGEST_TABLE:
            _longest_common(gap, old, new, matched)
    return matched


def _trimmed(gap: _Gap, old: Sequence[Key], new: Sequence[Key], matched: dict[int, int]) -> _Gap:
    """Match what is equal at both ends of a gap."""
    first_old, first_new = gap.old, gap.new
    while first_old < gap.old_end and first_new < gap.new_end and old[first_old] == new[first_new]:
        matched[first_new] = first_old
        first_old, first_new = first_old + 1, first_new + 1
    end_old, end_new = gap.old_end, gap.new_end
    while end_old > first_old and end_new > first_new and old[end_old - 1] == new[end_new - 1]:
        end_old, end_new = end_old - 1, end_new - 1
        matched[end_new] = end_old
    return _Gap(first_old, end_old, first_new, end_new)


def _anchors(gap: _Gap, old: Sequence[Key], new: Sequence[Key]) -> list[tuple[int, int]]:
    """Return (old, new) of what stands once on each side of the gap, rising on both."""
    places_old = _single_places(old, gap.old, gap.old_end)
    places_new = _single_places(new, gap.new, gap.new_end)
    pairs = [(places_old[key], at) for key, at in places_new.items() if key in places_old]
    return longest_rising(pairs)


def _single_places(keys: Sequence[Key], start: int, end: int) -> dict[Key, int]:
    counts = Counter(keys[start:end])
    return {keys[at]: at for at in range(start, end) if counts[keys[at]] == 1}


def longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs, given in new order, whose old places rise."""
    tails: list[int] = []
    tail_pairs: list[int] = []
    before: list[int] = []
    for index, (old, _) in enumerate(pairs):
        place = bisect_left(tails, old)
        before.append(tail_pairs[place - 1] if place else -1)
        if place == len(tails):
            tails.append(old)
            tail_pairs.append(index)
        else:
            tails[place], tail_pairs[place] = old, index
    run: list[tuple[int, int]] = []
    at = tail_pairs[-1] if tail_pairs else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _between(gap: _Gap, anchors: list[tuple[int, int]], matched: dict[int, int]) -> Iterator[_Gap]:
    old, new = gap.old, gap.new
    for at_old, at_new in anchors:
        matched[at_new] = at_old
        yield _Gap(old, at_old, new, at_new)
        old, new = at_old + 1, at_new + 1
    yield _Gap(old, gap.old_end, new, gap.new_end)


def _longest_common(
    gap: _Gap, old: Sequence[Key], new: Sequence[Key], matched: dict[int, int]
) -> None:
    """Match the longest common subsequence of a small gap."""
    rows, columns = gap.old_end - gap.old, gap.new_end - gap.new
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            if old[gap.old + row] == new[gap.new + column]:
                best[row][column] = best[row + 1][column + 1] + 1
            else:
                best[row][column] = max(best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < rows and column < columns:
        if old[gap.old + row] == new[gap.new + column]:
            matched[gap.new + column] = gap.old + row
            row, column = row + 1, column + 1
        elif best[row + 1][column] >= best[row][column + 1]:
            row += 1
        else:
            column += 1


def _match_moved(old: Sequence[Element], new: Sequence[Element], matched: dict[int, int]) -> None:
    """Equal elements that changed their place keep their ids, in order among equals."""
    used = set(matched.values())
    waiting: dict[Key, deque[int]] = defaultdict(deque)
    for index, element in enumerate(old):
        if index not in used:
            waiting[_key(element)].append(index)
    for index, element in enumerate(new):
        if index not in matched and waiting.get(_key(element)):
            matched[index] = waiting[_key(element)].popleft()


def _match_edited(old: Sequence[Element], new: Sequence[Element], matched: dict[int, int]) -> None:
    """Between matched neighbours, what is like enough is the same thing, edited."""
    used = set(matched.values())
    edits: dict[int, int] = {}
    for gap in _unmatched_gaps(len(old), len(new), matched):
        olds = [at for at in range(gap.old, gap.old_end) if at not in used]
        news = [at for at in range(gap.new, gap.new_end) if at not in matched]
        if len(olds) * len(news) <= _LARGEST_TABLE // 16:
            edits.update(_likest(olds, news, old, new))
    matched.update(edits)


def _match_rewritten(
    old: Sequence[Element], new: Sequence[Element], matched: dict[int, int]
) -> None:
    """What stands under the same cue as before is that speech, whatever it says now."""
    used = set(matched.values())
    for at_new in range(1, len(new)):
        at_old = matched.get(at_new - 1, len(old)) + 1
        if at_new in matched or at_old >= len(old) or at_old in used:
            continue
        kinds = {old[at_old].kind, new[at_new].kind}
        before = new[at_new - 1].kind
        if kinds == {ElementKind.DIALOGUE} and before in _BEFORE_SPEECH:
            matched[at_new] = at_old
            used.add(at_old)


def _unmatched_gaps(old_end: int, new_end: int, matched: dict[int, int]) -> Iterator[_Gap]:
    """Yield the stretches between matches that keep their order; moved ones part nothing."""
    first_old = first_new = 0
    in_order = longest_rising([(matched[at], at) for at in sorted(matched)])
    for at_old, at_new in [*in_order, (old_end, new_end)]:
        if at_old > first_old and at_new > first_new:
            yield _Gap(first_old, at_old, first_new, at_new)
        first_old, first_new = at_old + 1, at_new + 1


def _likest(
    olds: list[int], news: list[int], old: Sequence[Element], new: Sequence[Element]
) -> dict[int, int]:
    """Pair elements of a gap, the likest first, one to one, without crossing."""
    words_old = {at: _words(old, at) for at in olds}
    words_new = {at: _words(new, at) for at in news}
    likeness = sorted(
        (-like, abs(a - b), at_new, at_old)
        for a, at_old in enumerate(olds)
        for b, at_new in enumerate(news)
        if old[at_old].kind is new[at_new].kind
        and (like := _likeness(words_old[at_old], words_new[at_new])) >= _LIKE_ENOUGH
    )
    pairs: dict[int, int] = {}
    for _, _, at_new, at_old in likeness:
        crosses = any((n < at_new) != (o < at_old) for n, o in pairs.items())
        if at_new not in pairs and at_old not in pairs.values() and not crosses:
            pairs[at_new] = at_old
    return pairs


def _words(elements: Sequence[Element], at: int) -> Counter[str]:
    """Count the words of an element; a heading is known by what is played under it as well."""
    words = _words_of(elements[at])
    if elements[at].kind is ElementKind.SCENE_HEADING:
        for element in elements[at + 1 :]:
            if element.kind is ElementKind.SCENE_HEADING or len(words) >= _MOST_WORDS:
                break
            words += _words_of(element)
    return Counter(words[:_MOST_WORDS])


def _words_of(element: Element) -> list[str]:
    return _WORD.findall(_HAN.sub(r" \1 ", element.text.lower()))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words that both have, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
