"""A report in, a table for people or a document for programs out, in either language.

The words lie in `words/`, one table a module of checks; `words/pictures.toml` says what such a
table holds.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from typing import Any

from mstation import document
from mstation.check.finding import Fault, Report, Row, Value
from mstation.errors import Tongue
from mstation.timebase import START_TIMECODE, FrameRate, timecode

SCHEMA = "mstation.check/1"
_TABLE = "table"
_MOST_FAULTS = 12  # of one row that are told to people; the document holds all
_LONGEST_LINE = 56
_LANGUAGES: tuple[Tongue, ...] = ("en", "zh")
_MISSING = "missing"  # the detail that says why a row is unmeasured
_LISTS = frozenset(("names", "sizes", "timeline", "stage"))  # blanks that hold several things
_BETWEEN = ", "
_THINGS = frozenset(("by", "thing"))  # blanks that hold the name of a prim
_EDGE = "\0"  # of a word that fills a blank, until the sentence is spaced
_AT_EDGE = re.compile(r"(?<=(.)) ?\0 ?(?=(.))")
_HAN = re.compile(r"[\u3400-\u9fff]")

Values = Sequence[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class ToldMend:
    """A way out of a fault, with its sentence in each language."""

    kind: str
    values: dict[str, Value]
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A further figure of a row."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class ToldFault:
    """A fault, with its sentence in each language; `said` is what is spoken there."""

    kind: str
    scene: str
    shot: str
    line: str
    said: str
    frame: int
    timecode: str
    values: dict[str, Value]
    text: dict[str, str]
    mends: tuple[ToldMend, ...]


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A check, with its title in each language."""

    check: str
    number: int
    title: dict[str, str]
    state: str
    is_hard: bool
    tested: int
    value: float
    unit: str
    bar: str
    detail: tuple[ToldFigure, ...]
    faults: tuple[ToldFault, ...]


@dataclass(frozen=True, slots=True)
class ToldReport:
    """The report as a document."""

    title: str
    rate: str
    scenes: int
    shots: int
    is_sound: bool
    rows: tuple[ToldRow, ...]


def to_json(report: Report) -> bytes:
    """Return a report as a `mstation.check/1` document, every sentence in both languages."""
    told = ToldReport(
        report.title,
        report.rate,
        report.scenes,
        report.shots,
        report.is_sound,
        tuple(_told_row(row, report) for row in report.rows),
    )
    return document.write(told, SCHEMA, indent=1)


def _told_row(row: Row, report: Report) -> ToldRow:
    rate, said = FrameRate.parse(report.rate), dict(report.lines)
    return ToldRow(
        row.check,
        row.number,
        {language: title_of(row, language) for language in _LANGUAGES},
        row.state,
        row.is_hard,
        row.tested,
        row.value,
        _unit(row),
        row.bar,
        tuple(ToldFigure(name, value) for name, value in row.detail),
        tuple(_told_fault(row, fault, rate, said) for fault in row.faults),
    )


def _told_fault(row: Row, fault: Fault, rate: FrameRate, said: Mapping[str, str]) -> ToldFault:
    return ToldFault(
        fault.kind,
        fault.scene,
        fault.shot,
        fault.line,
        said.get(fault.line, ""),
        fault.frame,
        _timecode(fault, rate),
        dict(fault.values),
        _in_each(row, "fault", fault.kind, fault.values),
        tuple(
            ToldMend(kind, dict(values), _in_each(row, "mend", kind, values))
            for kind, values in fault.mends
        ),
    )


def _in_each(row: Row, table: str, kind: str, values: Values) -> dict[str, str]:
    return {language: sentence(row, table, kind, values, language) for language in _LANGUAGES}


def tell(report: Report, language: Tongue) -> str:
    """Return a report as people read it: a table of the checks, and under it every fault.

    A fault stands with its scene, shot, timecode, the line spoken there, and what would mend it.
    """
    say = _words()[_TABLE][language]
    title = report.title or say["untitled"]
    lines = [say["head"].format(title=title, scenes=report.scenes, shots=report.shots), ""]
    lines += _table(report, language)
    for row in report.rows:
        if row.faults:
            lines += ["", *_faults(row, report, language)]
    broken = [
        title_of(row, language) for row in report.rows if row.is_hard and row.state == "failed"
    ]
    verdict = say["unsound"] if broken else say["sound"]
    lines += ["", verdict.format(checks=say["comma"].join(broken))]
    return "\n".join(lines) + "\n"


def title_of(row: Row, language: Tongue) -> str:
    """Return what a check is called."""
    return str(_named(row).get(language, row.check))


def _unit(row: Row) -> str:
    return str(_named(row).get("unit", "number"))


def _named(row: Row) -> dict[str, str]:
    named: dict[str, str] = _words_of(row.check).get("row", {}).get(row.check, {})
    return named


def sentence(row: Row, table: str, kind: str, values: Values, language: Tongue) -> str:
    """Return a sentence of the row's words, its blanks filled.

    A kind that has no words is told by its name and values.
    """
    words = _words_of(row.check)
    known = words.get(table, {}).get(kind)
    if known is None:
        return f"{kind} ({', '.join(f'{name}={value}' for name, value in values)})"
    terms = {**_words()[_TABLE]["term"], **words.get("term", {})}
    filled = {
        name: _called(name, value, terms, language) if isinstance(value, str) else value
        for name, value in values
    }
    return _AT_EDGE.sub(_space, known[language].format(**filled)).replace(_EDGE, "")


def _called(name: str, value: str, terms: Mapping[str, Any], language: Tongue) -> str:
    """Return the words that fill a blank, between their edges."""
    parts = value.split(_BETWEEN) if name in _LISTS else [value]
    if name in _THINGS:
        parts = [part.replace("_", " ") for part in parts]
    called = [terms[part][language] if part in terms else part for part in parts]
    return f"{_EDGE}{_words()[_TABLE][language]['between'].join(called)}{_EDGE}"


def _space(edge: re.Match[str]) -> str:
    """Return what parts words: nothing between Han characters, a space beside them."""
    is_han = [bool(_HAN.match(letter)) for letter in edge.groups()]
    if all(is_han):
        return ""
    if any(is_han) and any(letter.isalnum() for letter in edge.groups() if not _HAN.match(letter)):
        return " "
    return edge[0].replace(_EDGE, "")


@cache
def _words() -> dict[str, dict[str, Any]]:
    """Return every table of words by its file's name; read once, never changed."""
    folder = files("mstation.check").joinpath("words")
    tables = sorted(folder.iterdir(), key=lambda path: path.name)
    return {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
        for path in tables
        if path.name.endswith(".toml")
    }


@cache
def _words_of(check: str) -> Mapping[str, Any]:
    """Return the table of words that holds a check's row."""
    return next((words for words in _words().values() if check in words.get("row", {})), {})


def _table(report: Report, language: Tongue) -> Iterator[str]:
    """Yield the rows in columns; a row's further figures stand under it."""
    say = _words()[_TABLE][language]
    rows: list[Sequence[str]] = [say["columns"]]
    rows += [
        (
            title_of(row, language),
            str(row.tested),
            _figure(row.value, _unit(row)) if row.state != "unmeasured" else "",
            row.bar,
            say["missed" if row.state == "failed" and not row.is_hard else row.state],
        )
        for row in report.rows
    ]
    widths = [max(_width(cells[column]) for cells in rows) for column in range(len(rows[0]))]
    yield _in_columns(rows[0], widths)
    yield _in_columns(["-" * width for width in widths], widths)
    for row, cells in zip(report.rows, rows[1:], strict=True):
        yield _in_columns(cells, widths)
        if further := _further(row, language):
            yield f"    {further}"


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells side by side, figures to the right, words to the left."""
    padded = [
        " " * (width - _width(cell)) + cell
        if column in (1, 2)
        else cell + " " * (width - _width(cell))
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return the columns of a text: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _figure(value: Value, unit: str) -> str:
    if isinstance(value, str):
        return value
    return str(_words()[_TABLE]["units"][unit].format(value=value, percent=100 * value))


def _further(row: Row, language: Tongue) -> str:
    """Return a row's further figures, or why there is none."""
    say, words = _words()[_TABLE][language], _words_of(row.check)
    told = []
    for name, group in groupby(row.detail, key=itemgetter(0)):
        values = [value for _, value in group]
        if name == _MISSING:
            told += [sentence(row, _MISSING, str(value), (), language) for value in values]
            continue
        known = words.get("detail", {}).get(name, {})
        unit = known.get("unit", "number" if isinstance(values[0], float) else "count")
        figures = say["comma"].join(_figure(value, unit) for value in values)
        told.append(f"{known.get(language, name)}{say['colon']}{figures}")
    return str(say["semicolon"].join(told))


def _faults(row: Row, report: Report, language: Tongue) -> Iterator[str]:
    say = _words()[_TABLE][language]
    yield say["faults"].format(check=title_of(row, language), count=len(row.faults))
    for fault in row.faults[:_MOST_FAULTS]:
        yield f"  {_place(fault, report, say)}"
        yield f"      {sentence(row, 'fault', fault.kind, fault.values, language)}"
        for index, (kind, values) in enumerate(fault.mends):
            lead = say["or"] if index else say["mend"]
            yield f"      {lead}{sentence(row, 'mend', kind, values, language)}"
    left = len(row.faults) - _MOST_FAULTS
    if left > 0:
        yield f"  {say['more'].format(count=left)}"


def _place(fault: Fault, report: Report, say: Mapping[str, str]) -> str:
    """Return where a fault is: shot, or scene, timecode, and what is said there."""
    line = " ".join(dict(report.lines).get(fault.line, "").split())
    if len(line) > _LONGEST_LINE:
        line = line[: _LONGEST_LINE - 1] + "…"
    scene = say["scene"].format(scene=fault.scene) if fault.scene else ""
    parts = (
        fault.shot or scene,
        _timecode(fault, FrameRate.parse(report.rate)),
        say["line"].format(text=line) if line else "",
    )
    return "  ".join(part for part in parts if part)


def _timecode(fault: Fault, rate: FrameRate) -> str:
    return timecode(fault.frame, rate, start=START_TIMECODE) if fault.frame >= 0 else ""
