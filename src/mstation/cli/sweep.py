"""`mstation sweep`: what a station needs no more, forgotten while it runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import typer

from mstation.cli.backup import station_there
from mstation.cli.words import words
from mstation.station.sweeping import sweep


def sweep_and_tell(
    data: Path,
    database: str | None,
    store: str | None,
    *,
    older_than_days: int,
    builds: int,
    is_told_only: bool,
) -> None:
    """Forget what a station needs no more, or only tell how much that is.

    Raises:
        NotFound: when there is no station.
        StoreFailed: when the disk, the store or the database refuses.
    """
    station = station_there(data, database, store)
    try:
        swept = sweep(
            station,
            older_than=timedelta(days=older_than_days),
            builds=builds,
            is_told_only=is_told_only,
        )
    finally:
        station.close()
    told = words()["would_sweep" if is_told_only else "swept"]
    typer.echo(
        told.format(
            blobs=swept.blobs, megabytes=swept.blob_bytes / 1e6, derived=swept.derived,
            uploads=swept.uploads, films=swept.films, due=swept.due,
        )
    )  # fmt: skip
