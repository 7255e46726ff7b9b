"""Grants: which cells of an asset's rights are given to whom; what is exclusive is given once.

A cell is a right, a country, a medium and a time. The whole world, and all media, are one cell, so
that a licence of everything is one row. The database refuses an exclusive cell that another
licence has, and any that another has exclusively: on PostgreSQL whoever grants cells of an asset
waits for whoever did so before. Reservations are grants; what is released is granted no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, String, Table, or_

from mstation.errors import Conflict
from mstation.station.change import Change, find_where
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.holdings import RIGHTS_ZH
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.terms import RightKind, Terms, span
from mstation.station.exchange.territories import WORLD, countries, written_shortly
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns

ANY = "any"  # medium


@dataclass(frozen=True, slots=True)
class Grant:
    """A cell of an asset's rights that a licence has; party_id is who granted it."""

    id: str
    revision: int
    party_id: str
    licence_id: str
    asset_id: str
    right_kind: RightKind
    territory: str  # a country, or 001
    medium: str  # or any
    starts_at: datetime
    ends_at: datetime | None
    is_exclusive: bool


grants = keep(
    Grant,
    Table(
        "grants",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id"), nullable=False, index=True),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False),
        Column("right_kind", String(16), nullable=False),
        Column("territory", String(3), nullable=False),
        Column("medium", String(16), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment),
        Column("is_exclusive", Boolean, nullable=False),
        Index("ix_grants_cell", "asset_id", "right_kind", "is_exclusive", "territory"),
    ),
)

_TAKEN = """
    SELECT 1 FROM grants WHERE grants.asset_id = NEW.asset_id
    AND grants.right_kind = NEW.right_kind AND grants.licence_id <> NEW.licence_id
    AND (grants.is_exclusive OR NEW.is_exclusive)
    AND (grants.territory IN (NEW.territory, '001') OR NEW.territory = '001')
    AND (grants.medium IN (NEW.medium, 'any') OR NEW.medium = 'any')
    AND (NEW.ends_at IS NULL OR grants.starts_at < NEW.ends_at)
    AND (grants.ends_at IS NULL OR NEW.starts_at < grants.ends_at)
"""

guard(
    "grants_exclusive",
    "the rights asked for are licensed already, or reserved: an exclusive licence shares no place, "
    "medium and time with another; ask for less, or for another time",
    "所求权利已被授权或预留：独占许可不得与其他许可在地域、媒介和期限上重叠；请缩小范围或另选期限",
    sqlite=[
        f"""
CREATE TRIGGER grants_exclusive BEFORE INSERT ON grants WHEN EXISTS ({_TAKEN})
BEGIN SELECT RAISE(ABORT, 'guard:grants_exclusive'); END
"""
    ],
    postgresql=[
        f"""
CREATE FUNCTION grants_exclusive() RETURNS trigger AS $$
BEGIN
    PERFORM 1 FROM assets WHERE id = NEW.asset_id FOR NO KEY UPDATE;
    IF EXISTS ({_TAKEN}) THEN
        RAISE EXCEPTION 'guard:grants_exclusive' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
""",
        """
CREATE TRIGGER grants_exclusive BEFORE INSERT ON grants
FOR EACH ROW EXECUTE FUNCTION grants_exclusive()
""",
    ],
)
guard(
    "grants_stand",
    "what was granted never becomes another grant; release it and grant anew",
    "已授予的权利不可更改；请先释放再重新授予",
    sqlite=[
        """
CREATE TRIGGER grants_stand BEFORE UPDATE ON grants
BEGIN SELECT RAISE(ABORT, 'guard:grants_stand'); END
"""
    ],
    postgresql=[
        """
CREATE FUNCTION grants_stand() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'guard:grants_stand' USING ERRCODE = 'check_violation';
END $$ LANGUAGE plpgsql
""",
        """
CREATE TRIGGER grants_stand BEFORE UPDATE ON grants
FOR EACH ROW EXECUTE FUNCTION grants_stand()
""",
    ],
)


def grant_cells(change: Change, asset: Asset, licence_id: str, terms: Terms) -> None:
    """Give a licence the cells of its terms.

    Raises:
        Conflict: when one is taken.
    """
    own = (asset.party_id, licence_id, asset.id, terms.right_kind)
    span_ = (terms.starts_at, terms.ends_at, terms.is_exclusive)
    change.add_all(
        [Grant(new_id(), 1, *own, where, medium, *span_) for where, medium in _cells(terms)]
    )


def give_back(change: Change, licence_id: str) -> None:
    """Let the cells of a licence be free again."""
    for grant in find_where(change.connection, Grant, licence_id=licence_id):
        change.remove(grant)


def taken(connection: Connection, asset_id: str, terms: Terms) -> list[Grant]:
    """Return the grants of others that terms cannot stand beside."""
    cell = grants.c
    query = grants.select().where(
        cell.asset_id == asset_id, cell.right_kind == terms.right_kind,
        or_(cell.ends_at.is_(None), cell.ends_at > terms.starts_at),
    )  # fmt: skip
    if terms.ends_at is not None:
        query = query.where(cell.starts_at < terms.ends_at)
    if not terms.is_exclusive:
        query = query.where(cell.is_exclusive)
    rows = connection.execute(query.order_by(cell.id)).mappings()
    where, media = terms.countries | {WORLD}, {*terms.media, ANY}
    found = (noun_of(Grant, dict(row)) for row in rows)
    return [each for each in found if each.territory in where and each.medium in media]


def require_free(connection: Connection, asset: Asset, terms: Terms) -> None:
    """Refuse terms that cannot stand beside what is granted already, and say beside what.

    Raises:
        Conflict: when it is so.
    """
    others = taken(connection, asset.id, terms)
    if not others:
        return
    named = list(_told(others))
    kind = terms.right_kind
    raise Conflict(
        f"the {kind} of `{asset.title}` is licensed already, or reserved, for "
        f"{'; '.join(en for en, _ in named)}; ask for less, or for another time",
        zh=f"“{asset.title_zh or asset.title}”的{RIGHTS_ZH[kind]}已被授权或预留："
        f"{'；'.join(zh for _, zh in named)}；请缩小范围或另选期限",
    )


def _told(others: Iterable[Grant]) -> Iterable[tuple[str, str]]:
    """Return grants in words, those of one licence in one sentence."""
    by_licence: dict[tuple[str, datetime, datetime | None], list[Grant]] = {}
    for each in others:
        key = (each.licence_id, each.starts_at, each.ends_at)
        by_licence.setdefault(key, []).append(each)
    for (_, start, end), cells in by_licence.items():
        where = ", ".join(written_shortly(_places(cells)))
        media = ", ".join(sorted({each.medium for each in cells}))
        told, told_zh = span(Interval(start, end))
        yield f"{media} in {where} {told}", f"{where} {media}（{told_zh}）"


def _places(cells: Iterable[Grant]) -> frozenset[str]:
    named = frozenset(each.territory for each in cells)
    return countries() if WORLD in named else named


def _cells(terms: Terms) -> Iterable[tuple[str, str]]:
    places = [WORLD] if terms.countries == countries() else sorted(terms.countries)
    media = [ANY] if set(terms.media) == set(Medium) else list(terms.media)
    return [(where, medium) for where in places for medium in media]
