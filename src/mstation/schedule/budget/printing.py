"""A budget in, its printed pages out: the top sheet, then account by account."""

from __future__ import annotations

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.printed_list import Group, PrintedColumn, PrintedPart, print_list
from mstation.schedule.budget.budget import Account, Budget
from mstation.schedule.budget.tables import quantity_text, sum_text, words_of

_BAR, _TOTAL = "#E3EAF2", "#D5D5D5"


def print_budget(budget: Budget, paper: Paper) -> bytes:
    """Return the top sheet and the accounts as PDF."""
    words = words_of(budget.language)
    return print_list(
        (_top(budget), _detail(budget)),
        title=budget.title,
        kind=words["budget"],
        language=budget.language,
        paper=paper,
    )


def _top(budget: Budget) -> PrintedPart:
    words = words_of(budget.language)
    groups = [
        Group(
            "",
            section.name.told(budget.language),
            sum_text(section.total, budget.currency),
            _BAR,
            tuple(_account_row(account, budget) for account in section.accounts),
        )
        for section in budget.sections
        if section.accounts
    ]
    board = words["board"].format(
        board=budget.board, days=budget.shooting_days, currency=budget.currency
    )
    whole = ("", board, sum_text(budget.total, budget.currency))
    groups.append(Group("", words["total"], "", _TOTAL, (whole,)))
    said = words["columns"]
    columns = (
        PrintedColumn(said["account"], 60.0),
        PrintedColumn(said["name"], 0.0),
        PrintedColumn(f"{said['total']} ({budget.currency})", 110.0, is_right=True),
    )
    return PrintedPart(words["top_sheet"], columns, tuple(groups))


def _account_row(account: Account, budget: Budget) -> tuple[str, ...]:
    name = account.name.told(budget.language)
    return (str(account.number), name, sum_text(account.total, budget.currency))


def _detail(budget: Budget) -> PrintedPart:
    words = words_of(budget.language)
    groups = tuple(
        Group(
            str(account.number),
            account.name.told(budget.language),
            sum_text(account.total, budget.currency),
            _BAR,
            tuple(
                (
                    line.name.told(budget.language),
                    quantity_text(line),
                    words["units"][line.unit],
                    *(
                        sum_text(amount, budget.currency)
                        for amount in (line.rate, line.amount, line.fringe, line.total)
                    ),
                    words["origins"][line.origin],
                )
                for line in account.lines
            ),
        )
        for account in budget.accounts
    )
    said = words["columns"]
    columns = (
        PrintedColumn(said["name"], 0.0),
        PrintedColumn(said["quantity"], 54.0, is_right=True),
        PrintedColumn(said["unit"], 56.0),
        *(
            PrintedColumn(said[key], 82.0, is_right=True)
            for key in ("rate", "amount", "fringe", "total")
        ),
        PrintedColumn(said["origin"], 84.0),
    )
    return PrintedPart(words["detail"], columns, groups)
