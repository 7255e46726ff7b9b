"""A filled table of a film's lines in, its rows out: who says what, and its translation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.errors import InvalidInput

COLUMNS = ("line", "character", "text", "translation")
_HEADERS = {
    "line": ("line", "line_id", "id", "编号", "台词编号"),
    "character": ("character", "speaker", "人物", "角色"),
    "text": ("text", "original", "原文", "台词"),
    "translation": ("translation", "译文", "翻译"),
}
_TONGUES = {"english": "en", "chinese": "zh", "英文": "en", "中文": "zh", "英语": "en"}
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)  # Source: BCP 47, in short


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a filled table; `number` counts from the header, which is 1."""

    number: int
    line: str
    character: str
    text: str
    translation: str


@dataclass(frozen=True, slots=True)
class Table:
    """A filled table; `tongue` is empty where its header does not say the language."""

    tongue: str
    rows: tuple[TableRow, ...]

    def tongue_for(self, film: str) -> str:
        """Return the language of the translations: of an English film Chinese, else English."""
        return self.tongue or ("zh" if film == "en" else "en")


def read_table(data: bytes, path: str) -> Table:
    """Return what a table of translations holds: CSV or tabs, as spreadsheets write it.

    Raises:
        InvalidInput: when it is no such table.
    """
    text = _decoded(data, path)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput(
            f"not a table that can be read ({error}); save it as CSV in UTF-8",
            path=path,
            zh="不是可读的表格；请另存为 UTF-8 编码的 CSV",
        ) from error
    rows = [[cell.strip() for cell in row] for row in rows]
    head = next((at for at, row in enumerate(rows) if any(row)), 0)
    places, tongue = _header(rows[head] if rows else [], path)
    found = []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        filled = [cells.get(name, "") for name in COLUMNS]
        if any(filled):
            found.append(TableRow(number, *filled))
    return Table(tongue, tuple(found))


def _decoded(data: bytes, path: str) -> str:
    """Return the text of a file as spreadsheets save it: UTF-8, UTF-16 or, in Chinese, GB 18030."""
    codings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        "neither UTF-8 nor UTF-16 nor GB 18030; save it as CSV in UTF-8",
        path=path,
        zh="编码不是 UTF-8、UTF-16 或 GB 18030；请另存为 UTF-8 编码的 CSV",
    )


def _header(cells: Sequence[str], path: str) -> tuple[dict[str, int], str]:
    """Return where each column stands, and the language that the translation's is named after."""
    places: dict[str, int] = {}
    tongues: list[tuple[int, str]] = []
    for at, cell in enumerate(cells):
        word = cell.casefold()
        name = next((name for name, words in _HEADERS.items() if word in words), None)
        if name:
            places.setdefault(name, at)
        elif word in _TONGUES or _TAG.fullmatch(word):
            tongues.append((at, _TONGUES.get(word, cell)))
    if len(tongues) > 1:
        names = ", ".join(tongue for _, tongue in tongues)
        raise InvalidInput(
            f"has {len(tongues)} languages, {names}; give one file for one language",
            path=path,
            line=1,
            zh=f"含有多种语言：{names}；请每种语言用一个文件",
        )
    if tongues and "translation" not in places:
        places["translation"] = tongues[0][0]
    if "translation" not in places or not {"line", "text"} & places.keys():
        raise InvalidInput(
            "the first row names the columns: `line` or `text`, and `translation` or a language's "
            "tag such as `zh`; `mstation export DIR lines.csv` writes such a table",
            path=path,
            line=1,
            zh="首行须写列名：`line` 或 `text`，以及 `translation` 或语言代码（如 `en`）；"
            "`mstation export DIR lines.csv` 可写出这样的表",
        )
    return places, tongues[0][1] if tongues else ""
