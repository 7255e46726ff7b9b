"""`mstation board`: a film's stripboard, read and edited by hand; what an edit breaks is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any

from mstation import document
from mstation.cli.files import BOARD
from mstation.cli.plan import plan_and_tell, planned_before
from mstation.cli.words import interface_language, words
from mstation.errors import InvalidInput, NotFound
from mstation.making.planned import TERMS_SCHEMA, Terms
from mstation.money import Money
from mstation.publish import write_whole
from mstation.schedule import board as boards
from mstation.schedule import editing
from mstation.schedule import strip as strips
from mstation.schedule.board import Banner, Board
from mstation.schedule.days import SlotKind, plan_days
from mstation.schedule.strip import Strip, Strips


@dataclass(frozen=True, slots=True)
class BoardRequest:
    """The command's arguments as given; days and places count from 1."""

    folder: Path
    action: str
    what: str
    day: int | None
    at: int | None
    date: str
    quiet: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class _Planned:
    """The plan that lies in a film's folder."""

    film: Strips
    board: Board
    terms: Terms
    cost: dict[str, Any]


def board_and_tell(request: BoardRequest) -> None:
    """Print a board, or change it by hand and plan by it again.

    Raises:
        NotFound: no plan is there, or no such scene.
        InvalidInput: an edit that cannot be.
        MStationError: as `mstation plan` does.
    """
    if request.action == "show":
        if not request.quiet:
            sys.stdout.write("\n".join(_lines(_read(request.folder))) + "\n")
        return
    asked = planned_before(request.folder)
    own = request.folder / BOARD
    if request.action == "reset":
        own.unlink(missing_ok=True)
        asked = replace(asked, film=replace(asked.film, board=None))
    else:
        edited = _edited(request, _read(request.folder))
        write_whole(own, document.write(edited, boards.SCHEMA, indent=1))
        asked = replace(asked, film=replace(asked.film, board=own))
    again = replace(
        asked.film, out=request.folder, quiet=request.quiet, jobs=request.jobs, as_json=False
    )
    plan_and_tell(replace(asked, film=again, mend=False))


def _edited(request: BoardRequest, planned: _Planned) -> Board:
    edit = _EDITS.get(request.action)
    if edit is None:
        known = ", ".join(("show", *_EDITS, "reset"))
        raise InvalidInput(
            f"a board cannot `{request.action[:40]}`; it can: {known}",
            zh=f"顺场板没有 `{request.action[:40]}` 这个操作；可用：{known}",
        )
    return edit(request, planned)


def _move(request: BoardRequest, planned: _Planned) -> Board:
    return editing.move(planned.board, _strip(request, planned), _day(request), _at(request))


def _out(request: BoardRequest, planned: _Planned) -> Board:
    return editing.to_boneyard(planned.board, _strip(request, planned))


def _lock(request: BoardRequest, planned: _Planned) -> Board:
    if request.what:
        return editing.lock_strip(planned.board, _strip(request, planned))
    return editing.lock_day(planned.board, _day(request), planned.terms.production)


def _unlock(request: BoardRequest, planned: _Planned) -> Board:
    if request.what:
        return editing.unlock_strip(planned.board, _strip(request, planned))
    return editing.unlock_day(planned.board, _day(request))


def _split(request: BoardRequest, planned: _Planned) -> Board:
    if request.at is None:
        raise InvalidInput(
            "--at says after how many strips the day is split", zh="--at 指明在第几项之后拆分"
        )
    return editing.split_day(planned.board, _day(request), request.at)


def _merge(request: BoardRequest, planned: _Planned) -> Board:
    return editing.merge_days(planned.board, _day(request))


def _note(request: BoardRequest, planned: _Planned) -> Board:
    if not request.what.strip():
        raise InvalidInput("say what the note reads", zh="请写明标注的文字")
    taken = {banner.id for banner in planned.board.banners}
    number = next(n for n in range(1, len(taken) + 2) if f"bn-{n}" not in taken)
    banner = Banner(f"bn-{number}", request.what.strip()[:200])
    return editing.add_banner(planned.board, banner, _day(request), _at(request))


def _pin(request: BoardRequest, planned: _Planned) -> Board:
    try:
        on = date.fromisoformat(request.date) if request.date else None
    except ValueError:
        raise InvalidInput(
            f"--date is a date: 2027-03-01, not `{request.date[:40]}`",
            zh=f"--date 应为日期，例如 2027-03-01，而不是 `{request.date[:40]}`",
        ) from None
    return editing.pin_day(planned.board, _day(request), on)


def _call(request: BoardRequest, planned: _Planned) -> Board:
    try:
        call = time.fromisoformat(request.what) if request.what else None
    except ValueError:
        raise InvalidInput(
            f"a call is a time of day: 05:30, not `{request.what[:40]}`",
            zh=f"集合时间应为时刻，例如 05:30，而不是 `{request.what[:40]}`",
        ) from None
    if call is not None:
        call = call.replace(second=0, microsecond=0, tzinfo=None)
    return editing.call_day(planned.board, _day(request), call)


_EDITS: dict[str, Callable[[BoardRequest, _Planned], Board]] = {
    "move": _move,
    "out": _out,
    "lock": _lock,
    "unlock": _unlock,
    "split": _split,
    "merge": _merge,
    "note": _note,
    "pin": _pin,
    "call": _call,
}


def _day(request: BoardRequest) -> int:
    if request.day is None:
        raise InvalidInput("--day says which day, from 1", zh="--day 指明第几天，从 1 数起")
    return request.day - 1


def _at(request: BoardRequest) -> int | None:
    return None if request.at is None else request.at - 1


def _strip(request: BoardRequest, planned: _Planned) -> str:
    """Return the id of the strip that a scene's number names."""
    numbers = {strip.number.lower(): strip.id for strip in planned.film.strips}
    found = numbers.get(request.what.strip().lower())
    if found is None:
        known = ", ".join(strip.number for strip in planned.film.strips[:40])
        raise NotFound(
            f"the board has no scene `{request.what[:40]}`; it has {known}",
            zh=f"顺场板上没有第 `{request.what[:40]}` 场；现有：{known}",
        )
    return found


def _read(folder: Path) -> _Planned:
    plan = folder / "plan"
    try:
        files = {name: (plan / f"{name}.json").read_bytes() for name in
                 ("strips", "board", "terms", "cost")}  # fmt: skip
    except OSError:
        raise NotFound(
            f"{plan}: no plan is there; name a folder that `mstation plan` or `make` wrote",
            zh=f"{plan}：这里没有拍摄计划；请指定 `mstation plan` 或 `make` 写出的目录",
        ) from None
    return _Planned(
        document.read(files["strips"], Strips, strips.SCHEMA),
        document.read(files["board"], Board, boards.SCHEMA),
        document.read(files["terms"], Terms, TERMS_SCHEMA),
        json.loads(files["cost"]),
    )


def _lines(planned: _Planned) -> Iterator[str]:
    """Yield the board as lines: days with their hours and cost, their strips, what is broken."""
    say, language = words(), interface_language()
    known = {strip.id: strip for strip in planned.film.strips}
    banners = {banner.id: banner.text for banner in planned.board.banners}
    amounts = {each["day"]: each["amount"] for each in planned.cost["days"]}
    production = planned.terms.production
    days = plan_days(planned.film, planned.board, production)
    for place, (day, on) in enumerate(zip(days, planned.board.days, strict=True)):
        yield (
            say["board_day"]
            .format(
                day=place + 1,
                unit=day.unit,
                date=day.date.isoformat() if production.is_dated else "",
                call=_clock(day.crew_call),
                wrap=_clock(day.wrap),
                cost=Money(amounts.get(place, 0), production.currency),
                lock=say["board_locked"] if on.is_locked else "",
            )
            .rstrip()
        )
        for slot in day.slots:
            if slot.kind is SlotKind.STRIP:
                lock = say["board_locked"] if slot.item in planned.board.locked else ""
                yield _strip_line(slot.first_minute, known[slot.item], planned, lock)
            elif slot.kind is SlotKind.BANNER:
                yield f"  {_clock(slot.first_minute)}  -- {banners[slot.item]}"
    if planned.board.boneyard:
        numbers = ", ".join(known[item].number for item in planned.board.boneyard)
        yield say["board_boneyard"].format(scenes=numbers)
    yield from (f"! {fault[language]}" for fault in planned.cost["faults"])


def _strip_line(minute: int, strip: Strip, planned: _Planned, lock: str) -> str:
    numbers = {player.id: player.number for player in planned.film.cast}
    cast = ",".join(str(numbers[each]) for each in strip.cast)
    place = f"{strip.interior.value} {strip.set_name}"
    told = f"{strip.number:<6} {place}  {cast}  {strip.minutes} min {lock}"
    return f"  {_clock(minute)}  {told.rstrip()}"


def _clock(minute: int) -> str:
    days, rest = divmod(minute, 24 * 60)
    return f"{rest // 60:02d}:{rest % 60:02d}" + ("+1" if days else "")
