"""`mstation work`: does the jobs of a station, on this machine or beside others."""

from __future__ import annotations

from pathlib import Path

import typer

from mstation.cli.words import words
from mstation.station.database import address_of
from mstation.work.worker import work


def work_and_tell(data: Path, database: str | None, store: str | None, *, processes: int) -> None:
    """Work until told to stop.

    Raises:
        InvalidInput: when the database is none that we know.
        StoreFailed: when the folder or the database refuses.
    """
    typer.echo(words()["working"])
    work(data, address_of(data, database), processes, store=store)
