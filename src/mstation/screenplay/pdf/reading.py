"""A PDF to a script: its columns where it has some, else its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from mstation.errors import InvalidInput
from mstation.screenplay.draft import with_ids
from mstation.screenplay.pdf.apart import read_sheets
from mstation.screenplay.pdf.chinese import chinese_paragraphs
from mstation.screenplay.pdf.furniture import bodies_of
from mstation.screenplay.pdf.joining import measure_of, paragraphs_of
from mstation.screenplay.pdf.lines import TypedLine, typed_lines
from mstation.screenplay.pdf.placing import placed
from mstation.screenplay.pdf.sheet import Line, Sheet
from mstation.screenplay.pdf.title_sheet import cover_of_sheet, is_cover
from mstation.screenplay.reading import language_of, read_text
from mstation.screenplay.script import Language, ReadingNote, Script, TitleField
from mstation.screenplay.typed import (
    Columns,
    elements_of,
    learn_columns,
    text_of,
    with_kinds,
)


def read(data: bytes, *, path: str, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    """Return the script that a PDF holds as text; sheets that are pictures are noted.

    Raises:
        InvalidInput: when it is damaged, too large, or has no text at all.
        Unsupported: when it is locked with a password.
    """
    sheets = _even(read_sheets(data, path=path))
    notes = _notes_on_pictures(sheets, path)
    spoken = _language(sheets) if language == "auto" else language
    bodies = bodies_of(sheets)
    title_page: tuple[TitleField, ...] = ()
    if bodies and is_cover(bodies[0]):
        title_page = cover_of_sheet(bodies[0], spoken)
        bodies = bodies[1:]
    lines = typed_lines(bodies)
    script = _script(lines, spoken, max(sheet.width for sheet in sheets))
    return replace(script, title_page=title_page or script.title_page, notes=notes + script.notes)


def _script(lines: list[TypedLine], language: Language, width: float) -> Script:
    columns = learn_columns([line.paragraph for line in lines], language=language)
    if columns is None:
        return _script_of_text(lines, language, width)
    measure = measure_of(lines, columns, width)
    paragraphs = paragraphs_of(placed(lines, columns, measure, width), columns, measure)
    elements = elements_of(with_kinds(paragraphs, columns), action_left=columns.action)
    return Script(language=language, title_page=(), elements=with_ids(elements))


def _script_of_text(lines: list[TypedLine], language: Language, width: float) -> Script:
    if language == "zh":
        return read_text(text_of(chinese_paragraphs(lines, width), language="zh"), language="zh")
    columns = Columns(action=_margin(lines), dialogue=width)
    measure = measure_of(lines, columns, width)
    paragraphs = paragraphs_of(lines, columns, measure)
    text = text_of(paragraphs, language=language, margin=columns.action)
    return read_text(text, language=language)


def _margin(lines: Sequence[TypedLine]) -> float:
    """Return the left edge at which lines begin that are not set in."""
    lefts = Counter(round(line.paragraph.left) for line in lines)
    common = [left for left, count in lefts.items() if count >= 0.1 * len(lines)]
    return float(min(common or lefts, default=0))


def _even(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets with one width of letters, where the whole script has one."""
    pitches: Counter[float] = Counter()
    letters = 0
    for sheet in sheets:
        for line in sheet.lines:
            count = sum(len(word.text) for word in line.words)
            letters += count
            if line.pitch:
                pitches[round(line.pitch / line.size, 2)] += count
    if not pitches:
        return tuple(sheets)
    pitch, count = pitches.most_common(1)[0]
    if 2 * count < letters:
        return tuple(sheets)
    return tuple(
        replace(sheet, lines=tuple(_pitched(line, pitch) for line in sheet.lines))
        for sheet in sheets
    )


def _pitched(line: Line, pitch: float) -> Line:
    return line if line.pitch else replace(line, pitch=pitch * line.size)


def _language(sheets: Sequence[Sheet]) -> Language:
    return language_of(
        "\n".join(word.text for sheet in sheets for line in sheet.lines for word in line.words)
    )


def _notes_on_pictures(sheets: Sequence[Sheet], path: str) -> tuple[ReadingNote, ...]:
    """Return a note that names the sheets without text."""
    if not any(sheet.lines for sheet in sheets):
        raise InvalidInput(
            "the PDF has no text, only pictures of pages, or none at all; run it through text "
            "recognition (OCR) first, or export the screenplay from the program that wrote it",
            path=path,
            zh="PDF 里没有文字，只有页面的图片，或什么也没有；"
            "请先做文字识别（OCR），或从写作软件重新导出剧本",
        )
    pictures = [sheet.number for sheet in sheets if sheet.is_unread]
    if not pictures:
        return ()
    pages = _ranges(pictures)
    return (
        ReadingNote(
            line=1,
            severity="warning",
            text=f"these pages are pictures without text, or damaged, and were not read: {pages}; "
            "run the PDF through text recognition (OCR)",
            zh=f"以下各页是没有文字的图片，或已损坏，没有读入：{pages}；请对 PDF 做文字识别（OCR）",
        ),
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers as 3, 5-7, 12."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
