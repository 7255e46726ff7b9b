"""Entitlements: a licence that holds opens the original; each download is written down.

A licensee may fetch what a licence is of a number of times, while the licence holds: one that is
revoked, suspended or over opens nothing. Whoever asks again within a day goes on with the same
download: lines break, and large files come in ranges.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, UniqueConstraint, select

from mstation.errors import Forbidden
from mstation.station.change import Change, find_where, hold
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.licences import Licence, LicenceState, licences
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns

MOST_DOWNLOADS = 20  # of one licence
ONE_DOWNLOAD = timedelta(days=1)  # what of it is asked for within is part of it


@dataclass(frozen=True, slots=True)
class Entitlement:
    """How often the holder of a licence (party_id) may fetch the original, and has."""

    id: str
    revision: int
    party_id: str
    licence_id: str
    asset_version_id: str
    most_downloads: int
    downloads: int


@dataclass(frozen=True, slots=True)
class Download:
    """Who fetched an original for a licensee (party_id), and when they began."""

    id: str
    revision: int
    party_id: str
    entitlement_id: str
    licence_id: str
    account_id: str
    at: datetime


entitlements = keep(
    Entitlement,
    Table(
        "entitlements",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id"), nullable=False),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("most_downloads", Integer, nullable=False),
        Column("downloads", Integer, nullable=False),
        UniqueConstraint("licence_id"),
    ),
)
downloads = keep(
    Download,
    Table(
        "downloads",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("entitlement_id", Id, ForeignKey("entitlements.id"), nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id"), nullable=False, index=True),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
        Column("at", Moment, nullable=False),
    ),
)


def begin_download(change: Change, licence: Licence, account_id: str) -> Download:
    """Write down that somebody fetches the original, or goes on with it, and return the download.

    Raises:
        Forbidden: when the licence does not hold now, or all its downloads are used.
    """
    hold(change.connection, licences, licence.id)  # one after another: none is counted twice
    require_holding(licence, change.at)
    own = _of(change, licence)
    begun = _begun(change, own, account_id)
    if begun is not None:
        return begun
    if own.downloads >= own.most_downloads:
        raise Forbidden(
            f"all {own.most_downloads} downloads of the licence {licence.number} are used; ask who "
            "sold it",
            zh=f"许可 {licence.number} 的 {own.most_downloads} 次下载已用完，请联系授权方",
        )
    change.edit(own, downloads=own.downloads + 1)
    told = (own.party_id, own.id, licence.id, account_id, change.at)
    return change.add(Download(new_id(), 1, *told))


def require_holding(licence: Licence, at: datetime) -> None:
    """Refuse what a licence does not open: not yet, no longer, or not now.

    Raises:
        Forbidden: which says why.
    """
    why = _why_not(licence, at)
    if why is not None:
        raise Forbidden(
            f"the licence {licence.number} opens nothing: {why[0]}",
            zh=f"许可 {licence.number} 无法下载：{why[1]}",
        )


def _why_not(licence: Licence, at: datetime) -> tuple[str, str] | None:
    """Return why a licence does not hold, in both languages; None: it holds."""
    if licence.state is not LicenceState.ACTIVE:
        return f"it is {licence.state}", f"当前状态为 {licence.state}"
    if at < licence.starts_at:
        return f"it begins {licence.starts_at:%Y-%m-%d}", f"自 {licence.starts_at:%Y-%m-%d} 起有效"
    if licence.ends_at is not None and at >= licence.ends_at:
        return f"it ended {licence.ends_at:%Y-%m-%d}", f"已于 {licence.ends_at:%Y-%m-%d} 到期"
    return None


def entitlement_of(connection: Connection, licence: Licence) -> Entitlement:
    """Return what a licence opens, as it is kept, or as it would be at the first download."""
    for own in find_where(connection, Entitlement, licence_id=licence.id):
        return own
    told = (licence.party_id, licence.id, licence.asset_version_id)
    return Entitlement(new_id(), 1, *told, MOST_DOWNLOADS, 0)


def content_of(connection: Connection, licence: Licence) -> AssetVersion:
    """Return the version whose content a licence opens."""
    return find_where(connection, AssetVersion, id=licence.asset_version_id)[0]


def downloads_of(connection: Connection, licence: Licence) -> list[Download]:
    """Return who fetched what a licence opens, the first one first."""
    return find_where(connection, Download, licence_id=licence.id)


def _of(change: Change, licence: Licence) -> Entitlement:
    own = entitlement_of(change.connection, licence)
    is_kept = find_where(change.connection, Entitlement, id=own.id)
    return own if is_kept else change.add(own)


def _begun(change: Change, own: Entitlement, account_id: str) -> Download | None:
    """Return the download that somebody goes on with."""
    mine = (downloads.c.entitlement_id == own.id) & (downloads.c.account_id == account_id)
    query = select(downloads).where(mine, downloads.c.at > change.at - ONE_DOWNLOAD)
    row = change.connection.execute(query.order_by(downloads.c.id.desc())).mappings().first()
    return None if row is None else noun_of(Download, dict(row))
