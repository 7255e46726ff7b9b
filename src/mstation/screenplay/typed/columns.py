"""Where a typed script sets its action and its dialogue: learnt from the script itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.chinese.words import find_transition
from mstation.screenplay.fountain.cue import caseless_name, read_capital_cue
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language
from mstation.screenplay.typed.paragraph import Paragraph

LETTER = 7.2  # points; the width of a letter of 12-point Courier
# a scene number is short and holds a digit: 12, 12A, A12, 2-B, 110-A
NUMBER = r"(?=[A-Za-z]{0,3}-?\d)[A-Za-z0-9][A-Za-z0-9.\-]{0,7}?"
_STEP = 1.5 * LETTER  # columns nearer to each other than this are one
_MAX_CUE = 60
_LEAST: dict[Language, int] = {"en": 1, "zh": 2}  # speeches that show a column
_TRANSITIONS = lexicon("mstation.screenplay", "words")["transitions"]
_WHOLE = frozenset(_TRANSITIONS["en"])
_STARTS = tuple(_TRANSITIONS["en_starts"])


@dataclass(frozen=True, slots=True)
class Columns:
    """The left edges of action and of dialogue, in points."""

    action: float
    dialogue: float


def learn_columns(lines: Sequence[Paragraph], *, language: Language) -> Columns | None:
    """Return where action and dialogue stand, or None where the script has no such columns.

    It has them when speeches stand under names that are set further in. A Chinese script needs
    a column of dialogue of its own: a short last line that hangs looks like a name.
    """
    votes = Counter[float]()
    edges = _edges(line.left for line in lines)
    for above, line in pairwise(lines):
        if line.blanks or above.align != "left" or line.text[:1] in "(（":
            continue
        if above.left > line.left + _STEP / 2 and is_cue_like(above.text):
            votes[edges[line.left]] += 1
    dialogue = max(votes, key=lambda edge: (votes[edge], -edge), default=0.0)
    if votes[dialogue] < _LEAST[language]:
        return None
    action = min(_action_edge(lines, edges), dialogue)
    if dialogue - action >= _STEP:
        return Columns(action, dialogue)
    if language == "zh":
        return None
    has_headings = any(is_heading(line.text) for line in lines)
    return Columns(action if has_headings else dialogue - 10 * LETTER, dialogue)


def _action_edge(lines: Sequence[Paragraph], edges: dict[float, float]) -> float:
    """Return where headings stand; without any, the leftmost edge at which lines often begin."""
    headings = Counter(edges[line.left] for line in lines if is_heading(line.text))
    if headings:
        return max(headings, key=lambda edge: (headings[edge], -edge))
    counts = Counter(edges[line.left] for line in lines)
    common = [edge for edge, count in counts.items() if count >= max(2, 0.04 * len(lines))]
    return min(common or counts)


def is_near(left: float, edge: float) -> bool:
    """Whether a left edge is that of a column."""
    return abs(left - edge) <= 0.8 * LETTER


def is_heading(text: str) -> bool:
    """Whether a line of its own is a scene heading, in English or Chinese."""
    if starts_as_heading(text):
        return True
    found = find_heading(text)
    return found is not None and found.strength in ("strong", "act", "dashed", "none")


def is_transition(text: str) -> bool:
    """Whether a line of its own is a transition, in English or Chinese."""
    bare = text.rstrip(".:。： ")
    if not bare or len(text) > 80:
        return False
    is_named = text == text.upper() and (text.endswith(("TO:", "TO：")) or bare.startswith(_STARTS))
    return bare in _WHOLE or is_named or find_transition(text)


def is_cue_like(text: str) -> bool:
    """Whether a line by itself looks like the name above a speech."""
    if not text or len(text) > _MAX_CUE or text[0] in "(（" or is_heading(text):
        return False
    if is_transition(text):
        return False
    return read_capital_cue(text) is not None or bool(caseless_name(text))


def _edges(lefts: Iterable[float]) -> dict[float, float]:
    """Map every left edge to that of its column: edges a hair apart are the same."""
    edges: dict[float, float] = {}
    counts = Counter(lefts)
    group: list[float] = []
    for left in sorted(counts):
        if group and left - group[0] > 0.6 * LETTER:
            _close(group, counts, edges)
            group = []
        group.append(left)
    _close(group, counts, edges)
    return edges


def _close(group: list[float], counts: Counter[float], edges: dict[float, float]) -> None:
    if group:
        edge = max(group, key=lambda left: (counts[left], -left))
        edges.update(dict.fromkeys(group, edge))
