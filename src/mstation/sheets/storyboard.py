"""Shots and their pictures in, a storyboard to shoot from out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.drawing import draw_title
from mstation.breakdown.reports.ink import INK, PALE, PAPERS_PT, new_canvas, rectangle, say
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import fitted, printable, width_of
from mstation.breakdown.reports.wording import clock_text, strip_colour
from mstation.breakdown.scene import Scene
from mstation.sheets.panel import Pictures, draw_panel, pictures_of
from mstation.sheets.reel import Entry, Reel, entries_of
from mstation.sheets.wording import words_of

_MARGIN, _GUTTER = 30.0, 13.0
_TITLE_HEIGHT, _BAR_HEIGHT, _GAP = 22.0, 17.0, 6.0
_HEADING_SIZE, _ASIDE_SIZE = 9.0, 8.0
_ROWS = 2
_COLUMNS, _UPRIGHT_COLUMNS = 3, 5
_UPRIGHT = 0.9  # width over height under which more pictures stand in a row


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a page: the scene's bar where it begins or the page does, and its shots."""

    scene: Scene
    entries: tuple[Entry, ...]
    has_bar: bool
    is_continued: bool


def storyboard(
    reel: Reel,
    frames: Mapping[str, bytes],
    *,
    ends: Mapping[str, bytes] | None = None,
    paper: Paper = "a4",
) -> bytes:
    """Return the storyboard as PDF; the same shots and pictures give the same bytes.

    `frames` has a JPEG for each shot id: how the shot begins. Where its camera moves, `ends`
    has how it ends. A shot without a picture is a grey field.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    pictures = pictures_of(frames, ends or {})
    is_upright = any(picture.aspect < _UPRIGHT for picture in pictures.first.values())
    columns = _UPRIGHT_COLUMNS if is_upright else _COLUMNS
    entries = entries_of(reel)
    pages = list(_pages(_strips(entries, columns)))
    height, width = PAPERS_PT[paper]
    words = words_of(reel.language)
    out = io.BytesIO()
    title = reel.title or words["untitled"]
    canvas = new_canvas(
        out,
        (width, height),
        title=f"{title} – {words['storyboard']}",
        language=reel.language,
    )
    seen: set[str] = set()
    for number, strips in enumerate(pages, start=1):
        _head(canvas, (width, height), title, f"{words['storyboard']}  {number}/{len(pages)}")
        for row, strip in enumerate(strips):
            area = _row_area((width, height), row)
            if strip.has_bar:
                _bookmark(canvas, strip.scene, seen)
                _bar(canvas, area, strip, reel, entries)
            _draw_strip(canvas, area, strip, columns, pictures, reel)
        canvas.showPage()
    if not pages:
        _head(canvas, (width, height), title, words["storyboard"])
        say(canvas, _MARGIN, height - 90, words["no_shots"], _HEADING_SIZE)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _strips(entries: Sequence[Entry], columns: int) -> Iterator[Strip]:
    """Yield the rows of the film; a scene begins a row."""
    for _, group in groupby(entries, key=lambda entry: entry.clip.scene_label):
        shots = tuple(group)
        for start in range(0, len(shots), columns):
            row = shots[start : start + columns]
            yield Strip(row[0].scene, row, start == 0, is_continued=start > 0)


def _pages(strips: Iterator[Strip]) -> Iterator[list[Strip]]:
    """Yield the rows of each page; the first of them always says its scene."""
    page: list[Strip] = []
    for strip in strips:
        if len(page) == _ROWS:
            yield page
            page = []
        if not page and not strip.has_bar:
            strip = Strip(strip.scene, strip.entries, has_bar=True, is_continued=True)
        page.append(strip)
    if page:
        yield page


def _row_area(size: tuple[float, float], row: int) -> Area:
    """Return where a row stands, its bar included: rows are alike on every page."""
    width, height = size
    room = height - 2 * _MARGIN - _TITLE_HEIGHT
    each = (room - (_ROWS - 1) * _GAP) / _ROWS
    top = height - _MARGIN - _TITLE_HEIGHT - row * (each + _GAP)
    return Area(_MARGIN, top - each, width - 2 * _MARGIN, each)


def _head(canvas: Any, size: tuple[float, float], title: str, right: str) -> None:
    width, height = size
    area = Area(_MARGIN, height - _MARGIN - _TITLE_HEIGHT + 4, width - 2 * _MARGIN, _TITLE_HEIGHT)
    draw_title(canvas, area, title, right)


def _bar(canvas: Any, area: Area, strip: Strip, reel: Reel, entries: Sequence[Entry]) -> None:
    """Draw the scene's bar in the colour of its strip: number and heading, shots and length."""
    words, scene = words_of(reel.language), strip.scene
    bar = Area(area.left, area.top - _BAR_HEIGHT, area.width, _BAR_HEIGHT)
    rectangle(canvas, bar, fill=strip_colour(scene))
    shots = [entry.clip for entry in entries if entry.scene.id == scene.id]
    length = clock_text(reel.rate.seconds(sum(clip.shot.frames for clip in shots)))
    aside = f"{words['columns']['shots']} {len(shots)}{words['bar']}{length}"
    heading = words["continued"].format(text=scene.heading) if strip.is_continued else scene.heading
    number = words["scene"].format(number=scene.number)
    base = bar.bottom + 5.2
    say(canvas, bar.left + 6, base, printable(number), _HEADING_SIZE, colour=INK, is_strong=True)
    left = bar.left + 18 + width_of(printable(number), _HEADING_SIZE)
    room = bar.right - left - width_of(aside, _ASIDE_SIZE) - 24
    shown = fitted(heading, width=room, size=_HEADING_SIZE)
    say(canvas, left, base, "".join(shown), _HEADING_SIZE, colour=INK, is_strong=True)
    right = bar.right - 6 - width_of(aside, _ASIDE_SIZE)
    say(canvas, right, base, aside, _ASIDE_SIZE, colour=PALE)


def _bookmark(canvas: Any, scene: Scene, seen: set[str]) -> None:
    if scene.id in seen:
        return
    seen.add(scene.id)
    key = f"scene-{len(seen)}"
    canvas.bookmarkPage(key)
    name = fitted(f"{scene.number}  {scene.heading}", width=400, size=10)
    canvas.addOutlineEntry((name or (key,))[0], key, 0)


def _draw_strip(
    canvas: Any, area: Area, strip: Strip, columns: int, pictures: Pictures, reel: Reel
) -> None:
    width = (area.width - (columns - 1) * _GUTTER) / columns
    height = area.height - _BAR_HEIGHT - _GAP
    for place, entry in enumerate(strip.entries):
        left = area.left + place * (width + _GUTTER)
        draw_panel(canvas, Area(left, area.bottom, width, height), entry, pictures, reel)
