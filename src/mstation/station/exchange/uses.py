"""Uses: which versions of assets are in a film, where, and by which licence.

Some are said, others are found: a version of the film with the very content of an asset is a use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, String, Table, UniqueConstraint, select

from mstation.errors import InvalidInput
from mstation.station.change import Change, find, find_where, missing
from mstation.station.exchange.assets import (
    Asset,
    AssetState,
    AssetVersion,
    asset_versions,
    assets,
)
from mstation.station.exchange.licences import Licence
from mstation.station.files import files
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.parties import parties
from mstation.station.production.entities import Entity
from mstation.station.production.versions import versions
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    noun_of,
    own_columns,
    project_columns,
)
from mstation.station.wording import MOST_SIGNS, prose

_SEEN = (AssetState.LIVE, AssetState.WITHDRAWN)  # by others than their owner


@dataclass(frozen=True, slots=True)
class Use:
    """That a film, or a shot of it, has a version of an asset in it, and by which licence."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    entity_id: str | None  # which shot or asset of the film; None: the film as a whole
    asset_version_id: str
    licence_id: str | None  # None: any that the film's organisation has
    account_id: str | None  # who said so
    made_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """A version of an asset in a film: said (use), or found by its content."""

    asset: Asset
    version: AssetVersion
    entity_id: str | None
    licence_id: str | None = None
    use_id: str | None = None


uses = keep(
    Use,
    Table(
        "uses",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("entity_id", Id, ForeignKey("entities.id")),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id")),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("comment", String(MOST_SIGNS), nullable=False),
        UniqueConstraint("project_id", "entity_id", "asset_version_id"),
    ),
)


def add_use(
    change: Change, project: Project, asset_version_id: str, *, entity_id: str | None = None,
    licence_id: str | None = None, comment: str = "",
) -> Use:  # fmt: skip
    """Say that a film has a version of an asset in it.

    Raises:
        NotFound: when the version is not there, or not to be seen.
        InvalidInput: when the shot is of another project, or the licence of another organisation
            or asset.
    """
    connection = change.connection
    version = _visible(connection, project, asset_version_id)
    if entity_id is not None and find(connection, Entity, entity_id).project_id != project.id:
        raise InvalidInput("the shot is of another project", zh="该镜头属于其他项目")
    if licence_id is not None:
        _require_own(connection, project, version, licence_id)
    own = (project.organisation_id, project.id, entity_id, version.id, licence_id)
    words = prose(comment, "comment", "说明")
    return change.add(Use(new_id(), 1, *own, change.actor.account_id, change.at, words))


def uses_of(connection: Connection, project: Project) -> tuple[Used, ...]:
    """Return what of others is in a film: what is said, then what is found; each once."""
    said = []
    for use in find_where(connection, Use, project_id=project.id):
        version = find(connection, AssetVersion, use.asset_version_id)
        asset = find(connection, Asset, version.asset_id)
        said.append(Used(asset, version, use.entity_id, use.licence_id, use.id))
    known = {(each.version.digest, each.entity_id) for each in said}
    found = (
        each
        for each in _found(connection, project)
        if (each.version.digest, each.entity_id) not in known
    )
    own = own_parties(connection, project)
    return tuple(each for each in (*said, *found) if each.asset.party_id not in own)


def own_parties(connection: Connection, project: Project) -> frozenset[str]:
    """Return as which parties the organisation of a film acts: none, or one."""
    query = select(parties.c.id).where(parties.c.organisation_id == project.organisation_id)
    return frozenset(connection.execute(query).scalars())


def _found(connection: Connection, project: Project) -> Iterable[Used]:
    """Yield versions of assets whose very content a version of the film names."""
    query = (
        asset_versions.select()
        .join(assets, assets.c.id == asset_versions.c.asset_id)
        .where(
            assets.c.state.in_([str(each) for each in _SEEN]),
            asset_versions.c.digest.in_(
                select(files.c.digest).where(files.c.project_id == project.id)
            ),
        )
        .order_by(asset_versions.c.id)
    )
    known: dict[str, AssetVersion] = {}
    for row in connection.execute(query).mappings():
        known.setdefault(row["digest"], noun_of(AssetVersion, dict(row)))
    if not known:
        return
    named = select(versions.c.entity_id, versions.c.files).where(
        versions.c.project_id == project.id
    )
    told = {
        (file["digest"], row.entity_id): None
        for row in connection.execute(named.order_by(versions.c.id))
        for file in row.files
    }
    for digest, entity_id in told:
        if digest in known:
            version = known[digest]
            yield Used(find(connection, Asset, version.asset_id), version, entity_id)


def _visible(connection: Connection, project: Project, version_id: str) -> AssetVersion:
    version = find(connection, AssetVersion, version_id)
    asset = find(connection, Asset, version.asset_id)
    if asset.state in _SEEN or asset.party_id in own_parties(connection, project):
        return version
    raise missing(AssetVersion, version_id)


def _require_own(
    connection: Connection, project: Project, version: AssetVersion, licence_id: str
) -> None:
    own = own_parties(connection, project)
    for licence in find_where(connection, Licence, id=licence_id):
        if licence.party_id in own and licence.asset_version_id == version.id:
            return
    raise InvalidInput(
        f"`{licence_id}` is no licence of that version that this film's organisation has",
        zh=f"`{licence_id}` 不是本片所属组织对该版本持有的许可",
    )
