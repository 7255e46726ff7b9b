"""A plan in, its calls as a list out: who of the cast comes when, on every day."""

from __future__ import annotations

from mstation.breakdown.reports.table import Cell as TableCell
from mstation.breakdown.reports.table import Column, Kind, Table
from mstation.schedule.plan import Plan
from mstation.schedule.reports.dood import codes_on
from mstation.schedule.reports.wording import clock_text, date_text, words_of


def calls_table(plan: Plan) -> Table:
    """Return a row a call, in the order of the days and the cast's numbers."""
    words = words_of(plan.language)
    call, strip = words["call"], words["strip"]
    rows: list[tuple[TableCell, ...]] = []
    for day in plan.days:
        codes = codes_on(plan, day.date)
        for each in day.calls:
            player = plan.player[each.character_id]
            times = (each.pickup, each.makeup, each.on_set, each.done)
            rows.append((
                day.number, day.unit, date_text(day.date, plan), player.number, player.name,
                plan.production.terms(player.id).actor, codes[player.id].value,
                *(clock_text(minute, plan.language) for minute in times),
            ))  # fmt: skip
    columns = (
        Column(strip["day"], Kind.NUMBER),
        Column(strip["unit"]),
        Column(strip["date"]),
        Column(call["number"], Kind.NUMBER),
        *(
            Column(call[key])
            for key in ("character", "actor", "status", "pickup", "makeup", "on_set", "done")
        ),
    )
    return Table(words["papers"]["calls"], columns, tuple(rows))
