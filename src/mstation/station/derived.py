"""What was derived from a file's content, and is kept: by the content, what it is, and how."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Integer,
    RowMapping,
    String,
    Table,
    select,
)
from sqlalchemy.exc import IntegrityError

from mstation import media
from mstation.errors import InvalidInput
from mstation.media.kinds import RECIPE, Kind
from mstation.station.database import writing
from mstation.station.schema import metadata
from mstation.station.station import Station

_NO_FAULT = {"fault": "", "fault_zh": ""}
ON_DEMAND = (Kind.PROBE, Kind.THUMBNAIL, Kind.FILMSTRIP, Kind.WAVEFORM, Kind.PEAKS)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something derived: a blob, its media type and what one must know to use it."""

    digest: str
    size: int
    media_type: str
    details: dict[str, Any]


derived = Table(
    "derived",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("recipe", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("details", JSON, nullable=False),
    Column("fault", String(500), nullable=False),  # why there is none; "": there is
    Column("fault_zh", String(500), nullable=False),
)


def kept(station: Station, source: str, kind: Kind) -> Kept | None:
    """Return what was derived from a content before; None: nothing was.

    Raises:
        InvalidInput: when it could not be.
    """
    with station.reading() as connection:
        row = _row(connection, source, kind)
    if row is None:
        return None
    if row["fault"]:
        raise InvalidInput(row["fault"], zh=row["fault_zh"])
    return Kept(row["digest"], row["size"], row["media_type"], row["details"])


def is_known(connection: Connection, source: str, kind: Kind) -> bool:
    """Return whether something was derived from a content before, or could not be."""
    return _row(connection, source, kind) is not None


def _row(connection: Connection, source: str, kind: Kind) -> RowMapping | None:
    mine = (derived.c.source == source) & (derived.c.kind == kind) & (derived.c.recipe == RECIPE)
    return connection.execute(select(derived).where(mine)).mappings().first()


def derive(station: Station, source: str, kind: Kind) -> Kept:
    """Return what is derived from a content; made now where it was not before.

    Whoever is first decides: what another process makes meanwhile is thrown away.

    Raises:
        InvalidInput: when the content cannot be used.
        NotFound: when the content is not there.
    """
    found = kept(station, source, kind)
    if found is not None:
        return found
    with tempfile.TemporaryDirectory(dir=station.uploads, prefix="derived-") as folder:
        out = Path(folder) / "out"
        try:
            with station.blobs.file(source) as path:
                made = media.derive(path, kind, out)
        except InvalidInput as error:
            _remember(station, source, kind, None, fault=error)
            raise
        blob = station.blobs.take(out)
    found = Kept(blob.digest, blob.size, made.media_type, made.details)
    if _remember(station, source, kind, found):
        return found
    first = kept(station, source, kind)
    assert first is not None
    return first


def _remember(
    station: Station,
    source: str,
    kind: Kind,
    found: Kept | None,
    *,
    fault: InvalidInput | None = None,
) -> bool:
    """Return whether nobody was faster."""
    row = asdict(found or Kept("", 0, "", {}))
    told = {"fault": str(fault)[:500], "fault_zh": fault.told("zh")[:500]} if fault else _NO_FAULT
    values = {"source": source, "kind": kind, "recipe": RECIPE, **row, **told}
    try:
        with writing(station.engine) as connection:
            connection.execute(derived.insert().values(values))
    except IntegrityError:
        return False
    return True
