"""A schedule from elsewhere and our strips in, a board of ours out: its order, our strips."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from mstation.errors import NotFound
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.strip import Strip, Strips
from mstation.schedule.uss.nouns import Schedule, ScheduleBoard
from mstation.screenplay.script import ReadingNote

_PART = re.compile(r"\s*pt\s*\d+$", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:[,;&+、，；]|\band\b)\s*")


def board_of(
    schedule: Schedule, strips: Strips, *, path: str, name: str = ""
) -> tuple[Board, tuple[ReadingNote, ...]]:
    """Return one of a schedule's boards with our strips on it, and what did not fit.

    Strips are known by their scenes' numbers. A scene that the film does not have is a doubt, and
    so is a strip that the schedule lacks: it goes to the boneyard. name: of the board; without
    one the first is taken.

    Raises:
        NotFound: when the schedule has no board, or none of that name.
    """
    told = _chosen(schedule, path, name)
    finder = _Finder(schedule, strips, path)
    days = []
    for number, day in enumerate(told.days, start=1):
        items = tuple(item for id_ in day.items for item in finder.found(id_, f"{number}"))
        days.append(BoardDay(items, day.unit, day.day, day.is_locked, day.note))
    boneyard = [item for id_ in told.boneyard for item in finder.found(id_, "")]
    left = [strip.id for strip in strips.strips if strip.id not in finder.used]
    finder.lacking(left, strips.strips)
    if not told.is_divided:
        finder.doubt(
            f"board `{told.name}` has no day breaks: all of a unit's strips are one day",
            f"大表 `{told.name}` 没有分日：同一摄制组的全部场次都排在一天",
        )
    banners = {each.id: each for each in schedule.banners.values() if each.id in finder.used}
    board = Board(
        told.name,
        tuple(days),
        (*(item for item in boneyard if item not in banners), *left),
        tuple(banners.values()),
        tuple(finder.locked),
    )
    return board, tuple(finder.doubts)


def _chosen(schedule: Schedule, path: str, name: str) -> ScheduleBoard:
    found = [board for board in schedule.boards if not name or board.name == name]
    if not found:
        known = ", ".join(board.name for board in schedule.boards)
        if not schedule.boards:
            raise NotFound(
                f"{path}: the schedule holds a breakdown and no board; export its stripboard too",
                zh=f"{path}：日程只有分场拆解而没有大表；请连同大表一起导出",
            )
        raise NotFound(
            f"{path}: the schedule has no board `{name}`; it has: {known}",
            zh=f"{path}：日程中没有名为 `{name}` 的大表；现有：{known}",
        )
    return found[0]


class _Finder:
    """Our strips by the numbers of a schedule's scenes, each used once."""

    def __init__(self, schedule: Schedule, strips: Strips, path: str) -> None:
        self.used: set[str] = set()
        self.doubts: list[ReadingNote] = []
        self.locked: list[str] = []
        self._schedule, self._path = schedule, path
        self._whole: dict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, list[str]] = defaultdict(list)  # of scenes longer than a day
        for strip in strips.strips:
            self._whole[_plain(strip.number)].append(strip.id)
            self._parts[_plain(_PART.sub("", strip.number))].append(strip.id)

    def found(self, breakdown_id: str, day: str) -> Iterator[str]:
        """Yield the ids of what stands on our board for a breakdown of theirs."""
        banner = self._schedule.banners.get(breakdown_id)
        if banner is not None:
            if banner.id not in self.used:
                self.used.add(banner.id)
                yield banner.id
            return
        scene = self._schedule.scenes.get(breakdown_id)
        if scene is None:
            self.doubt(
                f"a board names a breakdown `{breakdown_id[:40]}` that the schedule does not have",
                f"大表上有日程中不存在的条目 `{breakdown_id[:40]}`",
            )
            return
        items = [*self._strips(scene.number, day)]
        if scene.is_locked:
            self.locked += items
        yield from items

    def _strips(self, number: str, day: str) -> Iterator[str]:
        is_known = _plain(number) in self._whole or _plain(number) in self._parts
        for each in [number] if is_known else _SEVERAL.split(number):
            whole = self._whole.get(_plain(each), [])
            known = whole or self._parts.get(_plain(each), [])
            free = [item for item in known if item not in self.used]
            free = free[:1] if whole else free  # two scenes of one number come one by one
            self.used.update(free)
            yield from free
            if not known:
                self.doubt(
                    f"scene `{each[:40]}` of the schedule is not in the film",
                    f"日程中的第 `{each[:40]}` 场不在片中",
                )
            elif not free:
                self.doubt(
                    f"scene `{each[:40]}` stands on the board more than once; "
                    f"the first place counts{f', not day {day}' if day else ''}",
                    f"第 `{each[:40]}` 场在大表上不止一次；以首次出现为准",
                )

    def lacking(self, left: Iterable[str], strips: Iterable[Strip]) -> None:
        """Note the strips that the schedule does not have."""
        numbers = {strip.id: strip.number for strip in strips}
        for item in left:
            self.doubt(
                f"scene {numbers[item]} is not in the schedule; it is in the boneyard",
                f"第 {numbers[item]} 场不在日程中，已放入未排场次",
            )

    def doubt(self, text: str, zh: str) -> None:
        """Note what did not fit."""
        note = ReadingNote(0, "warning", f"{self._path}: {text}", f"{self._path}：{zh}")
        self.doubts.append(note)


def _plain(number: str) -> str:
    """Return a scene's number as it is compared: `12 pt 2` and `12PT2` are one."""
    return "".join(number.split()).casefold()
