"""Boards in, boards out: what people do with strips and days by hand.

Every edit keeps every strip exactly once. What is locked refuses; what is only unwise is done, and
`checking.py` tells at once what it breaks.

Raises, all of them:
    InvalidInput: when a strip, a banner or a day is not there, or is locked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from mstation.errors import InvalidInput
from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.calendar import dates_of
from mstation.schedule.production import Production


def move(board: Board, item: str, to_day: int, at: int | None = None) -> Board:
    """Return the board with a strip or a banner on a day, before what stands at `at` there.

    It comes from its day or from the boneyard. at: counted without the item itself; None: last.
    """
    _open_day(board, to_day)
    source = _place_of(board, item)
    if source is not None and source != to_day:
        _open_day(board, source)
        _check_free(board, item)
    board = _without(board, item)
    items = board.days[to_day].items
    at = len(items) if at is None else at
    if not 0 <= at <= len(items):
        raise InvalidInput(
            f"day {to_day + 1} holds {len(items)} besides `{item}`; there is no place {at + 1}",
            zh=f"第 {to_day + 1} 天除 `{item}` 外有 {len(items)} 项，没有第 {at + 1} 个位置",
        )
    day = replace(board.days[to_day], items=(*items[:at], item, *items[at:]))
    return _with_day(board, to_day, day)


def move_day(board: Board, place: int, to: int) -> Board:
    """Return the board with a day of a unit where another of its days stands; those between move.

    The day goes by the calendar again: a date that it was pinned to is let go.
    """
    day, other = _open_day(board, place), _day(board, to)
    if day.unit != other.unit:
        raise InvalidInput(
            f"day {place + 1} is of unit {day.unit}, day {to + 1} of unit {other.unit}: move its "
            "strips instead",
            zh=f"第 {place + 1} 天属于 {day.unit} 组，第 {to + 1} 天属于 {other.unit} 组："
            "请改为移动场次",
        )
    days = list(board.days)
    days.insert(to, replace(days.pop(place), day=None))
    return replace(board, days=tuple(days))


def pin_day(board: Board, place: int, on: date | None) -> Board:
    """Return the board with a day on a date that people say; None: the calendar says it again."""
    return _with_day(board, place, replace(_open_day(board, place), day=on))


def call_day(board: Board, place: int, call: time | None) -> Board:
    """Return the board with a day's crew called when people say; None: at the usual hour again."""
    return _with_day(board, place, replace(_open_day(board, place), call=call))


def lock_day(board: Board, place: int, production: Production) -> Board:
    """Return the board with a day locked: its strips, their order and its date stay."""
    on = dates_of(board, production)[place] if 0 <= place < len(board.days) else None
    return _with_day(board, place, replace(_day(board, place), is_locked=True, day=on))


def unlock_day(board: Board, place: int) -> Board:
    """Return the board with a day unlocked; its date stays until `pin_day` lets it go."""
    return _with_day(board, place, replace(_day(board, place), is_locked=False))


def lock_strip(board: Board, item: str) -> Board:
    """Return the board with a strip locked to the day where it is."""
    if _place_of(board, item) is None or item in {banner.id for banner in board.banners}:
        raise InvalidInput(
            f"`{item}` is no strip of any day: put it on a day before you lock it",
            zh=f"`{item}` 不在任何一天：请先排入某一天再锁定",
        )
    return replace(board, locked=tuple(dict.fromkeys((*board.locked, item))))


def unlock_strip(board: Board, item: str) -> Board:
    """Return the board with a strip free to move."""
    _place_of(board, item)
    return replace(board, locked=tuple(each for each in board.locked if each != item))


def split_day(board: Board, place: int, at: int) -> Board:
    """Return the board with a day in two: what stands from `at` on is the next day of its unit."""
    day = _open_day(board, place)
    if not 0 < at < len(day.items):
        raise InvalidInput(
            f"day {place + 1} holds {len(day.items)} strips and banners: it splits after one of "
            "them, and before the last",
            zh=f"第 {place + 1} 天共有 {len(day.items)} 项：只能在两项之间拆分",
        )
    halves = replace(day, items=day.items[:at]), BoardDay(day.items[at:], day.unit)
    days = (*board.days[:place], *halves, *board.days[place + 1 :])
    return replace(board, days=days)


def merge_days(board: Board, place: int) -> Board:
    """Return the board with a day and the next of its unit as one, on the date of the first."""
    day = _open_day(board, place)
    then = next((p for p, _ in board.days_of(day.unit) if p > place), None)
    if then is None:
        raise InvalidInput(
            f"day {place + 1} is the last of its unit: there is none to merge it with",
            zh=f"第 {place + 1} 天是该组的最后一天，没有可合并的下一天",
        )
    other = _open_day(board, then)
    note = " ".join(each for each in (day.note, other.note) if each)
    board = _with_day(board, place, replace(day, items=day.items + other.items, note=note))
    return replace(board, days=(*board.days[:then], *board.days[then + 1 :]))


def add_day(board: Board, place: int, unit: str) -> Board:
    """Return the board with an empty day of a unit before the day at `place`."""
    if not 0 <= place <= len(board.days):
        _day(board, place)
    return replace(board, days=(*board.days[:place], BoardDay(unit=unit), *board.days[place:]))


def drop_day(board: Board, place: int) -> Board:
    """Return the board without an empty day."""
    if _open_day(board, place).items:
        raise InvalidInput(
            f"day {place + 1} is not empty: move what it holds, or put it into the boneyard",
            zh=f"第 {place + 1} 天不为空：请先移走其内容，或放入待排区",
        )
    return replace(board, days=(*board.days[:place], *board.days[place + 1 :]))


def to_boneyard(board: Board, item: str) -> Board:
    """Return the board with a strip in the boneyard: not shot until it is restored."""
    place = _place_of(board, item)
    if item in {banner.id for banner in board.banners}:
        raise InvalidInput(
            f"`{item}` is a banner: it is removed, not kept for later",
            zh=f"`{item}` 是标注条：只能删除，不能放入待排区",
        )
    if place is None:
        return board
    _open_day(board, place)
    _check_free(board, item)
    return replace(_without(board, item), boneyard=(*board.boneyard, item))


def restore(board: Board, item: str, to_day: int, at: int | None = None) -> Board:
    """Return the board with a strip of the boneyard on a day."""
    if item not in board.boneyard:
        raise InvalidInput(f"`{item}` is not in the boneyard", zh=f"待排区中没有 `{item}`")
    return move(board, item, to_day, at)


def add_banner(board: Board, banner: Banner, to_day: int, at: int | None = None) -> Board:
    """Return the board with a banner on a day."""
    if any(banner.id in day.items for day in board.days) or banner.id in board.boneyard:
        raise InvalidInput(
            f"the board has `{banner.id}` already: give the banner another id",
            zh=f"大表上已有 `{banner.id}`：请为标注条换一个 id",
        )
    day = _open_day(board, to_day)
    others = tuple(each for each in board.banners if each.id != banner.id)
    added = replace(board, banners=(*others, banner))
    at = len(day.items) if at is None else max(0, min(at, len(day.items)))
    items = (*day.items[:at], banner.id, *day.items[at:])
    return _with_day(added, to_day, replace(day, items=items))


def remove_banner(board: Board, banner_id: str) -> Board:
    """Return the board without a banner."""
    if banner_id not in {banner.id for banner in board.banners}:
        raise InvalidInput(
            f"the board has no banner `{banner_id}`", zh=f"大表上没有标注条 `{banner_id}`"
        )
    place = next((p for p, day in enumerate(board.days) if banner_id in day.items), None)
    if place is not None:
        _open_day(board, place)
    left = tuple(each for each in board.banners if each.id != banner_id)
    return replace(_without(board, banner_id), banners=left)


def _day(board: Board, place: int) -> BoardDay:
    if not 0 <= place < len(board.days):
        raise InvalidInput(
            f"there is no day {place + 1}: the board has {len(board.days)}",
            zh=f"没有第 {place + 1} 天：大表共有 {len(board.days)} 天",
        )
    return board.days[place]


def _open_day(board: Board, place: int) -> BoardDay:
    day = _day(board, place)
    if day.is_locked:
        raise InvalidInput(
            f"day {place + 1} is locked: unlock it first",
            zh=f"第 {place + 1} 天已锁定：请先解锁",
        )
    return day


def _place_of(board: Board, item: str) -> int | None:
    """Return the day that holds something; None: the boneyard."""
    for place, day in enumerate(board.days):
        if item in day.items:
            return place
    if item in board.boneyard:
        return None
    raise InvalidInput(
        f"the board has no strip or banner `{item[:60]}`",
        zh=f"大表上没有场次或标注条 `{item[:60]}`",
    )


def _check_free(board: Board, item: str) -> None:
    if item in board.locked:
        raise InvalidInput(
            f"`{item}` is locked to its day: unlock it first",
            zh=f"`{item}` 已锁定在原日：请先解锁",
        )


def _with_day(board: Board, place: int, day: BoardDay) -> Board:
    _day(board, place)
    return replace(board, days=(*board.days[:place], day, *board.days[place + 1 :]))


def _without(board: Board, item: str) -> Board:
    days = tuple(
        replace(day, items=tuple(each for each in day.items if each != item))
        if item in day.items
        else day
        for day in board.days
    )
    left = tuple(each for each in board.boneyard if each != item)
    return replace(board, days=days, boneyard=left)
