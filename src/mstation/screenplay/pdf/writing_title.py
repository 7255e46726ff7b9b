"""The title page: the title at a third, who wrote it, whom to call, which draft it is.

Source: the usual US title page; Chinese ones have the same parts and a larger title in 黑体.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mstation.screenplay.layout.printed import PageFormat
from mstation.screenplay.layout.wrapping import columns_of, wrap
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.pdf.fonts import Style
from mstation.screenplay.pdf.writing_pen import Pen
from mstation.screenplay.script import Language, Script

_TABLE = lexicon("mstation.screenplay.layout", "printed")
_KEYS: dict[str, list[str]] = _TABLE["title_page"]
_ROLES = {word: role for role, words in _KEYS.items() for word in words}
_WRITTEN_BY: str = _TABLE["en"]["written_by"]
_BOLD, _PLAIN = Style(is_bold=True), Style()
_CHINESE_TITLE_PT = 26.0  # 一号
_LEADING = 1.5  # of a title's lines, in its size
_TITLE_COLUMNS = 44  # of the body, in letters of the title's size
_LEFT_SHARE = 0.55  # of the body, for whom to call


@dataclass(frozen=True, slots=True)
class _TitleLine:
    """A line of the title page; `above` is the blank space over it, in points."""

    text: str
    style: Style
    size_pt: float
    above: float = 0.0


def title_entries(script: Script) -> dict[str, list[str]]:
    """Return the lines of the title page by what they are; `other` has those of any other key."""
    entries: dict[str, list[str]] = {role: [] for role in (*_KEYS, "other")}
    for entry in script.title_page:
        role = _ROLES.get(entry.key.strip().lower(), "other")
        lines = [line.strip() for line in entry.lines if line.strip()]
        entries[role] += _keyed(entry.key, lines, script.language) if role == "other" else lines
    return entries


def draw_title_page(pen: Pen, script: Script, form: PageFormat) -> None:
    """Draw the title page, and others after it should it be too long for one."""
    entries = title_entries(script)
    middle = list(_middle(entries, script, form))
    left = [*entries["contact"], *entries["other"]]
    left = _broken(left, int(form.columns * _LEFT_SHARE), script.language)
    right = entries["date"]
    right = _broken(right, form.columns - int(form.columns * _LEFT_SHARE) - 2, script.language)
    top, bottom = form.height_pt - form.top_pt, form.top_pt
    height = sum(line.above + line.size_pt * _LEADING for line in middle)
    feet = max(len(left), len(right)) * form.row_pt
    y = min(form.height_pt * 2 / 3, top)
    if y - height < bottom + feet + form.row_pt:
        y = top
    y = _draw_middle(pen, middle, form, y)
    if y < bottom + feet:
        pen.canvas.showPage()
        y = top
    if feet > top - bottom:
        _draw_long(pen, [*left, *right], form)
        return
    for lines, is_right in ((left, False), (right, True)):
        for number, text in enumerate(lines):
            width = columns_of(text, script.language)
            column = form.left + (form.columns - width if is_right else 0)
            line_y = bottom + (len(lines) - number - 1) * form.row_pt
            pen.write(text, column * form.column_pt, line_y)


def _middle(
    entries: dict[str, list[str]], script: Script, form: PageFormat
) -> Iterator[_TitleLine]:
    """Yield what stands in the middle: title, episode, credit, authors, source."""
    size = _CHINESE_TITLE_PT if script.language == "zh" else pen_size(form)
    columns = int(form.columns * pen_size(form) / size) if script.language == "zh" else 0
    for text in _broken(entries["title"], columns or _TITLE_COLUMNS, script.language):
        yield _TitleLine(text, _BOLD, size)
    above = 2 * form.row_pt
    for group in (entries["episode"], *_credits(entries, script), entries["source"]):
        for number, text in enumerate(_broken(group, form.columns, script.language)):
            yield _TitleLine(text, _PLAIN, pen_size(form), 0.0 if number else above)
        above = form.row_pt


def pen_size(form: PageFormat) -> float:
    """Return the size of the script's letters, in points."""
    return 2 * form.column_pt if form.language == "zh" else form.column_pt / 0.6


def _credits(entries: dict[str, list[str]], script: Script) -> tuple[list[str], list[str]]:
    """Return what is said before the authors, and the authors; in Chinese, 编剧：and the name."""
    credit, authors = entries["credit"], entries["author"]
    if script.language == "en":
        return (credit or ([_WRITTEN_BY] if authors else [])), authors
    named = []
    for entry in script.title_page:
        if _ROLES.get(entry.key.strip().lower()) == "author":
            lines = [line.strip() for line in entry.lines if line.strip()]
            named += lines if credit else _keyed(entry.key, lines, script.language)
    return credit, named


def _keyed(key: str, lines: Sequence[str], language: Language) -> list[str]:
    """Return the lines with their key before the first, unless that says it already."""
    if not lines or "©" in lines[0] or lines[0].casefold().startswith(key.strip().casefold()):
        return list(lines)
    joint = "：" if language == "zh" else ": "
    return [key.strip() + joint + lines[0], *lines[1:]]


def _broken(lines: Sequence[str], columns: int, language: Language) -> list[str]:
    return [
        line[start:end] for line in lines for start, end in wrap(line, columns, language=language)
    ]


def _draw_middle(pen: Pen, lines: Sequence[_TitleLine], form: PageFormat, y: float) -> float:
    """Draw centred lines downwards from y, over as many pages as they need; return where."""
    for line in lines:
        y -= line.above + line.size_pt * _LEADING
        if y < form.top_pt:
            pen.canvas.showPage()
            y = form.height_pt - form.top_pt - line.size_pt * _LEADING
        scaled = Pen(
            pen.canvas, pen.language, form.column_pt * line.size_pt / pen_size(form), line.size_pt
        )
        width_pt = columns_of(line.text, pen.language) * scaled.column_pt
        middle_pt = (form.left + form.columns / 2) * form.column_pt
        scaled.write(line.text, middle_pt - width_pt / 2, y, style=line.style)
    return y


def _draw_long(pen: Pen, lines: Sequence[str], form: PageFormat) -> None:
    """Draw what is too long for the foot of a page from its top on."""
    y = form.height_pt - form.top_pt
    for text in lines:
        if y < form.top_pt:
            pen.canvas.showPage()
            y = form.height_pt - form.top_pt
        pen.write(text, form.left * form.column_pt, y)
        y -= form.row_pt
