"""A board in, the same board called by its light out: dawns at dawn, nights once it is dark.

A day is called at the production's usual hour unless its exteriors want another: then earlier or
later, as far as nothing else breaks by it. Where nobody knows the place or the date, no call moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from mstation.breakdown.scene import TimeOfDay
from mstation.schedule.board import Board
from mstation.schedule.checking import check_board
from mstation.schedule.days import ShootingDay, SlotKind, plan_days
from mstation.schedule.faults import Fault
from mstation.schedule.production import Production
from mstation.schedule.strip import Strip, Strips

_STEP_MINUTES = 15  # calls are on the quarter
_EARLIEST, _LATEST = 4 * 60, 22 * 60  # of a crew's call
_A_DAY = 24 * 60


def called_by_light(
    board: Board, strips: Strips, production: Production, *, given: Board | None = None
) -> Board:
    """Return the board with the calls that its light asks for.

    A day that is locked, or whose call people said, keeps its own. No call moves that breaks
    anything that held before. given: the board whose locks bind.
    """
    faults = check_board(strips, board, production, given=given)
    for place, day in enumerate(plan_days(strips, board, production)):
        on = board.days[place]
        if on.is_locked or on.call is not None or day.sun is None:
            continue
        for call in _wanted(day, strips):
            days = list(board.days)
            days[place] = replace(on, call=time(*divmod(call, 60)))
            moved = replace(board, days=tuple(days))
            found = check_board(strips, moved, production, given=given)
            if _breaks_no_more(found, faults):
                board, faults = moved, found
                break
    return board


def _breaks_no_more(found: tuple[Fault, ...], before: tuple[Fault, ...]) -> bool:
    return all(
        sum(fault.severity == severity for fault in found)
        <= sum(fault.severity == severity for fault in before)
        for severity in ("hard", "soft")
    )


def _wanted(day: ShootingDay, strips: Strips) -> Iterator[int]:
    """Yield the calls that a day's exteriors ask for, in minutes, the plainest wish first."""
    known: dict[str, Strip] = {strip.id: strip for strip in strips.strips}
    shot = [(slot, known[slot.item]) for slot in day.slots if slot.kind is SlotKind.STRIP]
    assert day.sun is not None
    if not shot or day.sun.first_light is None or day.sun.last_light is None:
        return
    dawn, dusk = (_minute(day, when) for when in (day.sun.first_light, day.sun.last_light))
    (first, opens), (last, closes) = shot[0], shot[-1]
    dark = [slot for slot, strip in shot if strip.is_dark]
    light = [slot for slot, strip in shot if strip.is_light]
    begins, ends = [], []  # minutes by which the day has to move, at least and at most
    if opens.is_light and opens.time is TimeOfDay.DAWN:
        begins.append(dawn - first.first_minute)
    if dark and dark[0].first_minute < dusk:
        begins.append(dusk - dark[0].first_minute)
    if closes.is_light and closes.time is TimeOfDay.DUSK:
        ends.append(dusk - last.end_minute)
    if light and light[-1].end_minute > dusk:
        ends.append(dusk - light[-1].end_minute)
    steps = [-(-each // _STEP_MINUTES) for each in begins] + [
        each // _STEP_MINUTES for each in ends
    ]
    for each in steps:
        call = day.crew_call + each * _STEP_MINUTES
        if each and _EARLIEST <= call <= _LATEST:
            yield call


def _minute(day: ShootingDay, when: datetime) -> int:
    return (when.date() - day.date).days * _A_DAY + when.hour * 60 + when.minute
