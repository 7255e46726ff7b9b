"""One plan in, all that a production office prints of it out, by file name."""

from __future__ import annotations

from collections.abc import Mapping

from mstation.breakdown.reports.csv_tables import write_csv
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.workbook import write_tables
from mstation.safe_names import safe_names
from mstation.schedule import uss
from mstation.schedule.board import MAIN_UNIT
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan
from mstation.schedule.reports.call_sheet import print_call_sheet
from mstation.schedule.reports.calls import calls_table
from mstation.schedule.reports.dood import days_out_of_days
from mstation.schedule.reports.dood_paper import dood_list, dood_table, print_dood
from mstation.schedule.reports.ics import write_ics
from mstation.schedule.reports.one_line import one_line_table, print_one_line
from mstation.schedule.reports.production_calendar import print_calendar
from mstation.schedule.reports.progress import print_progress
from mstation.schedule.reports.shooting_schedule import print_shooting_schedule
from mstation.schedule.reports.sides import print_sides
from mstation.schedule.reports.stripboard import print_stripboard, strip_table
from mstation.schedule.reports.wording import USUAL_PAPER, StripColours, words_of
from mstation.screenplay.script import Script

_MAIN_STEM = "day"


def write_reports(
    plan: Plan,
    *,
    script: Script | None = None,
    paper: Paper | None = None,
    colours: StripColours | None = None,
) -> Mapping[str, bytes]:
    """Return every paper of a plan by file name; the same plan gives the same bytes.

    The papers speak the script's language, on the paper that is usual for it unless told. A plan
    without dates has no `schedule.ics`; without the script there are no sides.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    chosen = paper or USUAL_PAPER[plan.language]
    found = days_out_of_days(plan)
    files = {
        "stripboard.pdf": print_stripboard(plan, chosen, colours),
        "stripboard.csv": write_csv(strip_table(plan, colours)),
        "one-line.pdf": print_one_line(plan, chosen),
        "one-line.csv": write_csv(one_line_table(plan)),
        "shooting-schedule.pdf": print_shooting_schedule(plan, chosen, colours),
        "day-out-of-days.pdf": print_dood(found, plan, chosen),
        "day-out-of-days.csv": write_csv(dood_list(found, plan)),
        "calls.csv": write_csv(calls_table(plan)),
        "calendar.pdf": print_calendar(plan, chosen),
        "schedule.uss": uss.write(plan),
        "schedule.xlsx": write_schedule_workbook(plan, chosen, colours),
    }
    if plan.production.is_dated:
        files["schedule.ics"] = write_ics(plan)
    for day, stem in zip(plan.days, day_stems(plan), strict=True):
        files[f"call-sheets/{stem}.pdf"] = print_call_sheet(day, plan, chosen, colours)
        files[f"progress/{stem}.pdf"] = print_progress(day, plan, chosen)
        if script is not None:
            files[f"sides/{stem}.pdf"] = print_sides(day, plan, script, chosen)
    return files


def write_schedule_workbook(plan: Plan, paper: Paper, colours: StripColours | None = None) -> bytes:
    """Return the lists of a plan as one workbook: strips, one-liner, calls, days out of days."""
    tables = [strip_table(plan, colours), one_line_table(plan), calls_table(plan)]
    tables += [dood_table(dood, plan) for dood in days_out_of_days(plan)]
    return write_tables(
        tables,
        title=plan.strips.title,
        total=words_of(plan.language)["total"],
        language=plan.language,
        paper=paper,
    )


def day_stems(plan: Plan) -> tuple[str, ...]:
    """Return the name of each day's files: `day-01`; `second-01` for a day of the second unit."""
    others = [unit for unit in plan.board.units if unit != MAIN_UNIT]
    stems = dict(zip(others, safe_names(others, taken=[_MAIN_STEM]), strict=True))
    stems[MAIN_UNIT] = _MAIN_STEM

    def stem(day: ShootingDay) -> str:
        return f"{stems[day.unit]}-{day.number:02d}"

    return tuple(stem(day) for day in plan.days)
