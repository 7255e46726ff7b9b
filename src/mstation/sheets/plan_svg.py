"""A sheet of techvis in, SVG out: a view's group counts in metres, its lines in points."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mstation.breakdown.reports.wording import one_line
from mstation.sheets.plan import Item, Outline, Sheet, View, Words

_FACES = (
    "'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'Helvetica Neue',Arial,sans-serif"
)
_MM_A_POINT = 25.4 / 72
_HALO = 2.2  # points


def write_svg(sheet: Sheet) -> bytes:
    """Return a sheet as SVG of its true size; the same sheet gives the same bytes."""
    width, height = sheet.width_pt, sheet.height_pt
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(width * _MM_A_POINT)}mm" '
        f'height="{_number(height * _MM_A_POINT)}mm" '
        f'viewBox="0 0 {_number(width)} {_number(height)}" font-family="{_FACES}">',
        f"<title>{_text(sheet.title)}</title>",
        f'<rect width="{_number(width)}" height="{_number(height)}" fill="#FFFFFF"/>',
    ]
    for view in sheet.views:
        lines += _view(view)
    lines += [_item(item, 1.0) for item in sheet.items]
    return "\n".join([*lines, "</svg>", ""]).encode("utf-8")


def _view(view: View) -> Iterator[str]:
    window, scale = view.window, view.points_a_metre
    low_x, low_y = (_number(value) for value in window.low)
    yield f'<clipPath id="{view.name}-window"><rect x="{low_x}" y="{low_y}" '
    yield f'width="{_number(window.width_m)}" height="{_number(window.height_m)}"/></clipPath>'
    left, top = view.on_page((0.0, 0.0))
    place = f"translate({_number(left)} {_number(top)}) scale({_number(scale)})"
    clip = f"url(#{view.name}-window)"
    yield f'<g id="{view.name}" transform="{place}" clip-path="{clip}">'
    for item in view.items:
        yield _item(item, scale)
    yield "</g>"


def _item(item: Item, scale: float) -> str:
    return _words(item, scale) if isinstance(item, Words) else _outline(item, scale)


def _outline(line: Outline, scale: float) -> str:
    """Return a line whose width stays in points where a metre is `scale` points long."""
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in line.points)
    marks = [f'points="{points}"', f'fill="{line.fill or "none"}"']
    if line.fill and line.opacity < 1.0:
        marks.append(f'fill-opacity="{_number(line.opacity)}"')
    if line.width_pt > 0:
        marks.append(f'stroke="{line.stroke}" stroke-width="{_number(line.width_pt / scale)}"')
        marks.append('stroke-linejoin="round"')
    if line.dash_pt:
        dashes = " ".join(_number(dash / scale) for dash in line.dash_pt)
        marks.append(f'stroke-dasharray="{dashes}"')
    shape = "polygon" if line.is_closed else "polyline"
    if not line.name:
        return f"<{shape} {' '.join(marks)}/>"
    return f"<{shape} {' '.join(marks)}><title>{_text(line.name)}</title></{shape}>"


def _words(words: Words, scale: float) -> str:
    x, y = (_number(value) for value in words.at)
    marks = [f'x="{x}" y="{y}"', f'font-size="{_number(words.size_pt / scale)}"']
    marks.append(f'fill="{words.colour}"')
    if words.anchor != "start":
        marks.append(f'text-anchor="{words.anchor}"')
    if words.is_strong:
        marks.append('font-weight="600"')
    if words.has_halo:
        edge = _number(_HALO / scale)
        marks.append(f'stroke="#FFFFFF" stroke-width="{edge}" paint-order="stroke"')
    if words.turn_deg:
        marks.append(f"transform={quoteattr(f'rotate({_number(words.turn_deg)} {x} {y})')}")
    return f"<text {' '.join(marks)}>{_text(words.text)}</text>"


def _text(text: str) -> str:
    return escape(one_line(text))


def _number(value: float) -> str:
    """Return a number with no more digits than a printer can show."""
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
