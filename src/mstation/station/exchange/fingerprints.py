"""Fingerprints: by what a version's content is known again, kept beside it for good.

They are made once, of the content, in a process apart; the database keeps them, and a gallery in
memory searches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mstation import media
from mstation.media.kinds import FINGERPRINT_LIMITS, Limits
from mstation.media.prints import Algorithm, Print, Prints
from mstation.station.change import Change, find_where
from mstation.station.exchange.assets import AssetVersion
from mstation.station.ids import new_id
from mstation.station.schema import Id, keep, metadata, own_columns

_KNOWN = ("image/", "video/", "audio/", "application/mxf")
_NOTHING = Prints(())
WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Match:
    """A version that is like what was asked for."""

    asset_version_id: str
    algorithm: Algorithm
    distance: int  # bits of 256 that differ
    share_bp: int = WHOLE_BP  # how much of the shorter one: basis points


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One of the ways in which a version is known; what it is known by is told to nobody."""

    id: str
    revision: int
    party_id: str
    asset_version_id: str
    algorithm: Algorithm
    place: int
    value: str = field(metadata={"secret": True})
    quality: int  # 0 to 100


fingerprints = keep(
    Fingerprint,
    Table(
        "fingerprints",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("algorithm", String(16), nullable=False),
        Column("place", Integer, nullable=False),
        Column("value", Text, nullable=False),
        Column("quality", Integer, nullable=False),
        UniqueConstraint("asset_version_id", "algorithm", "place"),
    ),
)


def fingerprints_of(
    path: str | Path, media_type: str, *, limits: Limits = FINGERPRINT_LIMITS
) -> Prints:
    """Return what a file is known by besides its digest; nothing of what is not seen or heard.

    Raises:
        InvalidInput: when the file is damaged, too large or takes too long.
    """
    if not media_type.startswith(_KNOWN) or media_type == "image/svg+xml":
        return _NOTHING
    return media.fingerprints(path, limits=limits)


def keep_fingerprints(change: Change, version: AssetVersion, prints: Prints) -> bool:
    """Keep what a version is known by, its digest too; false: that was done before."""
    if fingerprints_kept(change.connection, version.id):
        return False
    of_content = Print(Algorithm.SHA256, version.digest)
    told: Sequence[Print] = (of_content, *prints.prints)
    own = (version.party_id, version.id)
    change.add_all(
        [
            Fingerprint(new_id(), 1, *own, each.algorithm, each.place, each.value, each.quality)
            for each in told
        ]
    )
    return True


def fingerprints_kept(connection: Connection, version_id: str) -> list[Fingerprint]:
    """Return what a version is known by."""
    return find_where(connection, Fingerprint, asset_version_id=version_id)
