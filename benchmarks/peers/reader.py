"""What is called of a reader's library, and the neutral form in which it answers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Entry = list[Any]  # kind, text, attributes: those for which the reader has a model
Answer = tuple[list[Entry], list[str] | None]  # the notes are None where there is no model of them

# letters of no script stand for the ends of styled text, until it is parted into runs
MARKS = {"italic": "\ue000\ue001", "bold": "\ue002\ue003", "underline": "\ue004\ue005"}
_OPENS = {pair[0]: style for style, pair in MARKS.items()}
_CLOSES = {pair[1]: style for style, pair in MARKS.items()}


@dataclass(frozen=True)
class Reader:
    """A reader of Fountain.

    `texts` walks all that was read and gives every text as it is when its emphasis and notes are
    interpreted, where the library can do that: what counts in a probe is paid for in a race.
    """

    parse: Callable[[Any], Any]
    texts: Callable[[Any], Iterable[str]]
    entries: Callable[[Any], Answer]
    decode: Callable[[bytes], Any]


def as_file(data: bytes, *, encoding: str) -> str:
    """Return what a text file opened in Python gives: line breaks are made one."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding).read()


def between(style: str, text: str) -> str:
    """Return text between the marks of a style."""
    start, end = MARKS[style]
    return start + text + end


def styled(kind: str, marked: str, **attributes: Any) -> Entry:
    """Return the entry of marked text: plain, with its styled stretches."""
    styles: set[str] = set()
    runs: list[list[str]] = []
    plain: list[str] = []
    for piece in re.split("([\ue000-\ue005])", marked):
        if piece in _OPENS:
            styles.add(_OPENS[piece])
        elif piece in _CLOSES:
            styles.discard(_CLOSES[piece])
        elif piece:
            plain.append(piece)
            if styles:
                runs.append([piece, " ".join(sorted(styles))])
    return [kind, "".join(plain), {"runs": runs, **attributes}]
