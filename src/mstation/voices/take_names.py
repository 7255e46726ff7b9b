"""The names of recorded files in, the line that each was recorded for out.

A line's label is for people: `012-L03`, the third line of scene 12. It moves when lines are added
before it; its id does not. A file may be named by either.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath

from mstation.breakdown.scene import Line, Scene, label_of
from mstation.screenplay.script import ReadingNote

RECORDED = frozenset({".wav", ".wave"})
# What recorders and phones also write: said by name, not passed over.
OTHER_SOUND = frozenset({
    ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".caf", ".wma",
    ".amr", ".mp4", ".mov", ".3gp", ".webm",
})  # fmt: skip
_LABEL = re.compile(r"(?P<scene>[a-z]*\d+[a-z]*?)[-_ ]?l(?P<line>\d+)(?![a-z0-9])")
_ID = re.compile(r"ln-[a-z0-9]+")
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line with what people call it."""

    label: str
    scene_label: str
    line: Line


@dataclass(frozen=True, slots=True)
class Matched:
    """The file of each line that has one, by the line's id; and what is to be said of others."""

    files: dict[str, str]
    doubts: tuple[ReadingNote, ...]


def labelled(scenes: Iterable[Scene]) -> tuple[LabelledLine, ...]:
    """Return every line of a film with its label: the scene's, and its number there."""
    return tuple(
        LabelledLine(f"{scene.label}-L{number:02d}", scene.label, line)
        for scene in scenes
        for number, line in enumerate((each.line for each in scene.beats if each.line), 1)
    )


def matched(names: Sequence[str], lines: Sequence[LabelledLine]) -> Matched:
    """Return which file was recorded for which line; a file that fits none is told by name.

    What stands after the label is the person's own: `012-L03 take 2.wav`. Two files for one line
    are both left alone: nobody said which is meant.
    """
    by_name = _by_name(lines)
    found: dict[str, list[str]] = defaultdict(list)
    doubts: list[ReadingNote] = []
    for name in sorted(set(names)):
        suffix = PurePath(name).suffix.casefold()
        if suffix in OTHER_SOUND:
            doubts.append(_not_wav(name))
        elif suffix in RECORDED:
            line = by_name.get(_called(name))
            if line is None:
                doubts.append(_nobody(name, lines))
            else:
                found[line.line.id].append(name)
    labels = {line.line.id: line.label for line in lines}
    doubts += [_several(labels[of], names) for of, names in found.items() if len(names) > 1]
    return Matched({of: names[0] for of, names in found.items() if len(names) == 1}, tuple(doubts))


def _by_name(lines: Sequence[LabelledLine]) -> Mapping[str, LabelledLine]:
    named = {line.line.id.casefold(): line for line in lines}
    return {line.label.casefold(): line for line in reversed(lines)} | named


def _called(name: str) -> str:
    """Return what line a file's name means, as a label or an id; its stem where it means none."""
    stem = unicodedata.normalize("NFKC", PurePath(name).stem).casefold().strip()
    if label := _LABEL.match(stem):
        return f"{label_of(label['scene']).casefold()}-l{int(label['line']):02d}"
    ids = _ID.match(stem)
    return ids[0] if ids else stem


def _nobody(name: str, lines: Sequence[LabelledLine]) -> ReadingNote:
    near = get_close_matches(_called(name), [line.label.casefold() for line in lines], 1, _NEAR)
    label = next((line.label for line in lines if line.label.casefold() in near), "")
    said = f"; did you mean `{label}.wav`?" if label else "; see `lines.csv` for their labels"
    said_zh = f"，是否想写 `{label}.wav`？" if label else "；台词编号见 `lines.csv`"
    return _note(
        f"`{name}` names no line of the film{said}", f"`{name}` 不对应片中任何台词{said_zh}"
    )


def _not_wav(name: str) -> ReadingNote:
    return _note(
        f"`{name}` is no WAV and is not used; save it as WAV",
        f"`{name}` 不是 WAV，未使用；请另存为 WAV",
    )


def _several(label: str, names: Sequence[str]) -> ReadingNote:
    quoted = [f"`{name}`" for name in names]
    return _note(
        f"{' and '.join(quoted)} are all for line {label}: none is used; keep one",
        f"{'、'.join(quoted)} 都是台词 {label} 的录音：均未使用，请只留一个",
    )


def _note(text: str, zh: str) -> ReadingNote:
    return ReadingNote(0, "warning", text, zh)
