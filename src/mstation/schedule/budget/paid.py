"""Shooting days in, what each of the cast is paid for out."""

from __future__ import annotations

from collections.abc import Sequence

from mstation.schedule.budget.estimate import PaidDays
from mstation.schedule.days import ShootingDay
from mstation.schedule.employment import employment_of, rate_of
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips


def paid_days(
    strips: Strips, days: Sequence[ShootingDay], production: Production
) -> dict[str, PaidDays]:
    """Return the days that each of the cast is paid for, by character id."""
    cast = {strip.id: strip.cast for strip in strips.strips}
    found = {}
    for player in strips.cast:
        own = [day.date for day in days if any(player.id in cast[item] for item in day.strips)]
        paid = employment_of(own, production.terms(player.id), production)
        found[player.id] = PaidDays(
            len(paid.worked), len(paid.held), paid.travel_days, rate_of(player, production)
        )
    return found
