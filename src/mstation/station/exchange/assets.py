"""Assets: what is shown, licensed and used, in versions that are content and never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
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
from mstation.station.accounts import written
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where, hold
from mstation.station.ids import new_id
from mstation.station.parties import Identification, Party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.search import search_index
from mstation.station.wording import MOST_SIGNS, prose


class AssetKind(StrEnum):
    """What an asset is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    MODEL = "model"
    MATERIAL = "material"
    SCAN = "scan"
    SCRIPT = "script"
    HERITAGE = "heritage"


class AssetState(StrEnum):
    """Who may see an asset: its owner alone, also the house, everybody, nobody new."""

    DRAFT = "draft"
    REVIEW = "review"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that can be licensed; party_id is who offers it.

    version_id: the newest version that has its previews: the one that is shown and licensed.
    finding: what the house said when it sent the asset back.
    """

    id: str
    revision: int
    party_id: str
    kind: AssetKind
    title: str
    title_zh: str = ""
    description: str = ""
    state: AssetState = AssetState.DRAFT
    version_id: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class AssetVersion:
    """One content of an asset: what it is, is its digest."""

    id: str
    revision: int
    party_id: str
    asset_id: str
    number: int  # from 1
    digest: str
    size: int  # bytes
    name: str  # of the file
    media_type: str
    made_at: datetime
    media: Mapping[str, Any] = field(default_factory=dict)  # what its file says of itself


assets = keep(
    Asset,
    Table(
        "assets",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("kind", String(16), nullable=False),
        Column("title", String(200), nullable=False),
        Column("title_zh", String(200), nullable=False),
        Column("description", String(MOST_SIGNS), nullable=False),
        Column("state", String(16), nullable=False),
        Column("version_id", Id),
        Column("finding", String(MOST_SIGNS)),
    ),
)
asset_versions = keep(
    AssetVersion,
    Table(
        "asset_versions",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("digest", String(64), nullable=False, index=True),
        Column("size", BigInteger, nullable=False),
        Column("name", String(200), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("media", JSON, nullable=False),
        UniqueConstraint("asset_id", "number"),
    ),
)


def add_asset(
    change: Change, owner: Party, *, kind: AssetKind, title: str, title_zh: str = "",
    description: str = "",
) -> Asset:  # fmt: skip
    """Begin an asset: a draft that only its owner sees.

    Raises:
        InvalidInput: when it has no title, or a text cannot be kept.
    """
    told = (_title(title), _title(title_zh), prose(description, "description", "说明"))
    if not any(told[:2]):
        raise InvalidInput("an asset has a title", zh="素材须有标题")
    asset = change.add(Asset(new_id(), 1, owner.id, kind, *told))
    by_words.write(change.connection, asset)
    return asset


def edit_asset(change: Change, asset: Asset, **changes: Any) -> Asset:
    """Change what an asset says of itself; one that is live is looked at again by the house.

    Raises:
        InvalidInput: when no title is left, or a text cannot be kept.
        Conflict: when its kind is to change though it has content.
        Stale: when somebody else changed it since it was read.
    """
    checks = {"title": _title, "title_zh": _title, "description": _description}
    told: dict[str, Any] = {
        name: checks.get(name, AssetKind)(value) for name, value in changes.items()
    }
    after = replace(asset, **told)
    if after == asset:
        return asset
    if not (after.title or after.title_zh):
        raise InvalidInput("an asset has a title", zh="素材须有标题")
    if after.kind is not asset.kind and find_where(
        change.connection, AssetVersion, asset_id=asset.id
    ):
        raise Conflict(
            f"the asset has content that is {asset.kind}; make another asset",
            zh=f"素材已有内容（{asset.kind}），请另建素材",
        )
    edited = change.edit(asset, **told, state=_looked_at_again(change, asset))
    by_words.write(change.connection, edited)
    return edited


def withdraw_asset(change: Change, asset: Asset) -> Asset:
    """Let nobody new see an asset; licences that were given stay.

    Raises:
        Conflict: when it is not offered.
    """
    if asset.state not in (AssetState.LIVE, AssetState.REVIEW):
        raise Conflict(
            f"the asset is {asset.state}, not offered", zh=f"素材未上架（{asset.state}）"
        )
    return change.edit(asset, state=AssetState.WITHDRAWN)


def is_verified(change: Change, asset: Asset) -> bool:
    """Return whether the house knows who offers an asset."""
    owner = find(change.connection, Party, asset.party_id)
    return owner.identification is Identification.VERIFIED


def _looked_at_again(change: Change, asset: Asset) -> AssetState:
    """Return where an asset stands after a change: the house looks again at what is live."""
    is_live = asset.state is AssetState.LIVE
    return AssetState.REVIEW if is_live and not is_verified(change, asset) else asset.state


def show_version(
    change: Change, asset: Asset, version: AssetVersion, *, waits: bool = False
) -> Asset:
    """Let an asset be shown by a version that has its previews, unless a newer one has.

    waits: for the house; until it has looked, the asset is not live.
    """
    if asset.version_id is not None:
        shown = find(change.connection, AssetVersion, asset.version_id)
        if shown.number >= version.number:
            return asset
    state = _looked_at_again(change, asset)
    if waits and state is AssetState.LIVE:
        state = AssetState.REVIEW
    return change.edit(asset, version_id=version.id, state=state)


def _title(text: str) -> str:
    return written(text) if text.strip() else ""


def _description(text: str) -> str:
    return prose(text, "description", "说明")


def add_asset_version(
    change: Change, asset: Asset, content: Blob, *, name: str, media_type: str
) -> AssetVersion:
    """Give an asset its next version."""
    hold(change.connection, assets, asset.id)  # one number after another
    last = select(func.max(asset_versions.c.number)).where(asset_versions.c.asset_id == asset.id)
    number = (change.connection.execute(last).scalar() or 0) + 1
    own = (asset.party_id, asset.id, number, content.digest, content.size)
    return change.add(AssetVersion(new_id(), 1, *own, written(name), media_type, made_at=change.at))


def _sought_in(connection: Connection, asset: Asset) -> tuple[str, ...]:
    del connection  # all of it stands in the row
    return (asset.title, asset.title_zh, asset.description)


by_words = search_index("asset_terms", Asset, _sought_in)
