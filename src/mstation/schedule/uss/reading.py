"""A file of the Universal Schedule Standard in, the schedule that it holds out.

Versions 0.9 and 1.x are read: days are groups of ids, or strips of the type `day` between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from mstation.errors import InvalidInput
from mstation.schedule.board import MAIN_UNIT, Banner, BannerKind
from mstation.schedule.uss.nouns import Schedule, ScheduleBoard, ScheduledDay, ScheduledScene
from mstation.schedule.uss.writing import BOARD, BONEYARD
from mstation.screenplay.lexicon import lexicon

MOST_BYTES = 32_000_000
_MOST_ITEMS = 50_000
_MOST_WORDS = 2_000  # characters of a value
_MOST_PAGES, _MOST_MINUTES = 1_000, 24 * 60 * 30
_MINUTE_MS = 60_000
_ROOT = "universalScheduleStandard"

_Object = Mapping[str, Any]


def read(data: bytes, *, path: str) -> Schedule:
    """Return the schedule of a `.uss` file, with all of its boards.

    Raises:
        InvalidInput: when it is none; names the place and what stands there.
    """
    root = _root(data, path)
    where = _Where(path)
    objects = where.objects(root, "breakdowns")
    kinds = {where.words(each, "id"): where.words(each, "type") for each in objects}
    elements = _elements(root, where)
    return Schedule(
        project=where.words(root, "project"),
        name=where.words(root, "name"),
        scenes={
            where.words(each, "id"): _scene(each, elements, where)
            for each in objects
            if where.words(each, "type") == "scene"
        },
        banners={
            where.words(each, "id"): _banner(each, where)
            for each in objects
            if where.words(each, "type") == "banner"
        },
        boards=tuple(_board(each, kinds, where) for each in where.objects(root, "stripboards")),
        first_day=_first_day(root, where),
    )


def _root(data: bytes, path: str) -> _Object:
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"a schedule has at most {MOST_BYTES} bytes, this one {len(data)}",
            path=path,
            zh=f"日程文件最大 {MOST_BYTES} 字节，此文件 {len(data)} 字节",
        )
    try:
        root = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise InvalidInput(
            f"is no JSON in UTF-8 ({error}); export the schedule as `.uss` again",
            path=path,
            zh=f"不是 UTF-8 的 JSON（{error}）；请重新导出 `.uss` 文件",
        ) from error
    found = root.get(_ROOT) if isinstance(root, dict) else None
    if not isinstance(found, dict):
        raise InvalidInput(
            f"has no `{_ROOT}`: it is no schedule of the Universal Schedule Standard",
            path=path,
            zh=f"没有 `{_ROOT}`：不是 Universal Schedule Standard 日程",
        )
    return found


@dataclass(frozen=True, slots=True)
class _Where:
    """Values of a file, each of the kind that the standard says."""

    path: str

    def words(self, row: _Object, key: str) -> str:
        """Return words; nothing where they are null or left out. A number stands for itself."""
        value = row.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{value:g}" if isinstance(value, float) else str(value)
        if not isinstance(value, str | None):
            raise self.refuse(key, "words", "文字")
        return (value or "")[:_MOST_WORDS]

    def number(self, row: _Object, key: str, most: float) -> float | None:
        """Return a number from 0 to `most`; None where there is none such."""
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) and 0 <= value <= most else None

    def flag(self, row: _Object, key: str) -> bool:
        """Return whether a key says yes."""
        return row.get(key) is True

    def objects(self, row: _Object, key: str) -> list[_Object]:
        """Return a list of objects; an empty one where it is null or left out."""
        found = self.items(row, key)
        if not all(isinstance(each, dict) for each in found):
            raise self.refuse(key, "a list of objects", "对象列表")
        return found

    def items(self, row: _Object, key: str) -> list[Any]:
        """Return a list; an empty one where it is null or left out."""
        found = [] if row.get(key) is None else row[key]
        if not isinstance(found, list) or len(found) > _MOST_ITEMS:
            most = f"a list of at most {_MOST_ITEMS}"
            raise self.refuse(key, most, f"至多 {_MOST_ITEMS} 项的列表")
        return found

    def refuse(self, key: str, what: str, what_zh: str) -> InvalidInput:
        """Return the error that says what a key holds."""
        return InvalidInput(
            f"`{key}` must be {what}; export the schedule as `.uss` again",
            path=self.path,
            zh=f"`{key}` 应为{what_zh}；请重新导出 `.uss` 文件",
        )


def _elements(root: _Object, where: _Where) -> dict[str, tuple[int | None, str]]:
    """Return the category's number and the name of each element, by id."""
    categories = where.objects(root, "categories")
    ucids = {where.words(each, "id"): _ucid(each) for each in categories}
    # before 1.0 categories listed their elements
    listed = {str(id_): _ucid(each) for each in categories for id_ in where.items(each, "elements")}
    return {
        where.words(each, "id"): (
            ucids.get(where.words(each, "category"), listed.get(where.words(each, "id"))),
            where.words(each, "name"),
        )
        for each in where.objects(root, "elements")
    }


def _ucid(category: _Object) -> int | None:
    for key in ("ucid", "catId"):
        value = category.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _scene(
    row: _Object, elements: Mapping[str, tuple[int | None, str]], where: _Where
) -> ScheduledScene:
    table = lexicon("mstation.schedule.uss", "ucid")["scene"]
    own = [elements[id_] for id_ in map(str, where.items(row, "elements")) if id_ in elements]

    def named(key: str) -> tuple[str, ...]:
        return tuple(name for ucid, name in own if ucid == table[key]["ucid"])

    pages = where.number(row, "pages", _MOST_PAGES)
    length_key = "duration" if "duration" in row else "time"  # as it was called before 1.0
    length = where.number(row, length_key, _MOST_MINUTES * _MINUTE_MS)
    return ScheduledScene(
        number=where.words(row, "scene").strip(),
        description=where.words(row, "description"),
        interior=next(iter(named("interior")), ""),
        set_name=next(iter(named("set")), ""),
        light=next(iter(named("light")), ""),
        eighths=None if pages is None else round(pages * 8),
        minutes=None if length is None else round(length / _MINUTE_MS),
        cast=named("cast"),
        is_locked=where.flag(row, "_isLocked"),
    )


def _banner(row: _Object, where: _Where) -> Banner:
    length = where.number(row, "duration", _MOST_MINUTES * _MINUTE_MS) or 0
    kind = where.words(row, "_kind")
    return Banner(
        id=where.words(row, "_key") or f"bn-{where.words(row, 'id')}",
        text=where.words(row, "bannerText") or where.words(row, "description"),
        kind=BannerKind(kind) if kind in tuple(BannerKind) else BannerKind.NOTE,
        minutes=round(length / _MINUTE_MS),
    )


def _board(row: _Object, kinds: Mapping[str, str], where: _Where) -> ScheduleBoard:
    """Return a scenario: the days of each of its boards, in the order of our own files if told."""
    days: list[tuple[int, ScheduledDay]] = []
    boneyard: list[str] = []
    is_divided = True
    for board in where.objects(row, "boards"):
        name = where.words(board, "name").strip()
        groups = _groups(board, kinds, where)
        if name.casefold() == BONEYARD:
            boneyard += [id_ for group in groups for id_ in group]
            continue
        is_divided = is_divided and _is_divided(board, kinds, where)
        unit = MAIN_UNIT if name.casefold() in ("", BOARD) else name
        days += _days(board, groups, unit, len(days), where)
    ordered = tuple(day for _, day in sorted(days, key=lambda each: each[0]))
    return ScheduleBoard(where.words(row, "name"), ordered, tuple(boneyard), is_divided)


def _groups(board: _Object, kinds: Mapping[str, str], where: _Where) -> list[list[str]]:
    """Return the ids of a board's breakdowns by days."""
    groups: list[list[str]] = []
    loose: list[str] = []
    for item in where.items(board, "breakdownIds"):
        if isinstance(item, list):
            if loose:
                groups.append(loose)
                loose = []
            groups.append([_text(each, where) for each in item])
        elif kinds.get(_text(item, where)) == "day":
            groups.append(loose)
            loose = []
        else:
            loose.append(_text(item, where))
    return [*groups, loose] if loose else groups


def _text(item: Any, where: _Where) -> str:
    if not isinstance(item, str):
        what = "ids, or days that are lists of ids"
        raise where.refuse("breakdownIds", what, "标识，或由标识组成的拍摄日列表")
    return item


def _is_divided(board: _Object, kinds: Mapping[str, str], where: _Where) -> bool:
    items = where.items(board, "breakdownIds")
    return not items or any(
        isinstance(item, list) or kinds.get(_text(item, where)) == "day" for item in items
    )


def _days(
    board: _Object, groups: list[list[str]], unit: str, before: int, where: _Where
) -> Iterator[tuple[int, ScheduledDay]]:
    """Yield days with their places; what only our own files tell is of no use once days differ."""
    told = where.objects(board, "_days")
    if len(told) != len(groups):
        told = [{"place": before + place} for place in range(len(groups))]
    for place, (group, own) in enumerate(zip(groups, told, strict=True)):
        at = own.get("place")
        yield (
            at if isinstance(at, int) else before + place,
            ScheduledDay(
                tuple(group),
                unit,
                _date(where.words(own, "date")),
                where.flag(own, "isLocked"),
                where.words(own, "note"),
            ),
        )


def _first_day(root: _Object, where: _Where) -> date | None:
    for calendar in where.objects(root, "calendars"):
        for event in where.objects(calendar, "events"):
            if where.words(event, "type") == "start":
                return _date(where.words(event, "date"))
    return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
