"""Scene numbers as people and file names carry them: the script's own, or counted; their ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mstation.breakdown.scene import label_of
from mstation.identity import opaque_id
from mstation.screenplay.numerals import number_of
from mstation.screenplay.script import Element

_EPISODE_AND_SCENE = re.compile(r"(\d{1,3})-(\d{1,3})([A-Z]?)")
_NUMBER = re.compile(r"\d{1,6}")
_NOT_IN_LABELS = re.compile(r"[^0-9A-Z]")
_LONGEST = 12


def scene_id_of(heading: Element) -> str:
    """Return the id of the scene that a heading begins."""
    return opaque_id("sc", (heading.id,))


def scene_numbers(written: Sequence[str]) -> list[str]:
    """Return one number a scene, none twice, not even as a label (`012A`).

    `1-7` and 第七场 are scene 7; where the script has several episodes, `2-7` is scene 207.
    """
    episodes = {m[1] for number in written if (m := _EPISODE_AND_SCENE.fullmatch(number.upper()))}
    labels: set[str] = set()
    turns: Counter[str] = Counter()
    numbers = [""] * len(written)
    own = [_own_number(number, len(episodes) > 1) for number in written]
    # the script's own numbers come first: what is only counted makes way for them
    in_turn = sorted(range(len(written)), key=lambda index: not own[index])
    for index in in_turn:
        number = _unused(own[index] or str(index + 1), labels, turns)
        labels.add(label_of(number))
        numbers[index] = number
    return numbers


def numbers_meant(written: str) -> tuple[str, ...]:
    """Return the scene numbers that a person may mean by `12a`, 第十二场 or `1-7`."""
    plain = written.strip().removeprefix("第").removesuffix("场").removesuffix("場")
    meant = (plain.upper(), _own_number(plain, False), _own_number(plain, True))
    return tuple(dict.fromkeys(filter(None, meant)))


def _own_number(written: str, has_episodes: bool) -> str:
    written = written.strip().upper()
    parts = _EPISODE_AND_SCENE.fullmatch(written)
    if parts is not None:
        scene = f"{int(parts[2]):02d}" if has_episodes else str(int(parts[2]))
        return f"{int(parts[1]) if has_episodes else ''}{scene}{parts[3]}"
    chinese = number_of(written)
    if chinese is not None:
        return str(chinese)
    number = _NOT_IN_LABELS.sub("", written)[:_LONGEST]
    return number if _NUMBER.search(number) else ""


def _unused(wanted: str, labels: set[str], turns: Counter[str]) -> str:
    """Append A, B … Z, AA … until nobody else has the label."""
    number = wanted + letters_of(turns[wanted])
    while label_of(number) in labels:
        turns[wanted] += 1
        number = wanted + letters_of(turns[wanted])
    return number


def letters_of(turn: int) -> str:
    """Return the letters of a turn: none, A … Z, AA, AB …."""
    letters = ""
    while turn:
        turn, rest = divmod(turn - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
