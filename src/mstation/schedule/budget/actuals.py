"""What was spent, from a ledger's CSV, beside what was meant.

Columns, in any order and either language: date, account, amount, what; a `line` may name the
budget's line. A refund is a negative amount. Nothing is guessed: a row that cannot be read stops
the file, with all its faults told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mstation.breakdown.handwritten import text_of
from mstation.errors import Faulty, InvalidInput
from mstation.money import read_money
from mstation.schedule.budget.budget import Budget, Told
from mstation.schedule.budget.chart import accounts

_HEADERS = {
    "date": ("date", "日期"),
    "account": ("account", "科目"),
    "amount": ("amount", "金额"),
    "what": ("what", "description", "摘要"),
}
_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Spent:
    """One entry of the ledger."""

    day: date
    account: int
    amount: int
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One account: what was meant, what was spent, what is left."""

    account: int
    name: Told
    meant: int
    spent: int

    @property
    def left(self) -> int:
        """What is left; less than nothing where more was spent than meant."""
        return self.meant - self.spent


def read_spent(data: bytes, *, path: str, currency: str) -> tuple[Spent, ...]:
    """Return the entries of a ledger.

    Raises:
        InvalidInput: when it is no such table.
        Faulty: when rows cannot be read; each is told, none is taken.
    """
    rows = csv.reader(io.StringIO(text_of(data, path), newline=""))
    places = _places(next(rows, []), path)
    found: list[Spent] = []
    faults: list[tuple[str, str]] = []
    for number, row in enumerate(rows, start=2):
        if number > _MOST_ROWS:
            raise InvalidInput(
                f"more than {_MOST_ROWS} rows", path=path, zh=f"超过 {_MOST_ROWS} 行"
            )
        if not any(cell.strip() for cell in row):
            continue
        cells = {key: row[at].strip() if at < len(row) else "" for key, at in places.items()}
        try:
            found.append(_spent(cells, currency))
        except InvalidInput as error:
            faults.append((f"row {number}: {error}", f"第 {number} 行：{error.told('zh')}"))
    if faults:
        raise Faulty(
            f"{path}: {len(faults)} rows cannot be read; none was taken. {faults[0][0]}",
            faults=faults,
            zh=f"{path}：有 {len(faults)} 行无法读取，全部未采用。{faults[0][1]}",
        )
    return tuple(found)


def _places(head: Sequence[str], path: str) -> dict[str, int]:
    names = [cell.strip().lower() for cell in head]
    found = {
        key: next((names.index(name) for name in known if name in names), -1)
        for key, known in _HEADERS.items()
    }
    missing = [key for key, at in found.items() if at < 0]
    if missing:
        raise InvalidInput(
            f"no column {', '.join(f'`{key}`' for key in missing)}; a ledger has: "
            f"{', '.join(_HEADERS)}",
            path=path,
            zh=f"缺少列 {'、'.join(f'`{_HEADERS[key][-1]}`' for key in missing)}；"
            f"流水表应有：{'、'.join(known[-1] for known in _HEADERS.values())}",
        )
    return found


def _spent(cells: dict[str, str], currency: str) -> Spent:
    try:
        day = date.fromisoformat(cells["date"])
    except ValueError as error:
        raise InvalidInput(
            f"`{cells['date'][:40]}` is no date: 2027-03-01",
            zh=f"`{cells['date'][:40]}` 不是日期，应为 2027-03-01",
        ) from error
    number = int(cells["account"]) if cells["account"].isascii() and cells["account"].isdigit() \
        and len(cells["account"]) < 6 else -1  # fmt: skip
    if number not in accounts():
        raise InvalidInput(
            f"no account `{cells['account'][:20]}` is in the chart",
            zh=f"科目表中没有 `{cells['account'][:20]}`",
        )
    return Spent(day, number, read_money(cells["amount"], currency).amount, cells["what"][:200])


def standings(budget: Budget, spent: Sequence[Spent]) -> tuple[Standing, ...]:
    """Return each account's standing; one that nobody budgeted is listed once it costs money."""
    meant = {account.number: account.total for account in budget.accounts}
    paid: dict[int, int] = {}
    for entry in spent:
        paid[entry.account] = paid.get(entry.account, 0) + entry.amount
    return tuple(
        Standing(number, account.name, meant.get(number, 0), paid.get(number, 0))
        for number, account in accounts().items()
        if number in meant or number in paid
    )
