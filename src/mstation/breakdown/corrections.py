"""What people correct in `film.toml`, beside the screenplay: their word always wins.

[[element]]
scene = "12"            # or "*": every scene where it is found
name = "lantern"
category = "props"      # or "none": it is none of the scene's elements
holder = "MARA"         # who has it at the scene's end; may be left out

Its `[[voice]]` rows are read by `voicing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.breakdown.elements.naming import element_id, element_name
from mstation.breakdown.handwritten import Row, near_names, tables_of, text_of
from mstation.breakdown.names import is_chinese, name_key
from mstation.breakdown.numbering import numbers_meant
from mstation.breakdown.roster import Roster
from mstation.breakdown.scene import Breakdown
from mstation.breakdown.voicing import VoiceWish, read_wish
from mstation.errors import InvalidInput
from mstation.screenplay.marks import CATEGORIES, mark_of
from mstation.screenplay.script import Language, ReadingNote

EVERY_SCENE = "*"
NOTHING = "none"  # the category of what is no element
_TABLES = ("element", "voice")
_KEYS = ("scene", "name", "category", "holder")
_ROW = re.compile(r"[ \t]*\[\[[ \t]*[\"']?(\w+)[\"']?[ \t]*\]\]")

Found = tuple[SceneElement, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One row: what a thing is in a scene, or wherever it is found."""

    scene: str  # a scene's number, or EVERY_SCENE
    name: str  # as the person wrote it
    category: Category | None  # None: it is no element
    holder: str = ""  # a character's name
    line: int = 0  # of film.toml, where it can be told


@dataclass(frozen=True, slots=True)
class Corrections:
    """Everything that people said of a film's elements, in the order of the file."""

    rows: tuple[Correction, ...] = ()
    voices: tuple[VoiceWish, ...] = ()


NONE = Corrections()


def read(data: bytes, *, path: str) -> Corrections:
    """Return the corrections that a `film.toml` holds; an empty file holds none.

    Raises:
        InvalidInput: when it is no TOML, or says what we do not know; names line and remedy.
    """
    text = text_of(data, path)
    tables = tables_of(text, path)
    Row(path).check_keys(tables, _TABLES, "table", "表")
    return Corrections(
        tuple(_correction(row, where) for row, where in _rows(tables, text, path, "element")),
        tuple(read_wish(row, where) for row, where in _rows(tables, text, path, "voice")),
    )


def _rows(
    tables: dict[str, Any], text: str, path: str, name: str
) -> Iterator[tuple[dict[str, Any], Row]]:
    """Return the rows of one kind, each with the place where it stands."""
    rows = tables.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput(
            f"`{name}` must be rows: write [[{name}]] above each of them",
            path=path,
            zh=f"`{name}` 应逐条书写：每一条上面写一行 [[{name}]]",
        )
    heads = ((at, _ROW.match(line)) for at, line in enumerate(text.split("\n"), start=1))
    lines = [at for at, head in heads if head and head[1] == name]
    # rows written in another way than under [[…]] keep their count, not their line
    known = lines if len(lines) == len(rows) else [0] * len(rows)
    for index, (row, line) in enumerate(zip(rows, known, strict=True), start=1):
        yield row, Row(path, f"[[{name}]] {index}", f"第 {index} 条 [[{name}]]", line)


def _correction(row: dict[str, Any], where: Row) -> Correction:
    where.check_keys(row, _KEYS)
    category = _category(_said(row, "category", where), where)
    holder = _said(row, "holder", where) if "holder" in row else ""
    if holder and category is None:
        raise where.refuse(
            f'`holder` says who has it, category "{NOTHING}" that it is not there; keep one',
            f'`holder` 说有人持有，category = "{NOTHING}" 又说没有；请只留一个',
        )
    name = _said(row, "name", where)
    return Correction(_said(row, "scene", where), name, category, holder, where.line)


def _said(row: dict[str, Any], key: str, where: Row) -> str:
    value = row.get(key)
    if key == "scene" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return where.words(row, key, _EXAMPLES[key])


_EXAMPLES = {"scene": "12", "name": "lantern", "category": "props", "holder": "MARA"}


def _category(written: str, where: Row) -> Category | None:
    """A category by our name, or by any word that a tag may carry: `prop`, 道具."""
    word = written.lower().replace(" ", "_")
    if word == NOTHING or written in ("无", "無"):
        return None
    if word in CATEGORIES:
        return Category(word)
    mark = mark_of(f"{written}: x")
    if mark is not None and mark.key in CATEGORIES:
        return Category(mark.key)
    raise where.unknown("category", "类别", written, (*CATEGORIES, NOTHING))


def apply(
    corrections: Corrections, found: Sequence[Found], numbers: Sequence[str], roster: Roster
) -> list[Found]:
    """Return each scene's elements as people corrected them; a scene's own row wins over `*`."""
    scenes = list(found)
    by_number = {number: index for index, number in enumerate(numbers)}
    by_name: dict[str, list[int]] = {}
    for index, elements in enumerate(found):
        for name in dict.fromkeys(element.name for element in elements):
            by_name.setdefault(name, []).append(index)
    for row in sorted(corrections.rows, key=lambda row: row.scene != EVERY_SCENE):
        name = element_name(row.name, _language_of(row.name))
        holder = roster.person(row.holder) if row.holder else None
        meant = (
            by_name.get(name, [])
            if row.scene == EVERY_SCENE
            else [by_number[each] for each in numbers_meant(row.scene) if each in by_number]
        )
        for index in meant:
            holder_id = "" if holder is None else holder.id
            scenes[index] = _with_row(scenes[index], row, name, holder_id)
    return scenes


def _language_of(name: str) -> Language:
    return "zh" if is_chinese(name) else "en"


def _with_row(elements: Found, row: Correction, name: str, holder_id: str) -> Found:
    same = [element for element in elements if element.name == name]
    others = tuple(element for element in elements if element.name != name)
    if row.category is None:
        return others
    known = next((each for each in same if each.category is row.category), None) or next(
        iter(same), None
    )
    said = SceneElement(
        id=element_id(row.category, name),
        category=row.category,
        name=name,
        text=row.name if known is None else known.text,
        line=0 if known is None else known.line,
        found_by=FoundBy.PERSON,
        holder_id=holder_id or ("" if known is None else known.holder_id),
    )
    at = len(others) if known is None else sum(each.line <= known.line for each in others)
    return (*others[:at], said, *others[at:])


def doubts(corrections: Corrections, uncorrected: Breakdown) -> tuple[ReadingNote, ...]:
    """Return the rows that do not fit the film, each with the nearest right name.

    `uncorrected` is the breakdown of the same script without any corrections.
    """
    notes = []
    for row in corrections.rows:
        told = _doubt_of_scene(row, uncorrected) or _doubt_of_name(row, uncorrected)
        for note in (told, _doubt_of_holder(row, uncorrected)):
            if note is not None:
                notes.append(ReadingNote(row.line, "warning", note[0], note[1]))
    return tuple(notes)


_Told = tuple[str, str] | None


def _doubt_of_scene(row: Correction, film: Breakdown) -> _Told:
    numbers = [scene.number for scene in film.scenes]
    if row.scene == EVERY_SCENE or not set(numbers).isdisjoint(numbers_meant(row.scene)):
        return None
    hint, hint_zh = near_names(row.scene.upper(), numbers)
    return (
        f"no scene `{row.scene}`{hint}",
        f"没有场次 `{row.scene}`{hint_zh}",
    )


def _doubt_of_name(row: Correction, film: Breakdown) -> _Told:
    """A thing that is to go, or to be everywhere it is found, must be found."""
    name = element_name(row.name, _language_of(row.name))
    meant = numbers_meant(row.scene)
    known = {
        element.name
        for sheet in film.sheets
        if row.scene == EVERY_SCENE or sheet.number in meant
        for element in sheet.elements
    }
    if name in known or (row.category is not None and row.scene != EVERY_SCENE):
        return None
    hint, hint_zh = near_names(name, sorted(known))
    where, where_zh = (
        ("any scene", "各场") if row.scene == EVERY_SCENE else (f"scene {row.scene}", row.scene)
    )
    return (
        f"no `{name}` was found in {where}{hint}",
        f"{where_zh}中没有找到 `{name}`{hint_zh}",
    )


def _doubt_of_holder(row: Correction, film: Breakdown) -> _Told:
    if not row.holder:
        return None
    names = {name_key(name): name for who in film.cast for name in (who.name, *who.aliases)}
    if name_key(row.holder) in names:
        return None
    hint, hint_zh = near_names(row.holder.upper(), sorted(names.values()))
    return (
        f"no such character `{row.holder}`{hint}",
        f"没有人物 `{row.holder}`{hint_zh}",
    )
