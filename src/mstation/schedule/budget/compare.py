"""Two budgets in, what if out: which accounts one board costs more or less than another."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.schedule.budget.budget import Budget, Told
from mstation.schedule.budget.chart import accounts


@dataclass(frozen=True, slots=True)
class Difference:
    """One account under two boards."""

    account: int
    name: Told
    before: int
    after: int

    @property
    def more(self) -> int:
        """What the second costs more; less than nothing where it is cheaper."""
        return self.after - self.before


def compare(before: Budget, after: Budget) -> tuple[Difference, ...]:
    """Return the accounts whose sums differ, in the chart's order.

    Raises:
        ValueError: when they are not of one currency.
    """
    if before.currency != after.currency:
        raise ValueError(f"{before.currency} and {after.currency} do not compare")
    old, new = ({each.number: each.total for each in of.accounts} for of in (before, after))
    return tuple(
        Difference(number, account.name, old.get(number, 0), new.get(number, 0))
        for number, account in accounts().items()
        if old.get(number, 0) != new.get(number, 0)
    )
