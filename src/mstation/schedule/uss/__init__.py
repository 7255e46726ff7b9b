"""Universal Schedule Standard 1.0 in and out: boards go to other schedulers and come back.

Source: github.com/UniversalScheduleStandard, USS 1.0.0 and the Universal Category Identification.
"""

from mstation.schedule.uss.nouns import Schedule, ScheduleBoard, ScheduledDay, ScheduledScene
from mstation.schedule.uss.ordering import board_of
from mstation.schedule.uss.reading import read
from mstation.schedule.uss.writing import write

__all__ = [
    "Schedule", "ScheduleBoard", "ScheduledDay", "ScheduledScene", "board_of", "read", "write",
]  # fmt: skip
