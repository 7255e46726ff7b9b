"""`mstation backup`, `restore` and `verify`: a station into a file, back, and looked over."""

from __future__ import annotations

from pathlib import Path

import typer

from mstation.cli.words import interface_language, words
from mstation.errors import NotFound
from mstation.station.backup import Manifest, restore_backup, write_backup
from mstation.station.database import address_of
from mstation.station.station import Station, open_station
from mstation.station.verify import faults_of

FAULTY = 1  # the exit code of a station with something wrong


def backup_and_tell(
    target: Path, data: Path, database: str | None, store: str | None, *, with_files: bool
) -> None:
    """Write a station to a file.

    Raises:
        NotFound: when there is no station.
        StoreFailed: when the disk or the database refuses.
    """
    station = station_there(data, database, store)
    try:
        manifest = write_backup(station, target, with_files=with_files)
    finally:
        station.close()
    _tell("backed_up", manifest, target)


def restore_and_tell(source: Path, data: Path, database: str | None, store: str | None) -> None:
    """Fill an empty station from a file.

    Raises:
        MStationError: when it is no backup, the station is not empty, or the disk refuses.
    """
    manifest = restore_backup(source, address_of(data, database), data, store)
    _tell("restored", manifest, source)


def verify_and_tell(data: Path, database: str | None, store: str | None) -> int:
    """Print what is wrong with a station, and return the exit code.

    Raises:
        NotFound: when there is no station.
        StoreFailed: when the database refuses.
    """
    station = station_there(data, database, store)
    try:
        with station.reading() as connection:
            found = faults_of(connection, station.blobs)
            faults = [fault.told(interface_language()) for fault in found]
    finally:
        station.close()
    for fault in faults:
        typer.echo(fault)
    typer.echo(words()["faulty" if faults else "verified"].format(count=len(faults)))
    return FAULTY if faults else 0


def station_there(data: Path, database: str | None, store: str | None) -> Station:
    """Return a station that was made before.

    Raises:
        NotFound: when there is none.
        StoreFailed: when the disk, the store or the database refuses.
    """
    if database is None and not (data / "station.db").is_file():
        raise NotFound(
            f"there is no station in {data}; say where with --data or --database",
            zh=f"{data} 中没有平台数据；请用 --data 或 --database 指明位置",
        )
    return open_station(address_of(data, database), folder=data, store=store)


def _tell(word: str, manifest: Manifest, file: Path) -> None:
    told = words()[word].format(
        file=file, rows=sum(manifest.rows.values()), blobs=manifest.blobs, number=manifest.number
    )
    typer.echo(told)
