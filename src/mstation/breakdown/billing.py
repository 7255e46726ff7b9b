"""Cast numbers: who is 1 on every board and call sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from mstation.breakdown.scene import Character, Scene


def numbered(cast: tuple[Character, ...], scenes: Iterable[Scene]) -> tuple[Character, ...]:
    """Return the cast in the same order, with numbers by importance from 1, the lead.

    More lines come first, then more words, then more scenes; who appears first breaks a tie.
    """
    seen = Counter(person for scene in scenes for person in scene.present)
    by_importance = sorted(
        range(len(cast)),
        key=lambda index: (
            -cast[index].lines,
            -cast[index].words,
            -seen[cast[index].id],
            index,
        ),
    )
    numbers = {index: number for number, index in enumerate(by_importance, start=1)}
    return tuple(replace(person, number=numbers[index]) for index, person in enumerate(cast))
