"""A desk to work at in the test's own process."""

from __future__ import annotations

from pathlib import Path

from mstation.station.ids import new_id
from mstation.station.station import Station
from mstation.work.desk import Desk
from tests.station.crew import Crew


def desk_of(
    station: Station,
    crew: Crew | None = None,
    *,
    job_id: str | None = None,
    told: list[tuple[float, str]] | None = None,
) -> Desk:
    """Return a desk of the crew's project; what is told there is kept in a list."""
    assert station.folder is not None
    heard = [] if told is None else told
    return Desk(
        Path(station.folder),
        station.engine.url.render_as_string(hide_password=False),
        None,
        crew.project.id if crew else "",
        job_id or new_id(),
        crew.people["producer"].id if crew else None,
        1,
        2,
        lambda progress, step: heard.append((progress, step)),
    )
