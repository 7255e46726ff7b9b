"""Review cases: what is like something of another party waits until the house has looked.

Nothing is refused by a machine. A version that is like another's opens a case; it goes live when
the house has found that it is not the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from mstation.errors import Conflict, InvalidInput
from mstation.media.prints import SAME, Algorithm, Prints
from mstation.station.change import Change, find, find_where
from mstation.station.database import is_sqlite
from mstation.station.exchange.assets import Asset, AssetVersion, asset_versions
from mstation.station.exchange.fingerprints import (
    WHOLE_BP,
    Match,
    fingerprints_kept,
    keep_fingerprints,
)
from mstation.station.exchange.relations import are_related
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.parties import Identification, Party
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns
from mstation.station.wording import MOST_SIGNS, prose

if TYPE_CHECKING:  # it brings numpy: only who searches loads it
    from mstation.station.exchange.gallery import Gallery

MOST_CASES = 20  # of one version: the nearest
_LOOKING = 0x6D73746C  # PostgreSQL's lock of those who look for likenesses: "mstl"


class CaseState(StrEnum):
    """What the house found."""

    OPEN = "open"
    SAME = "same"  # it is the other's
    DERIVATIVE = "derivative"  # it was made of the other's, and may be
    UNRELATED = "unrelated"


class Flag(StrEnum):
    """What the house should know before it decides."""

    EXACT = "exact"  # the same bytes
    LIKELY = "likely"  # as near as copies are
    PART = "part"  # it stands in a longer work, or the other does
    SAME_PEOPLE = "same_people"  # somebody acts for both parties
    OTHER_IS_VERIFIED = "other_is_verified"  # and who brought this one is not


@dataclass(frozen=True, slots=True)
class Case:
    """A version that is like another party's; of which, its owner is not told.

    distance: bits of 256 that differ, at least; share_bp: how much of the shorter one is alike.
    """

    id: str
    revision: int
    party_id: str
    asset_version_id: str
    match_party_id: str = field(metadata={"secret": True})
    match_version_id: str = field(metadata={"secret": True})
    algorithm: Algorithm
    distance: int
    share_bp: int
    opened_at: datetime
    state: CaseState = CaseState.OPEN
    decided_by: str | None = None  # an account of the house
    decided_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as the house sees it: both sides, and what it should know."""

    id: str
    revision: int
    asset_version_id: str
    party_id: str
    title: str
    match_version_id: str
    match_party_id: str
    match_title: str
    algorithm: Algorithm
    distance: int  # bits of 256
    share_bp: int
    flags: tuple[Flag, ...]
    opened_at: datetime
    state: CaseState
    decided_by: str | None
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as the owner of the version sees it: not whose it is like."""

    id: str
    revision: int
    asset_version_id: str
    title: str
    state: CaseState
    opened_at: datetime
    decided_at: datetime | None
    note: str


cases = keep(
    Case,
    Table(
        "cases",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("match_party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("match_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("algorithm", String(16), nullable=False),
        Column("distance", Integer, nullable=False),
        Column("share_bp", Integer, nullable=False),
        Column("opened_at", Moment, nullable=False),
        Column("state", String(16), nullable=False, index=True),
        Column("decided_by", Id, ForeignKey("accounts.id")),
        Column("decided_at", Moment),
        Column("note", String(MOST_SIGNS), nullable=False),
        UniqueConstraint("asset_version_id", "match_version_id"),
    ),
)

_WAITS = """NEW.state = 'live' AND EXISTS (
    SELECT 1 FROM cases
    WHERE cases.asset_version_id = NEW.version_id AND cases.state IN ('open', 'same')
)"""

guard(
    "case_waits",
    "the version is like something of another party; the house looks at it first, and it can go "
    "live when the case is decided, unless it was found to be the other's",
    "此版本与其他方的内容相似，须先由交易中心核查；结案后方可上架，认定为“同一”的不得上架",
    sqlite=[
        f"""
CREATE TRIGGER case_waits BEFORE UPDATE ON assets WHEN {_WAITS}
BEGIN SELECT RAISE(ABORT, 'guard:case_waits'); END
"""
    ],
    postgresql=[
        f"""
CREATE FUNCTION case_waits() RETURNS trigger AS $$
BEGIN
    IF {_WAITS} THEN
        RAISE EXCEPTION 'guard:case_waits' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
""",
        """
CREATE TRIGGER case_waits BEFORE UPDATE ON assets
FOR EACH ROW EXECUTE FUNCTION case_waits()
""",
    ],
)


def take_fingerprints(
    change: Change, gallery: Gallery, version: AssetVersion, prints: Prints
) -> list[Case]:
    """Keep what a version is known by, and open a case for each of another party's it is like.

    Done again it changes nothing. Of two versions that come at once the second sees the first.
    """
    connection = change.connection
    if not is_sqlite(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_LOOKING)))
    if fingerprints_kept(connection, version.id):
        return find_where(connection, Case, asset_version_id=version.id)
    found = _nearest(_others(connection, version, matches_of(connection, gallery, version, prints)))
    keep_fingerprints(change, version, prints)
    own = (version.party_id, version.id)
    made = [
        Case(
            new_id(), 1, *own, other.party_id, other.id, match.algorithm, match.distance,
            match.share_bp, change.at,
        )
        for match, other in found[:MOST_CASES]
    ]  # fmt: skip
    change.add_all(made)
    return made


def matches_of(
    connection: Connection, gallery: Gallery, version: AssetVersion, prints: Prints
) -> list[Match]:
    """Return what is like a version: byte for byte, and by what is seen and heard."""
    same = select(asset_versions.c.id).where(asset_versions.c.digest == version.digest)
    exact = [Match(each, Algorithm.SHA256, 0) for each in connection.execute(same).scalars()]
    return [*exact, *gallery.find(connection, prints)]


def open_cases(connection: Connection, version_id: str) -> list[Case]:
    """Return the cases of a version that wait for the house: while there are any it is not live."""
    return find_where(connection, Case, asset_version_id=version_id, state=CaseState.OPEN)


def require_free(connection: Connection, version_id: str) -> None:
    """Refuse to let a version go live that waits for the house, or that is another's.

    Raises:
        Conflict: which says which.
    """
    if open_cases(connection, version_id):
        raise Conflict(
            "the version is like something of another party; the house looks at it first, and "
            "it can go live when the case is decided",
            zh="此版本与其他方的内容相似，须先由交易中心核查，结案后方可上架",
        )
    if find_where(connection, Case, asset_version_id=version_id, state=CaseState.SAME):
        raise Conflict(
            "the house found that the version is another party's; bring content of your own, or "
            "ask the house to look again",
            zh="交易中心认定此版本属于其他方；请更换为自有内容，或申请复核",
        )


def decide(change: Change, case: Case, *, state: CaseState, note: str, decided_by: str) -> Case:
    """Say as the house what a case is, and why; it may be said anew.

    Raises:
        InvalidInput: when nothing is decided, or without a word.
        Stale: when somebody else decided since it was read.
    """
    told = prose(note, "note", "说明")
    if state is CaseState.OPEN or not told:
        raise InvalidInput(
            "say what it is, `same`, `derivative` or `unrelated`, and why",
            zh="请给出结论（same、derivative 或 unrelated）并说明理由",
        )
    return change.edit(case, state=state, note=told, decided_by=decided_by, decided_at=change.at)


def flags_of(connection: Connection, case: Case) -> tuple[Flag, ...]:
    """Return what the house should know of a case."""
    own, other = (find(connection, Party, each) for each in (case.party_id, case.match_party_id))
    verified = Identification.VERIFIED
    flags = {
        Flag.EXACT: case.algorithm is Algorithm.SHA256,
        Flag.LIKELY: case.distance <= SAME,
        Flag.PART: case.share_bp < WHOLE_BP or case.algorithm is Algorithm.PDQ_TILE,
        Flag.SAME_PEOPLE: are_related(connection, own, other),
        Flag.OTHER_IS_VERIFIED: (
            other.identification is verified and own.identification is not verified
        ),
    }
    return tuple(flag for flag, raised in flags.items() if raised)


def shown_case(connection: Connection, case: Case) -> ShownCase:
    """Return a case as the house sees it."""
    return ShownCase(
        case.id, case.revision, case.asset_version_id, case.party_id,
        _title(connection, case.asset_version_id), case.match_version_id, case.match_party_id,
        _title(connection, case.match_version_id), case.algorithm, case.distance, case.share_bp,
        flags_of(connection, case), case.opened_at, case.state, case.decided_by, case.decided_at,
        case.note,
    )  # fmt: skip


def own_case(connection: Connection, case: Case) -> OwnCase:
    """Return a case as the owner of the version sees it."""
    return OwnCase(
        case.id, case.revision, case.asset_version_id, _title(connection, case.asset_version_id),
        case.state, case.opened_at, case.decided_at, case.note,
    )  # fmt: skip


def _title(connection: Connection, version_id: str) -> str:
    version = find(connection, AssetVersion, version_id)
    asset = find(connection, Asset, version.asset_id)
    return f"{asset.title or asset.title_zh} ({version.number})"


def _others(
    connection: Connection, version: AssetVersion, matches: Sequence[Match]
) -> list[tuple[Match, AssetVersion]]:
    """Return the matches that are of other parties, with their versions."""
    ids = sorted({match.asset_version_id for match in matches})
    versions = versions_by_id(connection, ids)
    return [
        (match, versions[match.asset_version_id])
        for match in matches
        if match.asset_version_id in versions
        and versions[match.asset_version_id].party_id != version.party_id
    ]


def versions_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, AssetVersion]:
    """Return versions by their ids; what is not there is left out."""
    found: dict[str, AssetVersion] = {}
    for at in range(0, len(ids), 500):
        query = asset_versions.select().where(asset_versions.c.id.in_(ids[at : at + 500]))
        rows = connection.execute(query).mappings()
        found |= {row["id"]: noun_of(AssetVersion, dict(row)) for row in rows}
    return found


def _nearest(
    found: Iterable[tuple[Match, AssetVersion]],
) -> list[tuple[Match, AssetVersion]]:
    """Return of each version the nearest match, the nearest version first."""
    best: dict[str, tuple[Match, AssetVersion]] = {}
    for match, version in sorted(found, key=lambda pair: (pair[0].distance, pair[1].id)):
        best.setdefault(version.id, (match, version))
    return list(best.values())
