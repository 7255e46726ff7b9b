"""A scene's shots in, its techvis out: for each shot a floor plan, a side view and the numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.drawing import draw_title
from mstation.breakdown.reports.ink import PALE, PAPERS_PT, new_canvas, say
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import fitted, width_of
from mstation.breakdown.scene import Scene
from mstation.schedule.setups import setups_of
from mstation.screenplay.script import Language
from mstation.sheets.camera import CameraFacts, SceneCameras
from mstation.sheets.elevation import side_view
from mstation.sheets.figures import background_ring, figures_of
from mstation.sheets.floor import floor_plan
from mstation.sheets.numbers import Row, camera_rows
from mstation.sheets.plan import Item, Outline, Point, Sheet, View, Words, arrow_head, polygon
from mstation.sheets.plan_pdf import draw_sheet
from mstation.sheets.plan_svg import write_svg
from mstation.sheets.wording import length_text, lens_text, move_text, size_text, words_of
from mstation.shots.reasons import told
from mstation.shots.shot import Shot, Take
from mstation.stage.layout import Layout
from mstation.timebase import FrameRate

_MARGIN, _TITLE_HEIGHT, _FOOT_HEIGHT = 30.0, 22.0, 14.0
_WIDTH, _HEIGHT = 535.0, 350.0  # of a shot's sheet, in points: two stand on either paper
_HEAD, _GAP = 18.0, 6.0
_NUMBERS = 176.0  # how wide the column of numbers is
_SIDE = 84.0  # how high the view from the side is
_INSIDE = 3.0  # between a view's frame and its words
_LABEL_PT, _VALUE_PT, _HEAD_PT, _SMALL_PT = 6.2, 8.0, 10.0, 6.6
_LABELS, _LEADING = 62.0, 9.6  # how wide the labels of the numbers are; from line to line
_RULE, _HAIR, _GREY, _INK = "#9A9A9A", "#DDDDDD", "#666666", "#111111"
_ROUND_M = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_BAR_PT = 40.0  # the least that a scale bar is long
_RING_PT = 3.0
_A_PAGE = 2


def techvis_sheets(
    scene: Scene,
    layout: Layout,
    shots: Sequence[Shot],
    takes: Sequence[Take],
    numbers: SceneCameras,
    *,
    rate: FrameRate,
    language: Language,
) -> tuple[Sheet, ...]:
    """Return the drawing of every shot of a scene, in order."""
    names = {body.character_id: body.name for take in takes for body in take.sheet.bodies}
    letters = setups_of(tuple(shots))
    return tuple(
        _sheet(
            scene, layout, shot, take, facts,
            names=names, setup=letters[shot.id], rate=rate, language=language,
        )
        for shot, take, facts in zip(shots, takes, numbers.cameras, strict=True)
    )  # fmt: skip


def techvis_svg(sheet: Sheet) -> bytes:
    """Return one shot's drawing as SVG."""
    return write_svg(sheet)


def techvis_pdf(
    scene: Scene, sheets: Sequence[Sheet], *, language: Language, paper: Paper = "a4"
) -> bytes:
    """Return a scene's drawings as PDF, two a page, to scale.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(language)
    width, height = PAPERS_PT[paper]
    out = io.BytesIO()
    number = words["scene"].format(number=scene.number)
    title = f"{number} – {scene.heading}"
    canvas = new_canvas(
        out, (width, height), title=f"{title} – {words['techvis']}", language=language
    )
    pages = [sheets[at : at + _A_PAGE] for at in range(0, len(sheets), _A_PAGE)] or [()]
    left = (width - _WIDTH) / 2
    for page, shown in enumerate(pages, start=1):
        area = Area(left, height - _MARGIN - _TITLE_HEIGHT + 4, _WIDTH, _TITLE_HEIGHT)
        draw_title(canvas, area, title, f"{words['techvis']}  {page}/{len(pages)}")
        room = height - 2 * _MARGIN - _TITLE_HEIGHT - _FOOT_HEIGHT
        for place, sheet in enumerate(shown):
            top = height - _MARGIN - _TITLE_HEIGHT - place * (room / _A_PAGE)
            draw_sheet(canvas, sheet, left, top)
        say(canvas, left, _MARGIN, words["plan"]["to_scale"], _SMALL_PT, colour=PALE)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _sheet(
    scene: Scene,
    layout: Layout,
    shot: Shot,
    take: Take,
    facts: CameraFacts,
    *,
    names: Mapping[str, str],
    setup: str,
    rate: FrameRate,
    language: Language,
) -> Sheet:
    """Return one shot's drawing: its head, the plan, the side view below, numbers at the right."""
    words = words_of(language)
    figures = figures_of(take, scene.present)
    plan_width = _WIDTH - _NUMBERS - _GAP
    plan_height = _HEIGHT - _HEAD - _SIDE - _GAP
    plan = floor_plan(
        layout, shot, facts, figures, place=(0.0, _HEAD, plan_width, plan_height), language=language
    )
    low = _HEAD + plan_height + _GAP
    side = side_view(
        layout, shot, take, facts, figures, place=(0.0, low, _WIDTH, _SIDE), language=language
    )
    rows = camera_rows(shot, facts, take.sheet.sensor, names=names, setup=setup, language=language)
    items: list[Item] = [*_head(shot, rate, language)]
    for view in (plan, side):
        items += _frame(view)
    plan_caption = words["plan"]["plan"].format(scale=f"1:{plan.scale}")
    side_caption = words["plan"]["elevation"].format(scale=f"1:{side.scale}")
    items += [*_caption(plan, plan_caption), *_caption(side, side_caption), *_scale_bar(plan)]
    items += _north(plan, words["plan"]["north"])
    if any(figure.is_background for figure in figures):
        items += _legend(plan, words["plan"]["background"])
    items += _rows(plan_width + _GAP, rows)
    items += _why(plan_width + _GAP, _HEAD + plan_height, shot, language)
    return Sheet(f"{shot.label} – {scene.heading}", _WIDTH, _HEIGHT, (plan, side), tuple(items))


def _head(shot: Shot, rate: FrameRate, language: Language) -> Iterator[Item]:
    """Yield the shot's label, what it is, and how long."""
    words = words_of(language)
    yield Words((0.0, 11.5), shot.label, _HEAD_PT, is_strong=True)
    told = (
        size_text(shot.size, words),
        words["angles"][shot.angle.value],
        lens_text(shot, words),
        move_text(shot, words),
        length_text(shot.frames, rate, words),
    )
    yield Words((_WIDTH, 11.5), words["bar"].join(told), _VALUE_PT, _GREY, "end")


def _frame(view: View) -> Iterator[Item]:
    """Yield the frame around a view."""
    (x0, y0), (x1, y1) = view.on_page(view.window.low), view.on_page(view.window.high)
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    yield Outline(corners, _RULE, 0.5, is_closed=True)


def _caption(view: View, text: str) -> Iterator[Item]:
    """Yield in a view's upper left corner what it is."""
    x, y = view.on_page(view.window.low)
    at = (x + _INSIDE + 1, y + _SMALL_PT + 2.5)
    yield Words(at, text, _SMALL_PT, _GREY, has_halo=True)


def _scale_bar(view: View) -> Iterator[Item]:
    """Yield a plan's scale bar in its lower left corner."""
    metre = view.points_a_metre
    length = next((each for each in _ROUND_M if each * metre >= _BAR_PT), _ROUND_M[-1])
    left, _ = view.on_page(view.window.low)
    _, low = view.on_page(view.window.high)
    x, y = left + _INSIDE + 3, low - _INSIDE - 3
    half = length * metre / 2
    yield _paper((x - 4, y - 15), (x + 2 * half + 15, y + 4))
    for part, fill in enumerate(("#111111", "#FFFFFF")):
        box = [(x + part * half, y - 3), (x + (part + 1) * half, y - 3),
               (x + (part + 1) * half, y), (x + part * half, y)]  # fmt: skip
        yield polygon(box, fill=fill, width_pt=0.5)
    for share in (0.0, 0.5, 1.0):
        yield Words(
            (x + share * 2 * half, y - 5), f"{length * share:g}", _LABEL_PT, anchor="middle"
        )
    yield Words((x + 2 * half + 5, y), "m", _LABEL_PT)


def _paper(low: Point, high: Point) -> Item:
    """Return a piece of white that what stands on it can be read."""
    corners = [low, (high[0], low[1]), high, (low[0], high[1])]
    return polygon(corners, fill="#FFFFFF", width_pt=0, opacity=0.8)


def _north(view: View, text: str) -> Iterator[Item]:
    right, _ = view.on_page(view.window.high)
    _, top = view.on_page(view.window.low)
    x, y = right - _INSIDE - 8, top + _INSIDE + 2
    yield _paper((x - 7, y - 3), (x + 7, y + 26))
    yield Outline(((x, y + 16), (x, y)), _INK, 0.8)
    yield polygon(arrow_head((x, y), (0.0, -1.0), 6.0), fill=_INK, width_pt=0)
    yield Words((x, y + 24), text, _SMALL_PT + 0.6, anchor="middle", is_strong=True)


def _legend(view: View, text: str) -> Iterator[Item]:
    """Yield in a plan's lower right corner what the ring of somebody in the background says."""
    right, low = view.on_page(view.window.high)
    x, y = right - _INSIDE - 4, low - _INSIDE - 4
    left = x - width_of(text, _SMALL_PT) - 2 * _RING_PT
    yield _paper((left - 2 * _RING_PT, y - 9), (x + 4, y + 4))
    yield background_ring((left, y - 2.4), _RING_PT)
    yield Words((x, y), text, _SMALL_PT, _GREY, "end")


def _rows(left: float, rows: Sequence[Row]) -> Iterator[Item]:
    """Yield the numbers: each label before its value, a hair line between two rows."""
    y = _HEAD
    for label, value in rows:
        lines = fitted(value, width=_NUMBERS - _LABELS, size=_VALUE_PT, lines=3)
        shown = fitted(label, width=_LABELS - 4, size=_SMALL_PT)
        yield Words((left, y + 8.4), "".join(shown), _SMALL_PT, _GREY)
        for index, line in enumerate(lines):
            yield Words((left + _LABELS, y + 8.4 + index * _LEADING), line, _VALUE_PT)
        y += _LEADING * max(len(lines), 1) + 3.4
        yield Outline(((left, y - 1), (left + _NUMBERS, y - 1)), _HAIR, 0.4)


def _why(left: float, low: float, shot: Shot, language: Language) -> Iterator[Item]:
    """Yield at the foot of the column why the shot is as it is, and what the director wrote."""
    words = words_of(language)
    note = words["note"].format(text=shot.direction) if shot.direction else ""
    lines = [
        line
        for text in (told(shot.why, language), note)
        if text
        for line in fitted(text, width=_NUMBERS, size=_SMALL_PT, lines=3)
    ]
    for index, line in enumerate(lines):
        at = (left, low - 2 - (len(lines) - 1 - index) * 8.0)
        yield Words(at, line, _SMALL_PT, _GREY)
