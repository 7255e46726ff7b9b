"""Cues: the name above a speech, what stands behind it, and which lines are one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mstation.screenplay.chinese.words import SILENT_LABELS, find_transition

_EXTENSION = re.compile(r"\s*[(（]([^()（）]*)(?:[)）]|$)")
_CASELESS_NAME = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff][\u3040-\u30ff\u3400-\u9fff·・0-9A-Z]{0,9}"
)
_MARKS = "*_ \t"


@dataclass(frozen=True, slots=True)
class Cue:
    """A name with its extensions: `MARA (V.O.) ^`."""

    name: str
    extensions: tuple[str, ...] = ()
    is_dual: bool = False
    is_forced: bool = False


def read_forced_cue(text: str) -> Cue:
    """Return the cue of a line that is one, whatever its letters: `@McCABE (O.S.)`."""
    text, is_dual = _part_dual(text.lstrip("@＠").strip())
    name, extensions, rest = _part_extensions(text)
    if rest or not name:
        name, extensions = text.strip(_MARKS), ()
    return Cue(name, extensions, is_dual, is_forced=True)


def read_capital_cue(text: str) -> Cue | None:
    """Return the cue of a line in capitals of any script that has them, else None."""
    if text[0].islower() or text[0] in "(（":
        return None
    text, is_dual = _part_dual(text)
    name, extensions, rest = _part_extensions(text)
    if rest or not name or "^" in name or not _is_capital(name):
        return None
    return Cue(name, extensions, is_dual)


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


def caseless_cues(lines: list[str], start: int) -> frozenset[str]:
    """Return the names that this script writes above speeches without an `@`.

    A name counts when a parenthetical follows it, when it is forced elsewhere, or when it
    stands twice where a cue would.
    """
    times: Counter[str] = Counter()
    for index in range(start, len(lines) - 1):
        line = lines[index]
        if line.isascii() or len(line) > 60 or not lines[index + 1].strip():
            continue
        text = line.strip()
        if text[:1] in ("@", "＠"):
            times[read_forced_cue(text).name] += 2
        elif index == start or not lines[index - 1].strip():
            name = caseless_name(text)
            if name:
                times[name] += 2 if is_parenthetical(lines[index + 1].strip()) else 1
    return frozenset(name for name, count in times.items() if count > 1)


def _part_dual(text: str) -> tuple[str, bool]:
    return (text[:-1].rstrip(), True) if text.endswith("^") else (text, False)


def _part_extensions(text: str) -> tuple[str, tuple[str, ...], str]:
    """Return the name, what stands in parentheses behind it, and anything after those."""
    starts = [at for at in (text.find("("), text.find("（")) if at > 0]
    if not starts:
        return text.strip(_MARKS), (), ""
    at = min(starts)
    name = text[:at].strip(_MARKS)
    extensions: list[str] = []
    while (match := _EXTENSION.match(text, at)) is not None:
        if match[0][-1] not in ")）" and match[1] != match[1].upper():
            break
        extensions.append(match[1].strip())
        at = match.end()
        if at == len(text):
            break
    return name, tuple(filter(None, extensions)), text[at:].strip(_MARKS)


def _is_capital(name: str) -> bool:
    return name == name.upper() and any(letter.isupper() for letter in name)
