r"""Cues: the name above a speech, what stands behind it, and which lines are one.

A backslash makes a parenthesis, or a `^` at the end, part of the name: `@MAN \(30\)`. In an
extension it does so too, and backslashes that stand before that parenthesis are written twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from mstation.screenplay.chinese.words import SILENT_LABELS, find_transition
from mstation.screenplay.emphasis import marked_text, plain_text

_OPENS_EXTENSION = re.compile(r"(?<!\\)[(（]")
_EXTENSION = re.compile(r"\s*[(（]((?:[^()（）\\]|\\.)*+)(?:[)）]|$)")
_GUARDED_NAME = re.compile(r"\\(?=[(（]|\^$)")
_GUARD_NAME = re.compile(r"(?=[(（])|(?=\^$)")
_AT_PARENTHESIS = re.compile(r"(?<!\\)(\\*+)(?=[()（）])")
_CASELESS_NAME = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff][\u3040-\u30ff\u3400-\u9fff·・0-9A-Z]{0,9}"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_STYLE_MARKS = "*_ \t"


class Cue(NamedTuple):
    """A name with its extensions, `MARA (V.O.) ^`; the name still has its marks of style."""

    name: str
    extensions: tuple[str, ...] = ()
    is_dual: bool = False
    is_forced: bool = False


def read_forced_cue(text: str) -> Cue:
    """Return the cue of a line that is one, whatever its letters: `@McCABE (O.S.)`."""
    text = text[1:].strip() if text[0] in "@＠" else text
    words, is_dual = _part_dual(text)
    name, extensions, rest = _part_extensions(words)
    if rest or not name:
        name, extensions = words.strip(), ()
    return Cue(_unguarded(name), extensions, is_dual, is_forced=True)


def read_capital_cue(text: str) -> Cue | None:
    """Return the cue of a line in capitals of any script that has them, else None."""
    first = text[0]
    if first.islower() or first in "(（":
        return None
    if text.isascii() and "(" not in text and "^" not in text:
        return Cue(text) if text.isupper() else None
    text, is_dual = _part_dual(text)
    name, extensions, rest = _part_extensions(text)
    if rest or not name or "^" in name or not _is_capital(name):
        return None
    return Cue(_unguarded(name), extensions, is_dual)


def written_cue(cue: Cue) -> str:
    """Return the line of a cue, without what forces it to be one."""
    guarded = _GUARD_NAME.sub(r"\\", cue.name) if cue.name.strip("\\") else f"\\{cue.name}"
    extensions = "".join(map(_written_extension, cue.extensions))
    guarded += " " if extensions and guarded.endswith("\\") else ""
    return f"{guarded}{extensions} ^" if cue.is_dual else guarded + extensions


def is_parenthetical(text: str) -> bool:
    """Whether a line is wholly in parentheses, half or full width."""
    return len(text) > 1 and text[0] in "(（" and text[-1] in ")）"


def caseless_name(text: str) -> str:
    """Return the name of a line that may be a cue in a script without capitals, or ''."""
    if len(text) > 40:
        return ""
    name, _, rest = _part_extensions(_part_dual(text)[0])
    if rest or not _CASELESS_NAME.fullmatch(name):
        return ""
    return "" if name in SILENT_LABELS or find_transition(name) else name


def caseless_cues(texts: Sequence[str], start: int) -> frozenset[str]:
    """Return the names that this script writes above speeches without an `@`.

    A name counts when a parenthetical follows it, when it is forced elsewhere, or when it
    stands twice where a cue would.
    """
    times: Counter[str] = Counter()
    for index in range(start, len(texts) - 1):
        text = texts[index]
        if text.isascii() or len(text) > 60 or not texts[index + 1]:
            continue
        if text[0] in "@＠":
            name = read_forced_cue(text).name
            times[name] += 2
        elif index == start or not texts[index - 1]:
            name = caseless_name(text)
            times[name] += 2 if is_parenthetical(texts[index + 1]) else 1
    return frozenset(name for name, count in times.items() if count > 1 and name)


def _part_dual(text: str) -> tuple[str, bool]:
    if text[-1:] == "^" and text[-2:] != "\\^":
        return text[:-1].rstrip(), True
    return text, False


def _part_extensions(text: str) -> tuple[str, tuple[str, ...], str]:
    """Return the name, what stands in parentheses behind it, and anything after those."""
    opening = _OPENS_EXTENSION.search(text, 1)
    if opening is None:
        return text.strip(), (), ""
    at = opening.start()
    name = text[:at].strip()
    extensions: list[str] = []
    while (match := _EXTENSION.match(text, at)) is not None:
        if match[0][-1] not in ")）" and match[1] != match[1].upper():
            break
        extensions.append(_plain_extension(match[1]))
        at = match.end()
        if at == len(text):
            break
    rest = text[at:].strip(_STYLE_MARKS)
    if not rest and text[at:].strip():  # **MARA (V.O.)**: the marks reach over the extension
        name = name.strip(_STYLE_MARKS)
    return name, tuple(filter(None, extensions)), rest


def _plain_extension(marked: str) -> str:
    words = _AT_PARENTHESIS.sub(lambda found: "\\" * (len(found[1]) // 2), marked.strip())
    return plain_text(words)[0]


def _written_extension(extension: str) -> str:
    words = _AT_PARENTHESIS.sub(r"\1\1\\", marked_text(extension))
    words += " " if words.endswith("\\") else ""
    return f"（{words}）" if _HAN.search(words) else f" ({words})"


def _unguarded(name: str) -> str:
    if "\\" not in name:
        return name
    return _GUARDED_NAME.sub("", name) if name.strip("\\") else name[1:]


def _is_capital(name: str) -> bool:
    return name == name.upper() and any(letter.isupper() for letter in name)
