"""A film's levels in, a picture of them over its time out: SVG to look at and to print.

The mix stands on top, momentary as a ground and short-term as a line, over the target; under it
each stem, then the cues. A long film runs in several rows, as music does on a page.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from xml.sax.saxutils import escape

from mstation.sound.levels import FilmLevels
from mstation.sound.metering import SILENCE_LUFS
from mstation.sound.sound_report import Happening, SoundReport, Stretch, printed

# All lengths in points, on a page as wide as A4 lying.
_WIDTH, _LEFT, _RIGHT, _TOP = 842.0, 62.0, 24.0, 92.0
_SCENES, _MIX, _LANE, _GAP, _CUES, _TIMES, _BETWEEN = 18.0, 150.0, 30.0, 5.0, 17.0, 18.0, 26.0
_FOOT = 18.0
_ROW_S, _MOST_ROWS = 360.0, 8
_OVER_LU, _UNDER_LU, _GRID_LU = 12, 36, 6  # how far the picture reaches about the target
_STEP = 0.75  # between two points of a curve
_LEAST_LABEL = 26.0
_TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800)
_TICK_WIDTH = 42.0

_FACES = (
    "'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'Helvetica Neue',Arial,sans-serif"
)
_INK, _SOFT, _HAIR, _PAPER = "#1D2733", "#66727F", "#DDE2E7", "#FFFFFF"
_GROUND, _LINE, _TARGET, _FAULT = "#C6D3E0", "#16426B", "#B5472F", "#C8102E"
_STEMS = {"dialogue": "#2B6CB0", "music": "#8B5A9F", "effects": "#6E8B3D"}


@cache
def _words(language: str) -> dict[str, str]:
    text = resources.files("mstation.sound").joinpath("level_words.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(text)[language]
    return words


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the picture: which part of the film it shows, and where on the page."""

    first_s: float
    end_s: float
    top: float

    def x(self, at_s: float) -> float:
        """Return where a time is on the page."""
        part = (at_s - self.first_s) / (self.end_s - self.first_s)
        return _LEFT + min(1.0, max(0.0, part)) * (_WIDTH - _LEFT - _RIGHT)

    def cut(self, stretches: Iterable[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
        """Return what of stretches of time lies in the row, on the page."""
        return [
            (self.x(first), self.x(end), label)
            for first, end, label in stretches
            if first < self.end_s and end > self.first_s
        ]


def level_picture(levels: FilmLevels, said: SoundReport, happening: Happening) -> bytes:
    """Return the picture of a film's levels as SVG; the same levels give the same bytes."""
    words = _words(happening.language)
    whole_s = max(1.0, happening.rate.seconds(happening.frames))
    count = min(_MOST_ROWS, max(1, math.ceil(whole_s / _ROW_S)))
    rows = [
        _Row(whole_s * index / count, whole_s * (index + 1) / count, _TOP + index * _row_height())
        for index in range(count)
    ]
    height = _TOP + count * _row_height() - _BETWEEN + _FOOT
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(_WIDTH)}pt" height="{_n(height)}pt" '
        f'viewBox="0 0 {_n(_WIDTH)} {_n(height)}" font-family="{_FACES}">',
        f"<title>{escape(happening.title)}: {words['levels']}</title>",
        f'<rect width="{_n(_WIDTH)}" height="{_n(height)}" fill="{_PAPER}"/>',
        *_head(said, happening, words),
    ]
    for row in rows:
        lines += _mix(row, levels, said)
        lines += _stems(row, levels, said, happening, words)
        lines += _marks(row, happening, words)
    return "\n".join([*lines, "</svg>", ""]).encode("utf-8")


def _row_height() -> float:
    return _SCENES + _MIX + 3 * (_GAP + _LANE) + _GAP + _CUES + _TIMES + _BETWEEN


def _head(said: SoundReport, happening: Happening, words: dict[str, str]) -> Iterator[str]:
    """Yield the title, the figures and the legend."""
    yield _text(_LEFT, 30, happening.title or words["levels"], 15, _INK, strong=True)
    told = said.told.zh if happening.language == "zh" else said.told.en
    yield _text(_LEFT, 45, f"{words['levels']} · {told}", 8.5, _SOFT)
    x = _LEFT
    for name, value in _figures(said, words):
        yield _text(x, 63, value, 11, _INK, strong=True)
        yield _text(x, 73, name, 7, _SOFT)
        x += 106
    right = _WIDTH - _RIGHT
    yield f'<rect x="{_n(right - 118)}" y="13" width="14" height="8" fill="{_GROUND}"/>'
    yield _text(right - 99, 20.5, words["momentary_line"], 7.5, _SOFT)
    yield _rule(right - 118, 28.5, right - 104, 28.5, _LINE, 1.5)
    yield _text(right - 99, 31, words["short_line"], 7.5, _SOFT)
    yield _rule(right - 118, 39, right - 104, 39, _TARGET, 1.0, dash="4 2.5")
    asked = f"{words['target_line']} {printed(said.asked['loudness_lufs'])} LUFS"
    yield _text(right - 99, 41.5, asked, 7.5, _SOFT)


def _figures(said: SoundReport, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield words["integrated"], f"{printed(said.integrated_lufs)} LUFS"
    if said.dialogue_lufs > SILENCE_LUFS:
        yield words["dialogue_gated"], f"{printed(said.dialogue_lufs)} LUFS"
    yield words["range"], f"{said.range_lu:.1f} LU"
    yield words["short_term"], f"{printed(said.max_short_term_lufs)} LUFS"
    yield words["true_peak"], f"{printed(said.true_peak_dbtp)} dBTP"
    speech = said.speech
    for name, least in (
        ("clear", speech.least_over_music_db),
        ("clear_effects", speech.least_over_effects_db),
    ):
        if least is not None:
            yield words[name], f"≥ {printed(least)} dB"


def _mix(row: _Row, levels: FilmLevels, said: SoundReport) -> Iterator[str]:
    """Yield the mix's curves over the grid, and the target's line."""
    goal = said.asked["loudness_lufs"]
    top, right = row.top + _SCENES, _WIDTH - _RIGHT
    for away in range(_OVER_LU, -_UNDER_LU - 1, -_GRID_LU):
        y = top + _down(goal + away, goal) * _MIX
        if away != 0:
            yield _rule(_LEFT, y, right, y, _HAIR, 0.5)
        colour = _TARGET if away == 0 else _SOFT
        yield _text(_LEFT - 6, y + 2.6, printed(goal + away, 0), 7.5, colour, anchor="end")
    loud = _points(row, levels.momentary_lufs["mix"], 4, goal, top, _MIX)
    yield _ground(loud, top + _MIX, _GROUND, 1.0)
    line = " ".join(
        f"{_n(x)},{_n(y)}" for x, y in _points(row, levels.short_term_lufs, 30, goal, top, _MIX)
    )
    yield f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="1.1" '
    yield 'stroke-linejoin="round"/>'
    y = top + _down(goal, goal) * _MIX
    yield _rule(_LEFT, y, right, y, _TARGET, 0.9, dash="4 2.5")


def _stems(
    row: _Row,
    levels: FilmLevels,
    said: SoundReport,
    happening: Happening,
    words: dict[str, str],
) -> Iterator[str]:
    """Yield a lane a stem, and marks where speech is not clear."""
    goal, top = said.asked["loudness_lufs"], row.top + _SCENES + _MIX + _GAP
    for name, colour in _STEMS.items():
        points = _points(row, levels.momentary_lufs[name], 4, goal, top, _LANE)
        yield _ground(points, top + _LANE, colour, 0.75)
        yield _rule(_LEFT, top + _LANE, _WIDTH - _RIGHT, top + _LANE, _HAIR, 0.5)
        yield _text(_LEFT - 6, top + _LANE - 4, words[name], 7.5, colour, anchor="end")
        if name == "dialogue":
            yield from _faults(row, levels, said, words, top)
        top += _LANE + _GAP


def _faults(
    row: _Row, levels: FilmLevels, said: SoundReport, words: dict[str, str], top: float
) -> Iterator[str]:
    wanted = said.speech.wanted_db
    unclear = [
        (float(each.second), each.second + 1.0, "")
        for each in levels.spoken
        if min(each.over_music_db, each.over_effects_db) < wanted
    ]
    for first, end, _ in row.cut(unclear):
        told = escape(words["unclear"].format(wanted=wanted))
        yield f'<rect x="{_n(first)}" y="{_n(top)}" width="{_n(max(1.0, end - first))}" '
        yield f'height="2.5" fill="{_FAULT}"><title>{told}</title></rect>'


def _marks(row: _Row, happening: Happening, words: dict[str, str]) -> Iterator[str]:
    """Yield scenes over the curves, cues and the time under them."""
    bottom = row.top + _row_height() - _BETWEEN - _TIMES
    for first, end, label in row.cut(_in_seconds(happening.scenes, happening)):
        yield _rule(first, row.top + 3, first, bottom, _SOFT, 0.4)
        if end - first >= _LEAST_LABEL:
            yield _text(first + 3, row.top + 11, label, 8, _INK, strong=True)
    right = _WIDTH - _RIGHT
    yield _rule(right, row.top + 3, right, bottom, _SOFT, 0.4)
    yield _text(_LEFT - 6, row.top + 11, words["scenes"], 7.5, _SOFT, anchor="end")
    yield _text(_LEFT - 6, bottom - 5, words["cues"], 7.5, _SOFT, anchor="end")
    for first, end, label in row.cut(_in_seconds(happening.cues, happening)):
        wide = max(1.0, end - first - 1.5)
        yield f'<rect x="{_n(first + 0.75)}" y="{_n(bottom - _CUES + 3)}" width="{_n(wide)}" '
        yield f'height="{_n(_CUES - 6)}" rx="2" fill="{_STEMS["music"]}" fill-opacity="0.16"/>'
        if wide >= _LEAST_LABEL:
            yield _text(first + 4, bottom - 5.5, label, 7.5, _STEMS["music"])
    yield from _clock(row, bottom)


def _clock(row: _Row, top: float) -> Iterator[str]:
    room = (row.end_s - row.first_s) / (_WIDTH - _LEFT - _RIGHT) * _TICK_WIDTH
    step = next((each for each in _TICKS_S if each >= room), _TICKS_S[-1])
    yield _rule(_LEFT, top, _WIDTH - _RIGHT, top, _SOFT, 0.5)
    for second in range(math.ceil(row.first_s / step) * step, math.floor(row.end_s) + 1, step):
        x = row.x(second)
        yield _rule(x, top, x, top + 3, _SOFT, 0.5)
        told = f"{second // 60}:{second % 60:02d}"
        yield _text(x, top + 12, told, 7.5, _SOFT, anchor="middle")


def _in_seconds(
    stretches: Sequence[Stretch], happening: Happening
) -> Iterator[tuple[float, float, str]]:
    seconds = happening.rate.seconds
    for each in stretches:
        yield seconds(each.first_frame), seconds(each.end_frame), each.label


def _points(
    row: _Row, curve: Sequence[float], width: int, goal: float, top: float, height: float
) -> list[tuple[float, float]]:
    """Return a curve on the page: of the values that a point stands for, the loudest.

    A value of so many tenths of a second stands at its middle.
    """
    points = []
    steps = round((_WIDTH - _LEFT - _RIGHT) / _STEP)
    a_step_s = (row.end_s - row.first_s) / steps
    for index in range(steps + 1):
        at = (row.first_s + index * a_step_s) * 10 - width / 2
        first = max(0, min(len(curve) - 1, round(at)))
        values = curve[first : max(first + 1, round(at + a_step_s * 10))]
        loudest = max(values, default=SILENCE_LUFS)
        points.append((_LEFT + index * _STEP, top + _down(loudest, goal) * height))
    return points


def _down(lufs: float, goal: float) -> float:
    """Return how far down the picture a loudness lies, 0 … 1."""
    return min(1.0, max(0.0, (goal + _OVER_LU - lufs) / (_OVER_LU + _UNDER_LU)))


def _ground(points: list[tuple[float, float]], bottom: float, colour: str, opacity: float) -> str:
    corners = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
    told = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
    return f'<polygon points="{told}" fill="{colour}" fill-opacity="{_n(opacity)}"/>'


def _rule(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dash: str = ""
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'stroke="{colour}" stroke-width="{_n(width)}"{dashes}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str,
    *,
    anchor: str = "start",
    strong: bool = False,
) -> str:
    weight = ' font-weight="600"' if strong else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{placed}{weight}>'
        f"{escape(text)}</text>"
    )


def _n(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
