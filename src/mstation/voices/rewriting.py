"""A written line and what is said for it, each letter said tied to its place in the writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str | None]
"""What is said for a match; None leaves it as it is written."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A line as an engine reads it right, and each letter's place in the line as written."""

    text: str
    places: tuple[int, ...]


def as_written(text: str) -> Readable:
    """Return the line as it stands."""
    return Readable(text, tuple(range(len(text))))


def rewritten(read: Readable, pattern: re.Pattern[str], say: Say) -> Readable:
    """Return the line with every match said otherwise; what is said shares the match's places."""
    text: list[str] = []
    places: list[int] = []
    last = 0
    for match in pattern.finditer(read.text):
        said = say(match)
        if said is None:
            continue
        text += [read.text[last : match.start()], said]
        places += read.places[last : match.start()]
        places += _shared(match, read.places, len(said))
        last = match.end()
    text.append(read.text[last:])
    return Readable("".join(text), (*places, *read.places[last:]))


def rewritten_by(read: Readable, rules: Iterable[tuple[re.Pattern[str], Say]]) -> Readable:
    """Return the line with one rule after the other applied."""
    for pattern, say in rules:
        read = rewritten(read, pattern, say)
    return read


def _shared(match: re.Match[str], places: tuple[int, ...], length: int) -> Iterator[int]:
    """Return a place for each letter said: shared by the digits of a number, else the first."""
    worded = [at for at in range(match.start(), match.end()) if match.string[at].isalnum()]
    at = worded or [match.start()]
    if not any(letter.isdigit() for letter in match[0]):
        at = at[:1]
    return (places[at[index * len(at) // length]] for index in range(length))
