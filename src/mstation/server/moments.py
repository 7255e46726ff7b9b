"""Moments as requests tell them: with a time zone, and of years that can be counted with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR, LAST_YEAR = 1000, 8999  # in any zone; what is added to one is a moment still


def _kept(told: datetime) -> datetime:
    """Return a moment in UTC; pydantic tells of the ValueError where it stood."""
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise ValueError(f"a moment is of a year from {FIRST_YEAR} to {LAST_YEAR}")
    return told.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_kept)]
