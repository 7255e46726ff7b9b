"""Days out of days in, the paper and the lists of them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.table import Cell as TableCell
from mstation.breakdown.reports.table import Column, Kind, Table
from mstation.breakdown.reports.wording import category_colour
from mstation.schedule.calendar import holiday
from mstation.schedule.plan import Plan
from mstation.schedule.reports.dood import CAST, Code, DayOutOfDays, DoodRow, is_off
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    GREY,
    PALE_GREY,
    category_name,
    short_date,
    weekday_text,
    words_of,
)

_NUMBER_WIDTH, _NAME_WIDTH, _DAY_WIDTH, _TOTAL_WIDTH, _EDGE_WIDTH = 22.0, 118.0, 19.5, 22.0, 34.0
_DATES_A_PAGE = 20  # beside the names and the totals
_CODE_SIZE = 6.6
_TOTALS = ("worked", "held", "travel", "rehearse", "fitting", "holiday", "total")
_IDLE = (Code.HOLD, Code.TRAVEL, Code.REHEARSAL, Code.FITTING, Code.HOLIDAY)


def print_dood(found: Sequence[DayOutOfDays], plan: Plan, paper: Paper) -> bytes:
    """Return the days out of days as PDF, twenty dates across: the cast, then all that it needs."""
    words = words_of(plan.language)
    cast = [each for each in found if each.category == CAST]
    others = [each for each in found if each.category != CAST]
    return print_parts(
        [*_parts(cast, plan), *_parts(others, plan)]
        or [Part("", (Row((Cell(words["no_days"]),)),))],
        title=plan.strips.title,
        kind=words["papers"]["dood"],
        language=plan.language,
        paper=paper,
        is_lying=True,
    )


def _parts(found: Sequence[DayOutOfDays], plan: Plan) -> Iterator[Part]:
    """Yield pages of categories by stretches of dates; the last stretch has the totals."""
    dates = sorted({day for each in found for day in each.dates})
    stretches = [dates[at : at + _DATES_A_PAGE] for at in range(0, len(dates), _DATES_A_PAGE)]
    words = words_of(plan.language)["dood"]
    legend = Row((Cell(words["legend"], size=6.4),), has_rules=False)
    for place, stretch in enumerate(stretches):
        has_totals = place == len(stretches) - 1
        rows: list[Row] = []
        for dood in found:
            has_number = dood.category == CAST
            if not has_number:
                named = category_name(dood.category, plan.language)
                rows.append(Row((Cell(named, is_strong=True, fill=PALE_GREY),), is_held=True))
            rows += [
                _row(row, stretch, plan, has_totals=has_totals, has_number=has_number)
                for row in dood.rows
            ]
        head = _head(stretch, plan, is_cast=found[0].category == CAST, has_totals=has_totals)
        key = "cast" if found[0].category == CAST else "others"
        yield Part(words["parts"][key], (*rows, legend), (head,))


def _head(dates: Sequence[date], plan: Plan, *, is_cast: bool, has_totals: bool) -> Row:
    words = words_of(plan.language)["dood"]
    cells = [Cell(words["name"], _NAME_WIDTH, size=6.4, fill=GREY)]
    if is_cast:
        cells.insert(0, Cell(words["number"], _NUMBER_WIDTH, size=6.4, fill=GREY))
    cells += [
        Cell(
            _date_head(day, plan),
            _DAY_WIDTH,
            size=5.8,
            fill=PALE_GREY if is_off(plan, day) else GREY,
            align="middle",
        )
        for day in dates
    ]
    if has_totals:
        cells += [Cell(words[key], _EDGE_WIDTH, size=5.6, fill=GREY) for key in ("first", "last")]
        cells += [
            Cell(words[key], _TOTAL_WIDTH, size=5.0, fill=GREY, align="middle", lines=2)
            for key in _TOTALS
        ]
    return Row(tuple(cells))


def _date_head(day: date, plan: Plan) -> str:
    """Return the head of a column: weekday, date, and the number of the main unit's day."""
    weekday = weekday_text(day, plan.language)
    numbers = plan.numbers_on(day)
    number = str(numbers[0]) if numbers else "–"
    if not plan.production.is_dated:
        return f"{weekday}\n{number}"
    return f"{weekday}\n{day.month}/{day.day}\n{number}"


def _row(
    row: DoodRow, dates: Sequence[date], plan: Plan, *, has_totals: bool, has_number: bool
) -> Row:
    cells = [Cell(row.name, _NAME_WIDTH, lines=2)]
    if has_number:
        cells.insert(0, Cell(str(row.number), _NUMBER_WIDTH, is_strong=True))
    cells += [_code(row.codes.get(day), day, plan) for day in dates]
    if has_totals:
        edges = (row.worked[0], row.worked[-1]) if row.worked else ()
        told = [short_date(day, plan) for day in edges] or ["", ""]
        cells += [Cell(text, _EDGE_WIDTH, size=6.2) for text in told]
        cells += [
            Cell(str(number or ""), _TOTAL_WIDTH, align="middle", is_strong=key == "total")
            for key, number in _totals(row)
        ]
    return Row(tuple(cells))


def _code(code: Code | None, day: date, plan: Plan) -> Cell:
    is_rest = is_off(plan, day) or bool(holiday(plan.production, day) and day not in plan.dates)
    return Cell(
        code.value if code else "",
        _DAY_WIDTH,
        size=_CODE_SIZE if code is None or len(code.value) < 4 else _CODE_SIZE - 1,
        fill=GREY if is_rest else "",
        align="middle",
        is_strong=code is not None and code not in _IDLE,
        lines=1,
    )


def _totals(row: DoodRow) -> list[tuple[str, int]]:
    totals = row.totals
    return [(key, getattr(totals, key)) for key in _TOTALS]


def dood_table(dood: DayOutOfDays, plan: Plan) -> Table:
    """Return one category as a list: a row a person or thing, a column a date, then the totals."""
    words = words_of(plan.language)
    heads = words["dood"]
    title = words["papers"]["dood_category"].format(
        category=category_name(dood.category, plan.language)
    )
    columns = (
        Column(heads["number"], Kind.NUMBER),
        Column(heads["name"]),
        *(Column(_column_head(day, plan)) for day in dood.dates),
        Column(heads["first"]),
        Column(heads["last"]),
        *(Column(heads[key], Kind.NUMBER) for key in _TOTALS),
    )
    return Table(title, columns, tuple(_cells(row, dood, plan) for row in dood.rows),
                 colour=_colour(dood.category))  # fmt: skip


def _colour(category: str) -> str:
    return "" if category in ("sets", "locations") else category_colour(category)


def _column_head(day: date, plan: Plan) -> str:
    weekday = weekday_text(day, plan.language)
    if not plan.production.is_dated:
        numbers = plan.numbers_on(day)
        return f"{weekday} {numbers[0] if numbers else '–'}"
    return f"{day.isoformat()} {weekday}"


def _cells(row: DoodRow, dood: DayOutOfDays, plan: Plan) -> tuple[TableCell, ...]:
    worked = row.worked
    edges = tuple(_edge(day, plan) for day in (worked[0], worked[-1])) if worked else ("", "")
    return (
        row.number or None,
        row.name,
        *(code.value if (code := row.codes.get(day)) else "" for day in dood.dates),
        *edges,
        *(number for _, number in _totals(row)),
    )


def _edge(day: date, plan: Plan) -> str:
    return day.isoformat() if plan.production.is_dated else short_date(day, plan)


def dood_list(found: Sequence[DayOutOfDays], plan: Plan) -> Table:
    """Return all categories as one list: a row a day of somebody or something, for a CSV file."""
    words = words_of(plan.language)
    heads = words["dood"]
    rows = [
        (category_name(each.category, plan.language), row.number or None, row.name,
         _edge(day, plan), code.value)
        for each in found
        for row in each.rows
        for day, code in sorted(row.codes.items())
    ]  # fmt: skip
    columns = (
        Column(heads["category"]),
        Column(heads["number"], Kind.NUMBER),
        Column(heads["name"]),
        Column(heads["date"]),
        Column(heads["code"]),
    )
    return Table(words["papers"]["dood"], columns, tuple(rows))
