"""The talent scheduling problem: scenes in the order that pays least for waiting, proved."""

from mstation.schedule.talent.days import DayOrder, DayRules, order_days
from mstation.schedule.talent.instance import Actor, Instance, hold_cost, paid_cost
from mstation.schedule.talent.reading import read_instance
from mstation.schedule.talent.solve import Progress, Solution, solve

__all__ = [
    "Actor", "DayOrder", "DayRules", "Instance", "Progress", "Solution", "hold_cost", "order_days",
    "paid_cost", "read_instance", "solve",
]  # fmt: skip
