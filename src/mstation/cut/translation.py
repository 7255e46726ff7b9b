"""A film's lines as a table to be translated, and the filled table back.

A row is a line of the script: its id (which stays when the script is revised), who says it, what
is said and its translation. A row without an id is known by its text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mstation.cut.timeline import VoiceClip
from mstation.cut.wording import clean
from mstation.filled_table import COLUMNS, Table, TableRow

_MOST_NAMED = 20  # lines without a translation, each by name
_MOST_QUOTED = 40  # characters of a line


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not as it should be, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Translated:
    """The film's voices with what they say in the other language, and what is missing."""

    voices: tuple[VoiceClip, ...]  # in the film's order; empty texts where there is none
    doubts: tuple[Doubt, ...]
    strangers: tuple[TableRow, ...]  # rows that belong to no line


def translate(table: Table, voices: Sequence[VoiceClip]) -> Translated:
    """Return the voices in the table's language, and what does not fit: each by name."""
    texts: dict[str, TableRow] = {}
    doubts: list[Doubt] = []
    strangers: list[TableRow] = []
    for row in table.rows:
        if not row.translation:
            continue
        lines = _lines_of(row, voices)
        if not lines:
            strangers.append(row)
            doubts.append(_stranger(row))
        for voice in lines:
            before = texts.setdefault(voice.line_id, row)
            if clean(before.translation) != clean(row.translation):
                doubts.append(_twice(before, row, voice))
            elif row.text and _plain(row.text) != _plain(voice.text):
                doubts.append(_rewritten(row, voice))
    doubts += _missing([voice for voice in voices if voice.line_id not in texts])
    told = (texts[v.line_id].translation if v.line_id in texts else "" for v in voices)
    spoken = tuple(
        replace(voice, text=text, words=()) for voice, text in zip(voices, told, strict=True)
    )
    return Translated(spoken, tuple(doubts), tuple(strangers))


def _lines_of(row: TableRow, voices: Sequence[VoiceClip]) -> list[VoiceClip]:
    """Return the lines that a row translates: the one of its id, or all of its text."""
    named = [voice for voice in voices if row.line and voice.line_id == row.line]
    if named or not row.text:
        return named
    same = [voice for voice in voices if _plain(voice.text) == _plain(row.text)]
    own = [voice for voice in same if voice.character.casefold() == row.character.casefold()]
    return own or same


def _plain(text: str) -> str:
    return "".join(clean(text).casefold().split())


def write_table(voices: Sequence[VoiceClip], tongue: str, filled: Table | None = None) -> bytes:
    """Return the film's lines as a table to be translated, in UTF-8 as spreadsheets open it.

    filled: a table that was begun before. Its translations are kept, and its rows that belong to
    no line any more stand at the end.
    """
    done = translate(filled, voices) if filled else None
    texts = [voice.text for voice in done.voices] if done else [""] * len(voices)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")  # Source: RFC 4180
    table.writerow((*COLUMNS[:3], filled.tongue_for(tongue) if filled else COLUMNS[3]))
    for voice, text in zip(voices, texts, strict=True):
        table.writerow((voice.line_id, voice.character, clean(voice.text), text))
    for row in done.strangers if done else ():
        table.writerow((row.line, row.character, row.text, row.translation))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _quoted(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"


def _stranger(row: TableRow) -> Doubt:
    named = _quoted(row.text) or row.line
    return Doubt(
        f"row {row.number}: the film has no line “{named}”; its translation is not used",
        f"第 {row.number} 行：影片中没有台词“{named}”，该译文未使用",
    )


def _twice(before: TableRow, row: TableRow, voice: VoiceClip) -> Doubt:
    named = f"{voice.character}: {_quoted(voice.text)}"
    return Doubt(
        f"rows {before.number} and {row.number} both translate “{named}”; "
        f"row {before.number} holds",
        f"第 {before.number} 行和第 {row.number} 行都是“{named}”的译文；"
        f"以第 {before.number} 行为准",
    )


def _rewritten(row: TableRow, voice: VoiceClip) -> Doubt:
    now, then = _quoted(voice.text), _quoted(row.text)
    return Doubt(
        f"row {row.number} translates “{then}”, which now reads “{now}”; look at it again",
        f"第 {row.number} 行译的是“{then}”，该台词现为“{now}”；请核对",
    )


def _missing(voices: Sequence[VoiceClip]) -> Iterator[Doubt]:
    for voice in voices[:_MOST_NAMED]:
        named = f"{voice.character}: {_quoted(voice.text)}"
        yield Doubt(
            f"“{named}” ({voice.line_id}) has no translation; the original stands for it",
            f"“{named}”（{voice.line_id}）没有译文，以原文代替",
        )
    left = len(voices) - _MOST_NAMED
    if left > 0:
        yield Doubt(f"{left} more lines have no translation", f"另有 {left} 句台词没有译文")
