"""A budget in, its lists out: top sheet, accounts, what was spent, what if."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mstation.breakdown.reports.csv_tables import write_csv
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.workbook import write_tables
from mstation.money import Money, decimals
from mstation.schedule.budget.actuals import Standing
from mstation.schedule.budget.budget import Budget, BudgetLine
from mstation.schedule.budget.compare import Difference
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

_HUNDREDTHS = 2
_SUM_KINDS = {0: Kind.NUMBER, _HUNDREDTHS: Kind.DECIMAL}


def words_of(language: Language) -> dict[str, Any]:
    """Return what budgets say in a language, by key."""
    chosen: dict[str, Any] = lexicon("mstation.schedule.budget", "words")[language]
    return chosen


def sum_text(amount: int, currency: str) -> str:
    """Return a sum as a sheet prints it, without its currency: `1,234.50`."""
    digits = decimals(currency)
    sign, size = "−" if amount < 0 else "", abs(amount)
    units, rest = divmod(size, 10**digits)
    return f"{sign}{units:,}" + (f".{rest:0{digits}}" if digits else "")


def quantity_text(line: BudgetLine) -> str:
    """Return how many; a share as its percentage."""
    return f"{line.quantity / 100:g}" if line.unit == "share_bp" else f"{line.quantity:,}"


def top_table(budget: Budget) -> Table:
    """Return the top sheet: a row an account, and one of each section's sum."""
    words = words_of(budget.language)
    rows: list[tuple[Cell, ...]] = []
    for section in budget.sections:
        name = section.name.told(budget.language)
        for account in section.accounts:
            said = account.name.told(budget.language)
            rows.append((name, account.number, said, _cell(account.total, budget.currency)))
    columns = (
        Column(words["columns"]["section"]),
        Column(words["columns"]["account"], Kind.NUMBER),
        Column(words["columns"]["name"]),
        _sum(words, "total", budget.currency, is_summed=True),
    )
    return Table(words["tables"]["top"], columns, tuple(rows))


def detail_table(budget: Budget) -> Table:
    """Return every line of every account."""
    words, currency = words_of(budget.language), budget.currency
    rows: list[tuple[Cell, ...]] = [
        (
            account.number,
            account.name.told(budget.language),
            line.name.told(budget.language),
            line.quantity / 100 if line.unit == "share_bp" else line.quantity,
            words["units"][line.unit],
            _cell(line.rate, currency),
            _cell(line.amount, currency),
            _cell(line.fringe, currency),
            _cell(line.total, currency),
            words["origins"][line.origin],
        )
        for account in budget.accounts
        for line in account.lines
    ]
    said = words["columns"]
    columns = (
        Column(said["account"], Kind.NUMBER),
        Column(said["section"]),
        Column(said["name"]),
        Column(said["quantity"], Kind.DECIMAL),
        Column(said["unit"]),
        _sum(words, "rate", currency),
        _sum(words, "amount", currency, is_summed=True),
        _sum(words, "fringe", currency, is_summed=True),
        _sum(words, "total", currency, is_summed=True),
        Column(said["origin"]),
    )
    return Table(words["tables"]["detail"], columns, tuple(rows))


def standing_table(standings: Sequence[Standing], budget: Budget) -> Table:
    """Return what was meant, what was spent and what is left, an account a row."""
    words, currency = words_of(budget.language), budget.currency
    rows = tuple(
        (
            each.account,
            each.name.told(budget.language),
            *(_cell(amount, currency) for amount in (each.meant, each.spent, each.left)),
        )
        for each in standings
    )
    return _of_accounts(words, "standing", ("meant", "spent", "left"), rows, currency)


def difference_table(differences: Sequence[Difference], budget: Budget) -> Table:
    """Return the accounts that another board changes."""
    words, currency = words_of(budget.language), budget.currency
    rows = tuple(
        (
            each.account,
            each.name.told(budget.language),
            *(_cell(amount, currency) for amount in (each.before, each.after, each.more)),
        )
        for each in differences
    )
    return _of_accounts(words, "difference", ("before", "after", "more"), rows, currency)


def budget_files(
    budget: Budget, standings: Sequence[Standing], differences: Sequence[Difference], paper: Paper
) -> dict[str, bytes]:
    """Return a budget's lists as CSV, and all of them as one workbook."""
    tables = [top_table(budget), detail_table(budget)]
    files = {"budget.csv": write_csv(tables[1])}
    if standings:
        tables.append(standing_table(standings, budget))
        files["actuals.csv"] = write_csv(tables[-1])
    if differences:
        tables.append(difference_table(differences, budget))
        files["what-if.csv"] = write_csv(tables[-1])
    words = words_of(budget.language)
    files["budget.xlsx"] = write_tables(
        tables,
        title=f"{budget.title} – {words['budget']}",
        total=words["total"],
        language=budget.language,
        paper=paper,
    )
    return files


def _of_accounts(
    words: dict[str, Any],
    name: str,
    sums: Sequence[str],
    rows: tuple[tuple[Cell, ...], ...],
    currency: str,
) -> Table:
    columns = (
        Column(words["columns"]["account"], Kind.NUMBER),
        Column(words["columns"]["name"]),
        *(_sum(words, key, currency, is_summed=True) for key in sums),
    )
    return Table(words["tables"][name], columns, rows)


def _sum(words: dict[str, Any], key: str, currency: str, *, is_summed: bool = False) -> Column:
    """Return a column of sums; a spreadsheet adds those whose decimals it can keep."""
    kind = _SUM_KINDS.get(decimals(currency), Kind.TEXT)
    label = f"{words['columns'][key]} ({currency})"
    return Column(label, kind, is_summed=is_summed and kind is not Kind.TEXT)


def _cell(amount: int, currency: str) -> Cell:
    digits = decimals(currency)
    if digits not in _SUM_KINDS:
        return str(Money(amount, currency)).partition(" ")[2]
    return amount / 10**digits if digits else amount
